using System.Buffers;
using System.Buffers.Binary;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Diffah.Tests.Compression.Zstd.Recipes;

/// <summary>Streams whose frames have no compressed blocks.</summary>
internal sealed class StreamMaker
{
    private const int BlockLength = 128 * 1024;
    private readonly ArrayBufferWriter<byte> _stream = new();
    private readonly ArrayBufferWriter<byte> _content = new();

    public byte[] Stream => _stream.WrittenSpan.ToArray();

    public int Length => _stream.WrittenCount;

    public byte[] Content => _content.WrittenSpan.ToArray();

    /// <summary>Noise, the same for the same seed.</summary>
    public static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Block(ReadOnlySpan<byte> content, bool isLast, bool hasRuns = false)
    {
        var isRun = hasRuns && content.Length > 1 && content.IndexOfAnyExcept(content[0]) < 0;
        var field = content.Length << 3 | (isRun ? 2 : 0) | (isLast ? 1 : 0);
        return [(byte)field, (byte)(field >> 8), (byte)(field >> 16), .. isRun ? content[..1] : content];
    }

    /// <summary>A frame with a window of 8 MiB and a checksum.</summary>
    public StreamMaker Frame(byte[] content, int[]? cuts = null, bool hasRuns = false)
    {
        _stream.Write((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x68]);
        var at = 0;
        do
        {
            var cut = (cuts ?? []).FirstOrDefault(c => c > at, content.Length);
            var end = Math.Min(cut, at + BlockLength);
            _stream.Write(Block(content.AsSpan(at, end - at), end == content.Length, hasRuns));
            at = end;
        }
        while (at < content.Length);
        _stream.Write(Checksum(content));
        _content.Write(content);
        return this;
    }

    public StreamMaker Skippable(byte[] payload)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x184D2A50);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), payload.Length);
        _stream.Write(header);
        _stream.Write(payload);
        return this;
    }

    /// <summary>A frame of the reference library.</summary>
    public StreamMaker Compressed(byte[] content)
    {
        using var compressor = new Compressor(3);
        _stream.Write(compressor.Wrap(content));
        _content.Write(content);
        return this;
    }

    public StreamMaker Bytes(byte[] bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    /// <summary>Of the reference library: the end of a frame of this content.</summary>
    private static byte[] Checksum(byte[] content)
    {
        using var compressor = new Compressor(1);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(content)[^4..].ToArray();
    }
}
