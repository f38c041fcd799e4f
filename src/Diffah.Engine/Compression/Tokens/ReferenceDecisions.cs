namespace Diffah.Engine.Compression.Tokens;

/// <summary>What the reference's encoder decided at the place that stands for one of the content.</summary>
/// <param name="Decision">The same in the content.</param>
/// <param name="ReferenceLength">How long the reference's match is from there on.</param>
/// <param name="IsSure">Nothing between is without a place in the reference.</param>
/// <param name="IsWithin">The reference has a match that began before.</param>
/// <param name="Fresh">Bytes from the begin of the alignment.</param>
/// <param name="Left">Bytes to the alignment's end, behind the match.</param>
internal readonly record struct ReferenceGuess(
    Decision Decision, int ReferenceLength, bool IsSure, bool IsWithin, int Fresh, int Left);

/// <summary>What is known of a place.</summary>
internal enum ReferenceState
{
    /// <summary>No place of the reference stands for it.</summary>
    Unknown,

    /// <summary>The reference has a literal there.</summary>
    Literal,

    /// <summary>A match of the reference begins there.</summary>
    Match,

    /// <summary>A match of the reference began before.</summary>
    Within,
}

/// <summary>The decisions of a reference, as they would be in the content.</summary>
internal sealed class ReferenceDecisions
{
    // Differing bytes between two pieces of one alignment.
    private const int SmallGap = 16;

    private readonly ContentBuffer _content;
    private readonly ContentMap _map;
    private readonly TokenSettings _settings;

    public ReferenceDecisions(ContentBuffer content, ContentMap map, DecisionIndex index, TokenSettings settings) =>
        (_content, _map, Index, _settings) = (content, map, index, settings);

    /// <summary>The decisions in the reference's content.</summary>
    public DecisionIndex Index { get; }

    /// <summary>Knows all places before one.</summary>
    public void Extend(int until) => _map.Extend(until);

    /// <summary>The place of the reference that stands for a place; -1 for none.</summary>
    public int PlaceOf(int position)
    {
        var index = _map.Find(position);
        return index < _map.Count && _map[index].Start <= position ? _map[index].ToReference(position) : -1;
    }

    /// <summary>The next decision as the reference has it.</summary>
    public ReferenceGuess Next(int position, int blockEnd)
    {
        var index = _map.Find(position);
        if (index == _map.Count || _map[index].Start > position)
            return default;
        var fresh = position - _map[index].Start;
        var place = _map[index].ToReference(position);
        if (Index.Around(place) is { Length: > 0 } around)
        {
            var left = Math.Min(around.End - place, blockEnd - position);
            return Guess(index, position, left, place, around.Distance, fresh, isWithin: true);
        }
        for (var at = position; ; index++)
        {
            var alignment = _map[index];
            var end = Math.Min(alignment.End, blockEnd);
            if (index + 1 < _map.Count && IsSmallGap(alignment, _map[index + 1]))
                end = Math.Min(_map[index + 1].Start, blockEnd);
            var start = Index.NextStart(alignment.ToReference(at), alignment.ToReference(end));
            if (start >= 0)
            {
                var found = start - alignment.Reference + alignment.Start;
                var match = Index.At(start);
                return Guess(
                    index, found, Math.Min(match.Length, blockEnd - found), start, match.Distance, fresh,
                    isWithin: false);
            }
            if (end >= blockEnd)
                return new(new(blockEnd, 0, 0), 0, true, false, fresh, alignment.End - end);
            if (index + 1 == _map.Count || _map[index + 1].Start > end)
                return default;
            at = end;
        }
    }

    /// <summary>What the reference has at a place, and the match that it has from there on.</summary>
    public ReferenceState At(int position, int blockEnd, out ReferenceGuess guess)
    {
        guess = default;
        var index = _map.Find(position);
        if (index == _map.Count || _map[index].Start > position)
            return ReferenceState.Unknown;
        var place = _map[index].ToReference(position);
        var begins = Index.Begins(place);
        var match = begins ? Index.At(place) : Index.Around(place);
        if (match.Length == 0)
            return ReferenceState.Literal;
        guess = Guess(
            index, position, Math.Min(match.End - place, blockEnd - position), place, match.Distance,
            position - _map[index].Start, !begins);
        return begins ? ReferenceState.Match : ReferenceState.Within;
    }

    private static bool IsSmallGap(Alignment one, Alignment next) =>
        next.Start - one.End is > 0 and <= SmallGap && next.Reference - one.Reference == next.Start - one.Start;

    private ReferenceGuess Guess(
        int index, int position, int length, int place, int distance, int fresh, bool isWithin)
    {
        var alignment = _map[index];
        var source = place - distance;
        var mapped = distance;
        if (source < alignment.Reference && _map.ToContent(source, position) is >= 0 and var found)
            mapped = position - found;
        if (!IsMatch(position, mapped) && (mapped == distance || !IsMatch(position, mapped = distance)))
            mapped = 0;
        return new(
            new(position, length, mapped), length, mapped > 0 && length >= _settings.MinimumMatch, isWithin, fresh,
            alignment.End - position - length);
    }

    private bool IsMatch(int position, int distance) =>
        distance > 0 && distance <= _settings.Reach && position - distance >= _content.Origin
        && _content.Equal(position, position - distance, _settings.MinimumMatch) >= _settings.MinimumMatch;
}
