using System.Numerics;
using Diffah.Engine.Compression.Mixing;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>How likely decisions are in which contexts. Contexts are those of the format.</summary>
internal sealed class DecisionModels : IDisposable
{
    private const int BitContexts = 6;
    private const int SymbolContexts = 4;
    private const int Sets = 256;
    private const int SlotsLog = 18;
    private const int Limit = 255;
    private const int RateShift = 14;
    private const int QuickLog = 16;

    private readonly ContextMixer _bits =
        new(new MixerShape(BitContexts, 0, SlotsLog, Kinds * 4, Sets, Kinds * 4, Limit, RateShift));

    private readonly SymbolMixer _symbols = new(SymbolContexts, 6, SlotsLog, Limit);
    private readonly uint[] _contexts = new uint[SymbolContexts];
    private readonly QuickBits _quick = new(QuickLog);
    private int _lastChoice;
    private uint _starts;
    private uint _longest;
    private int _lastShortening;

    private const int Kinds = 4;

    private enum Kind
    {
        Hit,
        Escape,
        Start,
        Longest,
    }

    public void Dispose()
    {
        _bits.Dispose();
        _symbols.Dispose();
    }

    /// <summary>Whether the reference is right.</summary>
    public bool CodeHit(
        BitCoder coder, bool isRight, in ReferenceGuess guess, int literals, int relation, uint history)
    {
        var flags = (uint)((guess.IsWithin ? 1 : 0) | (relation << 1) | (guess.Decision.IsEnd ? 8 : 0));
        var (fresh, left) = (Log(guess.Fresh), Log(guess.Left + 1));
        Set(Kind.Hit, 0, flags, history & 15);
        Set(Kind.Hit, 1, flags, fresh | (left << 8));
        Set(Kind.Hit, 2, flags, Log(literals) | (Small(guess.Decision.Length) << 8));
        Set(Kind.Hit, 3, flags, history & 0xFFF);
        Set(Kind.Hit, 4, Log(guess.Decision.Distance) | (Log(guess.Decision.Length) << 8), flags | (history & 3) << 8);
        Set(Kind.Hit, 5, flags | (fresh << 8), (history & 7) | (Small(guess.Decision.Length) << 8));
        return CodeBit(
            coder, isRight, Kind.Hit, (int)(history & 3), (int)(history & 31) | ((int)Math.Min(fresh, 7) << 5));
    }

    /// <summary>Whether a match begins where nothing seems to be.</summary>
    public bool CodeEscape(BitCoder coder, bool isEscape, bool isSecond, uint history)
    {
        var second = isSecond ? 1u : 0;
        for (var context = 0; context < BitContexts; context++)
            Set(Kind.Escape, context, second, history & ((1u << context) - 1));
        return CodeBit(coder, isEscape, Kind.Escape, (int)second, (int)(history & 15));
    }

    /// <summary>Whether the match begins at a candidate.</summary>
    public bool CodeStart(
        BitCoder coder, bool begins, in Candidate candidate, in Candidate next, in Candidate last, int literals,
        bool isSecond, uint history)
    {
        var length = Small(candidate.Length);
        var gain = (uint)Math.Clamp(next.Length - candidate.Length, -2, 3) + 2;
        var gained = (uint)Math.Clamp(candidate.Length - last.Length, -3, 3) + 3;
        var skipped = last.Length > 0 ? 1 + gained : 0;
        var state = (uint)candidate.State | (isSecond ? 4u : 0);
        var nextState = state | ((uint)next.State << 3);
        var near = Log(candidate.Distance);
        var quick = Hash.Of(length | (gain << 8), nextState | (skipped << 8), near) >> (32 - QuickLog);
        if (_quick.IsClear((int)quick))
            return Started(_quick.Code(coder, begins, (int)quick));
        Set(Kind.Start, 0, length | (gain << 8), nextState | (skipped << 8));
        Set(Kind.Start, 1, nextState, (history & 15) | (_starts & 15) << 8);
        Set(Kind.Start, 2, length | (Small(next.Length) << 8), near | (state << 8));
        Set(Kind.Start, 3, near | (length << 8), gain | (skipped << 8) | (Log(next.Distance) << 16));
        Set(Kind.Start, 4, Log(literals) | (length << 8), Small(candidate.RepeatLength) | (gain << 8) | (state << 16));
        Set(Kind.Start, 5, nextState | (Small(candidate.ReferenceLength) << 8), length | (gain << 8));
        var result = CodeBit(
            coder, begins, Kind.Start, (int)(candidate.State), (int)(Math.Min(length, 15) | (gain << 4) & 0x70)
                | (last.Length > 0 ? 128 : 0));
        _quick.Learn(result, (int)quick);
        return Started(result);
    }

