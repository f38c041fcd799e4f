using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>
/// Writes or reads the decisions of an encoder, of which most are predicted: by those of a reference, and by what the
/// content has. Both ways make the same steps.
/// </summary>
internal sealed class DecisionCoder : IDisposable
{
    // Steps of work for each byte of content, before less is looked at.
    private const long FreeWork = 1 << 24;
    private const long WorkPerByte = 512;

    private readonly BitCoder _coder;
    private readonly ContentBuffer _content;
    private readonly TokenSettings _settings;
    private readonly ReferenceDecisions? _reference;
    private readonly MatchChains _chains;
    private readonly CandidateList _candidates;
    private readonly DecisionModels _models = new();
    private readonly int[] _repeats = [0, 0, 0];
    private readonly MatchChoices _choices;
    private int _end;
    private long _work;
    private uint _history;
    private int _longestIsRight;

    public DecisionCoder(
        BitCoder coder, ContentBuffer content, TokenSettings settings, ReferenceDecisions? reference)
    {
        (_coder, _content, _settings, _reference) = (coder, content, settings, reference);
        _chains = new(content, settings);
        _candidates = new(content, settings, _chains, reference, _repeats);
        _choices = new(content, settings, _chains);
    }

    /// <summary>Where the next decision begins.</summary>
    public int Position { get; private set; }

    /// <summary>The last distances, for formats that have words for them.</summary>
    public ReadOnlySpan<int> Repeats => _repeats;

    /// <summary>Begins a block: no match goes beyond its end.</summary>
    public void Begin(int start, int end)
    {
        (Position, _end) = (start, end);
        _content.Have(start, end);
        _reference?.Extend(end);
    }

    /// <summary>Says what the last distances are.</summary>
    public void SetRepeats(int first, int second, int third) =>
        (_repeats[0], _repeats[1], _repeats[2]) = (first, second, third);

    /// <summary>Codes the next decision.</summary>
    /// <param name="decision">It, for a writer.</param>
    public Decision Code(Decision decision)
    {
        var mayWork = FreeWork + (WorkPerByte * Position) - _work;
        var isTired = mayWork < 0;
        _candidates.Begin(Position, _end, mayWork);
        var guess = _reference?.Next(Position, _end) ?? default;
        var isSure = guess.IsSure;
        if (isSure)
        {
            var expected = Expect(guess, isTired ? TokenSettings.TiredCap : _settings.MaximumMatch, out var relation);
            var isRight = _models.CodeHit(
                _coder, decision == expected, guess, expected.Start - Position, relation, _history);
            _history = (_history << 1) | (isRight ? 1u : 0);
            if (isRight)
                return Accept(expected);
        }
        decision = CodeFree(decision, isSure, isTired);
        if (isSure)
            Learn(guess, decision);
        return Accept(decision);
    }

    public void Dispose() => _models.Dispose();

    /// <summary>The reference's decision with the length that the encoder would give it.</summary>
    private Decision Expect(in ReferenceGuess guess, int cap, out int relation)
    {
        relation = 0;
        var expected = guess.Decision;
        if (expected.IsEnd)
            return expected;
        var longest = Equal(expected.Start, expected.Distance, cap);
        var length = Math.Min(expected.Length, longest);
        relation = longest == expected.Length ? 1 : longest < expected.Length ? 2 : 3;
        return expected with { Length = relation == 3 && _longestIsRight >= 0 ? longest : length };
    }

    /// <summary>Sees whether the encoder takes matches as long as they are, where the reference's was
    /// shorter.</summary>
    private void Learn(in ReferenceGuess guess, Decision decision)
    {
        var expected = guess.Decision;
        if (decision.Start != expected.Start || decision.Distance != expected.Distance || decision.IsEnd)
            return;
        var change = decision.Length > expected.Length ? 1 : decision.Length == expected.Length ? -1 : 0;
        _longestIsRight = Math.Clamp(_longestIsRight + change, -4, 4);
    }

