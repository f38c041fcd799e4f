using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Where content is that goes on as some place does: for each hash of 4 bytes and more a binary tree, sorted by what
/// follows, with the latest position at its root. The tables are the library's, which fills them with what lies before
/// a job.
/// </summary>
internal sealed unsafe class ZstdTree
{
    // So many bytes and one more have to be the same before positions are left out.
    private const int Repetitive = 8;

    // Of a match longer than this, some positions are left out.
    private const int LongMatch = 384;
    private const int MostLeftOut = 192;

    private readonly int _longest;
    private ZstdSegments _content;
    private uint* _roots;
    private uint* _children;
    private uint _mask;
    private int _hashLog;
    private int _hashed;
    private int _attempts;

    /// <param name="longest">A longer match is taken without a look for one that is longer still.</param>
    public ZstdTree(int longest) => _longest = longest;

    /// <summary>Begins a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="content">What it may refer to.</param>
    public void Use(in ZstdMatchedBlock block, ZstdSegments content)
    {
        _content = content;
        _roots = block.FirstTable;
        _hashLog = block.FirstLog;
        _children = block.SecondTable;
        _mask = (1u << (block.SecondLog - 1)) - 1;
        _hashed = block.MinimumMatch;
        _attempts = 1 << block.SearchLog;
    }

    /// <summary>Forgets all positions.</summary>
    public static void Clear(in ZstdMatchedBlock block) =>
        new Span<uint>(block.FirstTable, 1 << block.FirstLog).Clear();

    /// <summary>Enters a position, and maybe leaves some behind it out.</summary>
    /// <param name="index">The position.</param>
    /// <param name="low">The first one that will be looked for when all are entered.</param>
    /// <returns>The next position.</returns>
    public uint Enter(uint index, uint low)
    {
        var at = _content.Base + index;
        var end = _content.End;
        var descent = Begin(at, index);
        var best = Repetitive;
        var reached = index + Repetitive + 1;
        for (var left = _attempts; left > 0 && descent.Position >= low; left--)
        {
            var same = Compare(in descent, at, out var match);
            if (same > best)
            {
                best = same;
                reached = Math.Max(reached, descent.Position + (uint)same);
            }
            // Where the content ends nobody knows which is the smaller.
            if (at + same == end || !descent.GoOn(match[same] < at[same], same))
                break;
        }
        descent.End();
        var leftOut = best > LongMatch ? (uint)Math.Min(MostLeftOut, best - LongMatch) : 0;
        return Math.Max(index + leftOut, reached - Repetitive);
    }

    /// <summary>Finds matches, each longer than the one before, and enters a position.</summary>
    /// <param name="index">The position.</param>
    /// <param name="low">The first one that may be referred to.</param>
    /// <param name="best">A match is to be longer than this.</param>
    /// <param name="found">Takes them; is moved behind the last.</param>
    /// <returns>The next position to be entered.</returns>
    public uint Find(uint index, uint low, int best, ref ZstdFoundMatch* found)
    {
        var at = _content.Base + index;
        var end = _content.End;
        var descent = Begin(at, index);
        var reached = index + Repetitive + 1;
        for (var left = _attempts; left > 0 && descent.Position >= low; left--)
        {
            var same = Compare(in descent, at, out var match);
            if (same > best)
            {
                best = same;
                reached = Math.Max(reached, descent.Position + (uint)same);
                *found++ = ZstdFoundMatch.At(index - descent.Position, same);
                if (same > _longest || at + same == end)
                    break;
            }
            if (!descent.GoOn(match[same] < at[same], same))
                break;
        }
        descent.End();
        return reached - Repetitive;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ZstdDescent Begin(byte* at, uint index)
    {
        ref var root = ref _roots[ZstdHashes.OfFew(at, _hashLog, _hashed)];
        var descent = new ZstdDescent(_children, _mask, index, root);
        root = index;
        return descent;
    }

    // How many bytes are the same, and where to look for the first one that differs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Compare(in ZstdDescent descent, byte* at, out byte* match)
    {
        var position = descent.Position;
        var same = descent.Same;
        if (position + (uint)same >= _content.Near)
        {
            match = _content.Base + position;
            return same + ZstdHashes.Same(at + same, match + same, _content.End);
        }
        same += _content.Same(at + same, position + (uint)same);
        match = _content.At(position + (uint)same) - same;
        return same;
    }
}
