namespace Diffah.Libraries.Zstd;

/// <summary>
/// Makes blocks of decisions that stand: only literals and sequences are coded, with regard to the tables of the blocks
/// before. The frame's header comes before the first of them. Not for two threads at once.
/// </summary>
internal sealed class ZstdBlockEncoder : IDisposable
{
    private readonly Given _given = new();
    private readonly ZstdEncoder _encoder;

    /// <summary>Begins a frame.</summary>
    /// <param name="strategy">1 to 9, from fast to btultra2: how tables are chosen.</param>
    /// <exception cref="ZstdFaultException">There is no such strategy.</exception>
    public ZstdBlockEncoder(int strategy)
    {
        var settings = new ZstdFrameSettings(1) { IsBefore157 = true, KeepsBlocksWhole = true };
        _encoder = ZstdEncoder.ForBlocks(settings, strategy, _given);
    }

    /// <summary>Gives the next block, and then takes none of its content.</summary>
    /// <param name="content">Its content, at most 128 KiB.</param>
    /// <param name="decisions">Its sequences, and <see cref="ZstdDecision.Rest"/>.</param>
    public void Begin(ReadOnlySpan<byte> content, ReadOnlySpan<ZstdDecision> decisions) =>
        _given.Take(content.Length, decisions);

    /// <summary>Gives the block's bytes, part by part.</summary>
    /// <param name="content">What is left of its content.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="isLast">No block of the frame follows.</param>
    /// <exception cref="ZstdFaultException">Sequences don't fit the content.</exception>
    public ZstdStep Step(ReadOnlySpan<byte> content, Span<byte> output, bool isLast) =>
        _encoder.Step(content, output, isLast ? ZstdDirective.End : ZstdDirective.Flush);

    public void Dispose() => _encoder.Dispose();

    private sealed unsafe class Given : IZstdMatcher
    {
        // A third of a block, and what ends it.
        private ZstdDecision[] _decisions = new ZstdDecision[512];
        private int _count;
        private int _length;

        public void Take(int length, ReadOnlySpan<ZstdDecision> decisions)
        {
            if (_decisions.Length < decisions.Length)
                _decisions = new ZstdDecision[Math.Max(decisions.Length, 2 * _decisions.Length)];
            decisions.CopyTo(_decisions);
            (_count, _length) = (decisions.Length, length);
        }

        public void Begin(ZstdRepeats repeats, int overlap) => _count = 0;

        public int Match(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity)
        {
            if (block.Length != _length || _count > capacity)
                throw new ZstdFaultException("sequences of another block");
            _decisions.AsSpan(0, _count).CopyTo(new Span<ZstdDecision>(sequences, capacity));
            return _count;
        }
    }
}