    private bool Started(bool result)
    {
        _starts = (_starts << 1) | (result ? 1u : 0);
        return result;
    }

    /// <summary>Which distance a match has.</summary>
    public int CodeChoice(BitCoder coder, int choice, MatchChoices choices, in Candidate candidate)
    {
        var place = (uint)choices.ReferencePlace | ((uint)choices.RepeatPlace << 8);
        var count = (uint)Math.Min(choices.StepCount, 12);
        var state = (uint)candidate.State;
        _contexts[0] = place | (count << 16) | (state << 24);
        _contexts[1] = (uint)_lastChoice | (count << 8) | (state << 16);
        _contexts[2] = Small(candidate.Length) | (count << 8) | ((uint)choices.ReferencePlace << 16);
        _contexts[3] = Small(candidate.RepeatLength) | (Small(candidate.ReferenceLength) << 8) | (place << 16);
        choice = _symbols.CodeSmall(coder, choice, 0, _contexts);
        _lastChoice = choice;
        return choice;
    }

    /// <summary>Whether a match is as long as it can be.</summary>
    public bool CodeLongest(
        BitCoder coder, bool isLongest, int longest, MatchChoices choices, in Candidate candidate, int choice)
    {
        var length = Small(longest);
        var agrees = Agrees(candidate, longest, choice);
        var below = Small(longest - choices.LengthBelow(choice));
        Set(Kind.Longest, 0, length, agrees);
        Set(Kind.Longest, 1, (uint)choice, agrees | (below << 8));
        Set(Kind.Longest, 2, _longest & 255, agrees);
        Set(Kind.Longest, 3, length | ((uint)choice << 8), below);
        Set(Kind.Longest, 4, Log(candidate.Distance), (_longest & 7) | (agrees << 8));
        Set(Kind.Longest, 5, Small(candidate.ReferenceLength), length | ((uint)choice << 8));
        var result = CodeBit(
            coder, isLongest, Kind.Longest, (int)Math.Min(agrees, 3), (int)(_longest & 15) | (choice << 4));
        _longest = (_longest << 1) | (result ? 1u : 0);
        return result;
    }

    /// <summary>By how much a match is shorter than it could be; less than 0 where it is longer than was looked
    /// at.</summary>
    public long CodeShortening(
        BitCoder coder, int shortening, int longest, MatchChoices choices, in Candidate candidate, int choice)
    {
        _contexts[0] = (uint)Math.Clamp(longest - candidate.ReferenceLength, -1, 300) + 1
            + ((uint)candidate.State << 16);
        _contexts[1] = Small(longest) | (Small(choices.LengthBelow(choice)) << 8);
        _contexts[2] = (uint)Math.Min(_lastShortening, 40) | (Small(longest) << 8);
        _contexts[3] = (uint)choice | ((uint)Math.Min(longest, 300) << 8);
        var value = _symbols.CodeSigned(coder, shortening, 1, _contexts);
        _lastShortening = (int)Math.Clamp(value, 0, 1000);
        return value;
    }

    /// <summary>A number that nothing is known of.</summary>
    public ulong CodeRaw(BitCoder coder, ulong value, int what)
    {
        for (var context = 0; context < SymbolContexts; context++)
            _contexts[context] = (uint)(what | (context << 8));
        return _symbols.CodeNumber(coder, value, 2 + what, _contexts);
    }

    private static uint Agrees(in Candidate candidate, int longest, int choice)
    {
        if (candidate.ReferenceLength == 0)
            return 0;
        var relation = longest == candidate.ReferenceLength ? 1u : longest < candidate.ReferenceLength ? 2u : 3u;
        return relation | (choice == 0 ? 4u : 0) | ((uint)candidate.State << 3);
    }

    private bool CodeBit(BitCoder coder, bool bit, Kind kind, int part, int second)
    {
        var set = ((int)kind * 4) + Math.Min(part, 3);
        return _bits.Code(coder, bit ? 1 : 0, 0, set, second, set) != 0;
    }

    private void Set(Kind kind, int context, uint one, uint other) =>
        _bits.Set(context, Hash.Of(one, other, (uint)context | ((uint)kind << 8)));

    // Exact where it is short.
    private static uint Small(int length) => length <= 24 ? (uint)Math.Max(length, 0) : 20 + Log(length);

    private static uint Log(int value) => value <= 0 ? 0 : (uint)BitOperations.Log2((uint)value) + 1;
}
