using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Engine.Compression.Zstd.Go;

namespace Diffah.Tests.Compression.Zstd.Go;

/// <summary>Frames of klauspost/compress zstd, made by the engine.</summary>
internal static class GoFrames
{
    private const int Window = 8 << 20;

    /// <summary>The header of a stream, whose length the program does not know.</summary>
    public static ZstdFrameHeader Stream => new(Window, null);

    /// <summary>The header of content that the program has at once.</summary>
    public static ZstdFrameHeader Whole(int length) => length > 1024
        ? new ZstdFrameHeader((ulong)length, (ulong)length) { IsSingleSegment = true }
        : new ZstdFrameHeader(2048, length < 256 ? null : (ulong)length);

    public static ZstdProfile Default(int minor, int patch) =>
        new(ZstdFamily.Go, GoRelease.Of(minor, patch), GoLevels.Default);

    /// <summary>The blocks of a frame.</summary>
    /// <param name="profile">Who makes them.</param>
    /// <param name="header">The frame's header.</param>
    /// <param name="content">The content.</param>
    /// <param name="cuts">Where a block ends early.</param>
    public static byte[] Blocks(ZstdProfile profile, ZstdFrameHeader header, byte[] content, params int[] cuts)
    {
        var output = new ArrayBufferWriter<byte>();
        using var encoder = GoEncoders.Create(profile, header, output);
        var from = 0;
        foreach (var cut in cuts)
        {
            encoder.Write(content.AsSpan(from, cut - from));
            encoder.EndBlock();
            from = cut;
        }
        encoder.Write(content.AsSpan(from));
        encoder.Finish();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What the blocks of a stream decode to.</summary>
    public static byte[] Decode(byte[] blocks)
    {
        const byte windowOfEightMiB = 13 << 3;
        using var decompressor = new ZstdSharp.Decompressor();
        return decompressor.Unwrap([0x28, 0xB5, 0x2F, 0xFD, 0, windowOfEightMiB, .. blocks]).ToArray();
    }

    /// <summary>Cuts a frame's blocks apart.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> blocks)
    {
        while (!blocks.IsEmpty)
        {
            var length = ZstdBlockHeader.Length + ZstdBlockHeader.Read(blocks.Span).BodyLength;
            yield return blocks[..length];
            blocks = blocks[length..];
        }
    }
}
