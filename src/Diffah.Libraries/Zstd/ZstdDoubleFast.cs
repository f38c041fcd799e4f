namespace Diffah.Libraries.Zstd;

/// <summary>
/// How zstd 1.5.1 to 1.5.6 finds matches at the levels that have two tables of hashes, of 8 bytes and of a few (its
/// strategy "double fast"). Of the built-in library all is the same but this.
/// </summary>
internal sealed unsafe class ZstdDoubleFast : IZstdMatcher
{
    private readonly ZstdNearDoubleFast _near = new();
    private readonly ZstdFarDoubleFast _far = new();
    private ZstdRepeats _repeats = ZstdRepeats.OfFrame;
    private ZstdRepeats _ofLastBlock = ZstdRepeats.OfFrame;

    /// <inheritdoc/>
    public void Begin(ZstdRepeats repeats, int overlap) => _repeats = _ofLastBlock = repeats;

    /// <inheritdoc/>
    public int Match(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity)
    {
        if (block.IsPreviousCompressed)
            _repeats = _ofLastBlock;
        var found = new ZstdDecisionList(sequences, capacity, block.Start);
        var end = block.Start + block.Length;
        var isFar = block.FarStart < block.NearStart && block.LowestFor(block.FarStart) < block.NearStart;
        _ofLastBlock = isFar
            ? _far.Match(in block, ref found, _repeats)
            : _near.Match(in block, ref found, _repeats);
        return found.End(end);
    }
}
