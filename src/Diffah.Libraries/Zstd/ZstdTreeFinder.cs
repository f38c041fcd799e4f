using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>Finds all matches at a place that are worth a price: by repeat offsets, by a hash of 3 bytes, and by the
/// tree.</summary>
internal sealed unsafe class ZstdTreeFinder
{
    /// <summary>About the longest match that is found; those that repeat an offset may be longer.</summary>
    public const int Longest = 4096;

    private readonly ZstdTree _tree = new(Longest);
    private readonly ZstdNearHash _threes = new();
    private ZstdSegments _content;
    private uint* _next;
    private int _shortest;

    /// <summary>A longer match is taken at once.</summary>
    public int Enough { get; private set; }

    /// <summary>Begins a block.</summary>
    public void Use(in ZstdMatchedBlock block)
    {
        _content = new ZstdSegments(in block);
        _next = block.NextToUpdate;
        _shortest = Shortest(in block);
        Enough = Math.Min(block.TargetLength, Longest - 1);
        _tree.Use(in block, _content);
        _threes.Use(in block);
    }

    /// <summary>Bytes of the shortest match that is found in a block.</summary>
    public static int Shortest(in ZstdMatchedBlock block) => block.MinimumMatch == 3 ? 3 : 4;

    /// <summary>Forgets all content before a block.</summary>
    public static void Clear(in ZstdMatchedBlock block)
    {
        ZstdTree.Clear(in block);
        ZstdNearHash.Clear(in block);
        *block.NextToUpdate = block.NearStart;
    }

    /// <summary>Finds the matches at a place, each longer than the one before, and enters it.</summary>
    /// <param name="at">The place, at least 8 bytes before the block's end.</param>
    /// <param name="repeats">The repeat offsets there.</param>
    /// <param name="hasNoLiterals">A match ends there, so that repeat codes mean the next ones.</param>
    /// <param name="found">Takes up to <see cref="Longest"/> and three.</param>
    /// <returns>How many there are.</returns>
    public int Find(byte* at, ZstdRepeats repeats, bool hasNoLiterals, ZstdFoundMatch* found)
    {
        var index = (uint)(at - _content.Base);
        if (index < *_next)
            return 0;
        EnterBefore(index);
        var low = _content.Lowest(index);
        var end = found;
        var best = _shortest - 1;
        if (TryRepeats(at, index, low, repeats, hasNoLiterals, ref best, ref end))
            return (int)(end - found);
        low = Math.Max(low, 1);
        if (_shortest == 3 && best < 3 && TryThree(at, index, low, ref best, ref end))
        {
            *_next = index + 1;
            return 1;
        }
        *_next = _tree.Find(index, low, best, ref end);
        return (int)(end - found);
    }

    private void EnterBefore(uint target)
    {
        var index = *_next;
        if (index >= target)
            return;
        var low = _content.Lowest(target);
        while (index < target)
            index = _tree.Enter(index, low);
        *_next = target;
    }

    // Gives whether a match is so good that no other is looked for.
    private bool TryRepeats(
        byte* at, uint index, uint low, ZstdRepeats repeats, bool hasNoLiterals, ref int best, ref ZstdFoundMatch* end)
    {
        var (first, second, third) = hasNoLiterals
            ? (repeats.Second, repeats.Third, repeats.First - 1)
            : (repeats.First, repeats.Second, repeats.Third);
        return TryRepeat(at, index, low, first, 1, ref best, ref end)
            || TryRepeat(at, index, low, second, 2, ref best, ref end)
            || TryRepeat(at, index, low, third, 3, ref best, ref end);
    }

    private bool TryRepeat(
        byte* at, uint index, uint low, uint offset, uint code, ref int best, ref ZstdFoundMatch* end)
    {
        // No offset, less one, is the largest number. And not where the repeated bytes would begin in the last three
        // of the far piece.
        var position = index - offset;
        if (offset - 1 >= index - low || _content.Near - 1 - position < 3)
            return false;
        var difference = Unsafe.ReadUnaligned<uint>(at) ^ Unsafe.ReadUnaligned<uint>(_content.At(position));
        if ((_shortest == 3 ? difference << 8 : difference) != 0)
            return false;
        var length = _shortest + _content.Same(at + _shortest, position + (uint)_shortest);
        return Add(at, new(code, length), ref best, ref end);
    }

    private bool TryThree(byte* at, uint index, uint low, ref int best, ref ZstdFoundMatch* end)
    {
        var position = _threes.Find(at, index);
        return position >= low && index - position < ZstdNearHash.Reach
            && Add(at, ZstdFoundMatch.At(index - position, _content.Same(at, position)), ref best, ref end);
    }

    private bool Add(byte* at, ZstdFoundMatch match, ref int best, ref ZstdFoundMatch* end)
    {
        if (match.Length <= best)
            return false;
        best = match.Length;
        *end++ = match;
        return match.Length > Enough || at + match.Length == _content.End;
    }
}
