using System.Buffers.Binary;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// Finds what a stream is made of. A compressed block does not say how much content it stands for, so all are decoded.
/// </summary>
internal sealed class ZstdFrameScanner : IDisposable
{
    // What encoders of layers use is far below.
    private const int WindowLogMax = 27;
    private const int SkippableHeaderLength = 8;
    private const int ChecksumLength = 4;

    private readonly Stream _stream;
    private readonly ZstdDecoder _decoder = new(WindowLogMax);
    private readonly byte[] _input = new byte[BlockPlace.HeaderLength + BlockPlace.MaximumContent];
    private readonly byte[] _output = new byte[BlockPlace.MaximumContent];
    private long _position;
    private long _content;

    /// <summary>Begins at the start of a stream.</summary>
    /// <param name="stream">The stream, which can seek; not disposed of.</param>
    public ZstdFrameScanner(Stream stream) => _stream = stream;

    /// <summary>What comes next; null at the end. What follows the last frame and is none is one piece.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">CutShort, Corrupt.</exception>
    public ZstdUnit? Next(CancellationToken cancellationToken)
    {
        _stream.Position = _position;
        var start = new byte[ZstdFrameHeader.MaximumLength];
        var read = _stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == 0)
            return null;
        if (IsSkippable(start.AsSpan(0, read)))
            return Bare(SkippableHeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(4)));
        return ZstdFrameHeader.Read(start.AsSpan(0, read)) is { } header
            ? Framed(header, start.AsMemory(0, header.Length), cancellationToken)
            : Bare(_stream.Length - _position);
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    private static bool IsSkippable(ReadOnlySpan<byte> start) =>
        start.Length >= SkippableHeaderLength
            && (BinaryPrimitives.ReadUInt32LittleEndian(start) & 0xFFFFFFF0) == 0x184D2A50;

    private ZstdUnit Bare(long length)
    {
        if (length > _stream.Length - _position)
            throw CutShort();
        var unit = new ZstdUnit(_position, length, _content, 0, null);
        _position += length;
        return unit;
    }

    private ZstdUnit Framed(ZstdFrameHeader header, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (header.HasDictionary)
            throw Corrupt("it needs a dictionary");
        var (offset, content) = (_position, _content);
        Decode(bytes.Span);
        _position += bytes.Length;
        _stream.Position = _position;
        var blocks = new List<BlockPlace>();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            blocks.Add(ReadBlock());
        }
        while (!BlockPlace.IsLast(_input));
        if (header.HasChecksum)
        {
            Fill(0, ChecksumLength);
            Decode(_input.AsSpan(0, ChecksumLength));
            _position += ChecksumLength;
        }
        var frame = new ZstdFrame(header, bytes, blocks);
        return new(offset, _position - offset, content, _content - content, frame);
    }

    private BlockPlace ReadBlock()
    {
        Fill(0, BlockPlace.HeaderLength);
        if (BlockPlace.LengthOf(_input) is not { } length)
            throw Corrupt("a block is of no kind");
        Fill(BlockPlace.HeaderLength, length - BlockPlace.HeaderLength);
        var block = new BlockPlace(_position, length, Decode(_input.AsSpan(0, length)));
        _position += length;
        _content += block.ContentLength;
        return block;
    }

    private void Fill(int at, int count)
    {
        if (_stream.ReadAtLeast(_input.AsSpan(at, count), count, throwOnEndOfStream: false) < count)
            throw CutShort();
    }

    private int Decode(ReadOnlySpan<byte> input)
    {
        try
        {
            var produced = 0;
            while (true)
            {
                var step = _decoder.Step(input, _output);
                produced += step.Produced;
                input = input[step.Consumed..];
                if (input.IsEmpty && step.Produced < _output.Length)
                    return produced;
                if (step is { Consumed: 0, Produced: 0 } || step.IsComplete)
                    return input.IsEmpty ? produced : throw Corrupt("a frame ends early");
            }
        }
        catch (ZstdFaultException e)
        {
            throw Corrupt(e.Message);
        }
    }

    private static RecipeRefusedException CutShort() => new(RecipeRefusal.CutShort, "The zstd stream is cut short.");

    private static RecipeRefusedException Corrupt(string why) =>
        new(RecipeRefusal.Corrupt, $"The zstd stream can't be decoded: {why}.");
}
