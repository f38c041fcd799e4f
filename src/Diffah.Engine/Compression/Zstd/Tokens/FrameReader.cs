using System.Buffers.Binary;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>Reads the frames of a stream block by block.</summary>
internal sealed class FrameReader
{
    /// <summary>The longest window.</summary>
    public const int MostWindow = 1 << 27;

    private const int ChecksumLength = 4;
    private const int SkippableHead = 8;

    private readonly Stream _stream;
    private readonly ZstdBlockReader _blocks = new();
    private readonly byte[] _bytes = new byte[ZstdBlockHeader.Length + ZstdBlockHeader.MaximumContent];
    private int _length;

    /// <param name="stream">The stream; not owned.</param>
    public FrameReader(Stream stream) => _stream = stream;

    /// <summary>What the frame says of itself.</summary>
    public ZstdFrameHeader Header { get; private set; }

    /// <summary>The repeat offsets behind the last block.</summary>
    public RepeatOffsets Offsets => _blocks.Offsets;

    /// <summary>The last block as it stands.</summary>
    public ReadOnlySpan<byte> BlockBytes => _bytes.AsSpan(0, _length);

    /// <summary>Begins the next frame, and gives its header as it stands; null at the stream's end. Frames to be
    /// skipped are.</summary>
    /// <exception cref="RecipeRefusedException">There is no frame.</exception>
    public byte[]? Begin()
    {
        var start = new byte[ZstdFrameHeader.MaximumLength];
        while (true)
        {
            var read = _stream.ReadAtLeast(start.AsSpan(0, SkippableHead), SkippableHead, throwOnEndOfStream: false);
            if (read == 0)
                return null;
            if (read == SkippableHead && (BinaryPrimitives.ReadUInt32LittleEndian(start) & 0xFFFFFFF0) == 0x184D2A50)
            {
                Skip(BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(4)));
                continue;
            }
            read += _stream.Read(start.AsSpan(read));
            if (ZstdFrameHeader.Read(start.AsSpan(0, read)) is not { HasDictionary: false } header)
                throw Refusals.Corrupt("no frame begins");
            if (header.WindowSize > MostWindow && !header.IsSingleSegment)
                throw Refusals.Corrupt("its window is too long");
            _stream.Position -= read - header.Length;
            Header = header;
            _blocks.Begin(header.WindowSize);
            return start[..header.Length];
        }
    }

    /// <summary>Reads the next block.</summary>
    public void Read(ZstdBlockParts block)
    {
        Fill(0, ZstdBlockHeader.Length);
        var header = ZstdBlockHeader.Read(_bytes);
        if (header.BodyLength > ZstdBlockHeader.MaximumContent)
            throw Refusals.Corrupt("a block is too long");
        Fill(ZstdBlockHeader.Length, header.BodyLength);
        _length = ZstdBlockHeader.Length + header.BodyLength;
        _blocks.Read(BlockBytes, block);
    }

    /// <summary>Reads the checksum behind the last block, if the frame has one.</summary>
    public byte[] ReadChecksum()
    {
        if (!Header.HasChecksum)
            return [];
        Fill(0, ChecksumLength);
        return _bytes[..ChecksumLength];
    }

    private void Skip(uint length)
    {
        if (length > _stream.Length - _stream.Position)
            throw Refusals.CutShort();
        _stream.Position += length;
    }

    private void Fill(int at, int count)
    {
        if (_stream.ReadAtLeast(_bytes.AsSpan(at, count), count, throwOnEndOfStream: false) < count)
            throw Refusals.CutShort();
    }
}
