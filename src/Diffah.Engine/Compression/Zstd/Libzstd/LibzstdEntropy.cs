using System.Buffers;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Libraries.Zstd;

namespace Diffah.Engine.Compression.Zstd.Libzstd;

/// <summary>
/// Writes blocks whose sequences are known as the reference library does since 1.5.1. It chooses tables by those of the
/// blocks before, so all blocks of a frame have to come by, in their order. Not for two threads at once.
/// </summary>
internal sealed class LibzstdEntropy : IDisposable
{
    private const int OutputLength = ZstdBlockHeader.MaximumContent + 1024;

    private readonly int _strategy;
    private ZstdBlockEncoder _encoder;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(OutputLength);
    private readonly ZstdDecision[] _decisions = new ZstdDecision[ZstdBlockDraft.MaximumSequences + 1];
    private bool _isBegun;
    private bool _isDisposed;

    /// <summary>Begins a frame.</summary>
    /// <param name="strategy">1 to 9, from fast to btultra2: it sets how tables are chosen. See
    /// <see cref="StrategyOf"/>.</param>
    /// <exception cref="RecipeRefusedException">There is no such strategy.</exception>
    public LibzstdEntropy(int strategy)
    {
        if (strategy is < 1 or > 9)
            throw LibzstdRefusals.Unknown();
        _strategy = strategy;
        _encoder = new ZstdBlockEncoder(strategy);
    }

    /// <summary>The strategy that a level has where the content is larger than 256 KiB.</summary>
    /// <param name="level">1 to 19.</param>
    public static int StrategyOf(int level) => ZstdLibrary.StrategyOf(level);

    /// <summary>
    /// Begins a job of the frame: no table of the blocks before is used again. The zstd tool works in jobs unless it is
    /// told not to, each of four windows and at least 1 MiB of content.
    /// </summary>
    public void BeginJob()
    {
        _encoder.Dispose();
        _encoder = new ZstdBlockEncoder(_strategy);
        _isBegun = false;
    }

    /// <summary>Writes a block.</summary>
    /// <param name="content">Its content, 1 byte to 128 KiB; none only where the frame's last block is empty.</param>
    /// <param name="sequences">Its sequences. Only their lengths and offset values count.</param>
    /// <param name="isLast">No block of the frame follows.</param>
    /// <param name="output">Where the block goes, with its header: compressed, raw or RLE, as the library
    /// chooses.</param>
    /// <exception cref="RecipeRefusedException">The sequences do not fit the content.</exception>
    public void WriteBlock(
        ReadOnlySpan<byte> content, ReadOnlySpan<ZstdSequence> sequences, bool isLast, IBufferWriter<byte> output)
    {
        if (content.Length > ZstdBlockHeader.MaximumContent)
            throw LibzstdRefusals.ContentDiffers();
        if (content.IsEmpty && !isLast)
            return;
        var count = Translate(content.Length, sequences);
        try
        {
            _encoder.Begin(content, _decisions.AsSpan(0, count));
            ZstdStep step;
            do
            {
                step = _encoder.Step(content, _buffer.AsSpan(0, OutputLength), isLast);
                Pass(_buffer.AsSpan(0, step.Produced), output);
                content = content[step.Consumed..];
            }
            while (!step.IsComplete);
        }
        catch (ZstdFaultException e)
        {
            throw LibzstdRefusals.Fault(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _encoder.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    // The library puts out a whole block at a time, and the frame's header with the first.
    private void Pass(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (bytes.IsEmpty)
            return;
        if (!_isBegun)
            bytes = bytes[ZstdFrameHeader.Read(bytes)!.Value.Length..];
        _isBegun = true;
        output.Write(bytes);
    }

    private int Translate(int length, ReadOnlySpan<ZstdSequence> sequences)
    {
        if (sequences.Length > ZstdBlockDraft.MaximumSequences)
            throw LibzstdRefusals.ContentDiffers();
        var rest = length;
        for (var i = 0; i < sequences.Length; i++)
        {
            var sequence = sequences[i];
            if (sequence.LiteralLength < 0 || sequence.LiteralLength > rest || sequence.MatchLength < 3
                || sequence.MatchLength > rest - sequence.LiteralLength || sequence.OffsetValue == 0)
                throw LibzstdRefusals.ContentDiffers();
            rest -= sequence.LiteralLength + sequence.MatchLength;
            _decisions[i] = new ZstdDecision(
                sequence.OffsetValue, (uint)sequence.LiteralLength, (uint)sequence.MatchLength);
        }
        _decisions[sequences.Length] = ZstdDecision.Rest((uint)rest);
        return sequences.Length + 1;
    }
}
