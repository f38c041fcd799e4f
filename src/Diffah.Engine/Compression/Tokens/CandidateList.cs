namespace Diffah.Engine.Compression.Tokens;

/// <summary>What could be taken at a place.</summary>
/// <param name="Length">The longest match; 0 for none.</param>
/// <param name="Distance">Its distance, the least of that length.</param>
/// <param name="State">What the reference has there.</param>
/// <param name="ReferenceDistance">The distance that the reference has there; 0 for none.</param>
/// <param name="ReferenceLength">How long the reference's match is from there on.</param>
/// <param name="RepeatLength">The longest match at the last distance.</param>
internal readonly record struct Candidate(
    int Length, int Distance, ReferenceState State, int ReferenceDistance, int ReferenceLength, int RepeatLength);

/// <summary>The candidates from the last decision's end on, each found once.</summary>
internal sealed class CandidateList(
    ContentBuffer content, TokenSettings settings, MatchChains chains, ReferenceDecisions? reference, int[] repeats)
{
    private readonly List<Candidate> _found = [];
    private int _start;
    private int _end;
    private long _mayWork;

    /// <summary>Steps of work since it was taken.</summary>
    public long Work { get; set; }

    /// <summary>Begins at a place.</summary>
    /// <param name="start">The place.</param>
    /// <param name="end">Where the block ends.</param>
    /// <param name="mayWork">Steps of work after which less is looked at.</param>
    public void Begin(int start, int end, long mayWork)
    {
        _found.Clear();
        (_start, _end, _mayWork) = (start, end, mayWork);
    }

    /// <summary>The candidate at a place of the block, or at its end.</summary>
    public Candidate At(int position)
    {
        while (_found.Count <= position - _start)
            _found.Add(Find(_start + _found.Count));
        return _found[position - _start];
    }

    private Candidate Find(int position)
    {
        chains.Insert(position);
        // The places of one decision alone may be those of a whole block.
        var (depth, cap) = settings.SearchAt(isTired: Work > _mayWork);
        var most = Math.Min(Math.Min(cap, settings.MaximumMatch), _end - position);
        if (most < settings.MinimumMatch)
            return default;
        var (length, distance) = (settings.WorthIt - 1, 0);
        var walk = chains.From(position);
        for (var left = depth; left > 0 && length < most; left--)
        {
            var place = walk.Next();
            if (place < 0)
                break;
            Work++;
            if (content[place + length] != content[position + length])
                continue;
            var equal = content.Equal(position, place, most);
            Work += equal >> 4;
            if (equal > length)
                (length, distance) = (equal, position - place);
        }
        var guess = default(ReferenceGuess);
        if (distance == 0)
            length = settings.MinimumMatch - 1;
        var state = reference?.At(position, _end, out guess) ?? ReferenceState.Unknown;
        Consider(position, guess.Decision.Distance, most, ref length, ref distance);
        var repeated = 0;
        for (var index = 0; index < settings.Repeats; index++)
        {
            var equal = Consider(position, repeats[index], most, ref length, ref distance);
            if (index == 0)
                repeated = equal;
        }
        return new(
            distance == 0 ? 0 : length, distance, state, guess.Decision.Distance, guess.ReferenceLength, repeated);
    }

    private int Consider(int position, int by, int most, ref int length, ref int distance)
    {
        if (by <= 0 || position - by < content.Origin)
            return 0;
        var equal = content.Equal(position, position - by, most);
        Work += equal >> 4;
        if (equal > length)
            (length, distance) = (equal, by);
        return equal;
    }
}