    private Decision CodeFree(Decision decision, bool isSecond, bool isTired)
    {
        var isEscape = false;
        if (!_coder.IsReader && !decision.IsEnd)
        {
            var work = _candidates.Work;
            isEscape = _candidates.At(decision.Start).Length == 0;
            if (isEscape)
                _candidates.Work = work;
        }
        if (_models.CodeEscape(_coder, isEscape, isSecond, _history))
            return CodeRaw(decision);
        for (var at = Position; at < _end; at++)
        {
            var candidate = _candidates.At(at);
            if (candidate.Length == 0)
                continue;
            var next = _candidates.At(at + 1);
            var last = at > Position ? _candidates.At(at - 1) : default;
            if (_models.CodeStart(
                _coder, at == decision.Start && !decision.IsEnd, candidate, next, last, at - Position, isSecond,
                _history))
                return CodeMatch(decision, at, isTired);
        }
        return new(_end, 0, 0);
    }

    private Decision CodeRaw(Decision decision)
    {
        var start = Position + (int)Bound(
            _models.CodeRaw(_coder, (ulong)(decision.Start - Position), 0), (ulong)(_end - Position));
        var length = (int)Bound(
            _models.CodeRaw(_coder, (ulong)(decision.Length - _settings.MinimumMatch), 1),
            (ulong)_settings.MaximumMatch)
            + _settings.MinimumMatch;
        var distance = CodeDistance(decision.Distance, start);
        return Checked(start, length, distance);
    }

    private int CodeDistance(int distance, int start)
    {
        var most = (ulong)Math.Min(start, _settings.Reach);
        return (int)Bound(_models.CodeRaw(_coder, (ulong)distance, 2), most);
    }

    private Decision CodeMatch(Decision decision, int start, bool isTired)
    {
        var candidate = _candidates.At(start);
        var (depth, cap) = _settings.SearchAt(isTired);
        _choices.Find(start, candidate, _repeats, Math.Min(cap, _end - start), depth);
        var choice = _coder.IsReader ? 0 : _choices.IndexOf(decision.Distance);
        choice = _models.CodeChoice(_coder, choice, _choices, candidate);
        var distance = choice == MatchChoices.Raw
            ? CodeDistance(decision.Distance, start)
            : choice == MatchChoices.Ranked
                ? _choices.AtRank((int)Bound(_models.CodeRaw(_coder, (ulong)_choices.Rank(decision.Distance), 3), 255))
                : _choices.At(choice);
        if (distance <= 0 || start - distance < _content.Origin)
            throw ByteCursor.Invalid("has a distance out of its bounds");
        var longest = Equal(start, distance, Math.Min(cap, _settings.MaximumMatch));
        var isLongest = !_coder.IsReader && decision.Length >= longest
            && decision.Length == _content.Equal(
                start, start - distance, Math.Min(_settings.MaximumMatch, _end - start));
        if (_models.CodeLongest(_coder, isLongest, longest, _choices, candidate, choice))
            return Checked(start, longest < cap ? longest : Equal(start, distance, _settings.MaximumMatch), distance);
        var difference = _models.CodeShortening(
            _coder, longest - decision.Length, longest, _choices, candidate, choice);
        return Checked(start, longest - (int)Math.Clamp(difference, -(1L << 28), 1L << 28), distance);
    }

    private Decision Checked(int start, int length, int distance)
    {
        if (length < _settings.MinimumMatch || length > _settings.MaximumMatch || length > _end - start
            || distance <= 0 || distance > Math.Min(start, _settings.Reach))
            throw ByteCursor.Invalid("has a match out of its bounds");
        return new(start, length, distance);
    }

    private Decision Accept(Decision decision)
    {
        _work += _candidates.Work + _choices.Work;
        (_candidates.Work, _choices.Work) = (0, 0);
        Position = decision.End;
        return decision;
    }

    private int Equal(int position, int distance, int most)
    {
        var equal = _content.Equal(position, position - distance, Math.Min(most, _end - position));
        _work += equal >> 4;
        return equal;
    }

    private static ulong Bound(ulong value, ulong most) =>
        value <= most ? value : throw ByteCursor.Invalid("has a number out of its bounds");
}
