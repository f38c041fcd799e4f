using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Libzstd;

namespace Diffah.Tests.Compression.Zstd.Libzstd;

/// <summary>Frames, and the encoders that make their blocks.</summary>
internal static class LibzstdFrames
{
    private const int ChecksumLength = 4;

    public static ZstdProfile Profile(LibzstdRelease release, int level, LibzstdModes modes) =>
        new LibzstdProfile(release, level, modes).ToProfile();

    /// <summary>The blocks that an encoder makes of a content.</summary>
    public static byte[] Encode(ZstdProfile profile, ZstdFrameHeader header, byte[] content)
    {
        // An odd length, so that no piece that is written is one that the encoder cuts.
        const int piece = 77_777;
        var blocks = new ArrayBufferWriter<byte>();
        using var encoder = LibzstdEncoders.Create(profile, header, content.Length, blocks);
        for (var at = 0; at < content.Length; at += piece)
            encoder.Write(content.AsSpan(at, Math.Min(piece, content.Length - at)));
        encoder.Finish();
        return blocks.WrittenSpan.ToArray();
    }

    /// <summary>The header of a frame, and its blocks.</summary>
    public static (ZstdFrameHeader Header, byte[] Blocks) Split(byte[] frame)
    {
        var header = ZstdFrameHeader.Read(frame) ?? throw new InvalidOperationException("no zstd frame");
        var end = frame.Length - (header.HasChecksum ? ChecksumLength : 0);
        return (header, frame[header.Length..end]);
    }

    /// <summary>The header of a frame of some content, of which a program says the size.</summary>
    public static ZstdFrameHeader Sized(long length) => new((ulong)length, (ulong)length) { IsSingleSegment = true };
}
