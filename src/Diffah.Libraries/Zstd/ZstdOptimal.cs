namespace Diffah.Libraries.Zstd;

/// <summary>
/// How zstd 1.5.4 and 1.5.5 find matches at the levels that weigh the ways to go on by what they cost (its strategies
/// btopt, btultra and btultra2). Of the built-in library all is the same but this.
/// </summary>
internal sealed unsafe class ZstdOptimal : IZstdMatcher
{
    private const int Quick = 7;
    private const int Twice = 9;

    // With less there is nothing to learn of a first look.
    private const int ShortestSeenTwice = 9;

    private readonly ZstdOptimalParser _parser = new();
    private ZstdRepeats _repeats = ZstdRepeats.OfFrame;
    private ZstdRepeats _behind;
    private ZstdRepeats _library;
    private bool _isBegun;

    /// <inheritdoc/>
    public void Begin(ZstdRepeats repeats, int overlap) => (_repeats, _isBegun) = (repeats, false);

    /// <inheritdoc/>
    public int Match(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity)
    {
        if (_isBegun)
            _repeats = RepeatsBefore(in block);
        else
            BeginFrame(in block, sequences, capacity);
        _isBegun = true;
        (block.Repeats[0], block.Repeats[1], block.Repeats[2]) = _repeats;
        var found = new ZstdDecisionList(sequences, capacity, block.Start);
        _behind = _parser.Match(in block, ref found, _repeats);
        _library = found.RepeatsOfLibrary(_repeats);
        return found.End(block.Start + block.Length);
    }

    // The library leaves a decoder's repeat offsets, but not where it wrote all as one compressed block: it knows no
    // repeat codes, as it is not to look for any, and takes the values of the last sequences for offsets.
    private ZstdRepeats RepeatsBefore(in ZstdMatchedBlock block)
    {
        var left = new ZstdRepeats(block.Repeats[0], block.Repeats[1], block.Repeats[2]);
        return left == _library ? _behind : left;
    }

    private void BeginFrame(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity)
    {
        _parser.Begin(isQuick: block.Strategy == Quick);
        var isAtStart = block.Start == block.Base + block.NearStart && block.FarStart == block.NearStart;
        if (block.Strategy != Twice || !isAtStart || block.Length < ShortestSeenTwice)
            return;
        // A first look at the block is only to learn what is likely.
        var unused = new ZstdDecisionList(sequences, capacity, block.Start);
        _parser.Match(in block, ref unused, _repeats);
        ZstdTreeFinder.Clear(in block);
    }
}
