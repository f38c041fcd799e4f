using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// Where the last positions are that have a hash: rows of 16, 32 or 64, each used in a circle, as zstd 1.5.1 to 1.5.4
/// uses them. A byte of the hash beside each position spares most looks at the content.
/// </summary>
internal sealed unsafe class ZstdRows
{
    private const int TagBits = 8;
    private const int SmallestLog = 4;
    private const int LargestLog = 6;
    private const int LargestMatch = 6;

    // A gap longer than this is entered at its two ends only.
    private const uint LongGap = 384;
    private const uint GapStart = 96;
    private const uint GapEnd = 32;

    private readonly int _rowLog;
    private readonly int _hashLog;
    private readonly int _few;
    private readonly uint _mask;
    private readonly int _attempts;
    private readonly uint[] _positions;
    private readonly byte[] _tags;
    private readonly byte[] _heads;

    /// <summary>Rows without positions.</summary>
    /// <param name="hashLog">All positions, log2.</param>
    /// <param name="searchLog">Positions that are looked at, log2.</param>
    /// <param name="minimumMatch">Bytes that are hashed.</param>
    public ZstdRows(int hashLog, int searchLog, int minimumMatch)
    {
        _rowLog = Math.Clamp(searchLog, SmallestLog, LargestLog);
        _hashLog = hashLog - _rowLog + TagBits;
        _few = Math.Clamp(minimumMatch, SmallestLog, LargestMatch);
        _mask = (1u << _rowLog) - 1;
        _attempts = 1 << Math.Min(searchLog, _rowLog);
        _positions = new uint[1 << hashLog];
        _tags = new byte[1 << hashLog];
        _heads = new byte[1 << (hashLog - _rowLog)];
    }

    /// <summary>Enters all positions from one to before another.</summary>
    public void EnterAll(byte* from, uint index, uint end)
    {
        for (; index < end; index++)
            Enter(ZstdHashes.OfFew(from + index, _hashLog, _few), index);
    }

    /// <summary>Enters positions up to before one, of long gaps only some.</summary>
    public void EnterUpTo(byte* from, uint index, uint end)
    {
        if (end - index > LongGap)
        {
            EnterAll(from, index, index + GapStart);
            index = end - GapEnd;
        }
        EnterAll(from, index, end);
    }

    /// <summary>Gives the earlier positions with a position's hash, the latest first, and enters it.</summary>
    /// <param name="at">The position's bytes.</param>
    /// <param name="index">The position.</param>
    /// <param name="low">The first position that may be given.</param>
    /// <param name="found">Takes up to 64.</param>
    /// <returns>How many there are.</returns>
    public int Find(byte* at, uint index, uint low, Span<uint> found)
    {
        var hash = ZstdHashes.OfFew(at, _hashLog, _few);
        var row = hash >> TagBits;
        var first = row << _rowLog;
        var head = _heads[row];
        var count = 0;
        var left = _attempts;
        for (var matches = Matches(first, (byte)hash, head); matches != 0 && left > 0; matches &= matches - 1, left--)
        {
            var place = (head + (uint)BitOperations.TrailingZeroCount(matches)) & _mask;
            var position = _positions[first + place];
            if (position < low)
                break;
            found[count++] = position;
        }
        Enter(hash, index);
        return count;
    }

    private void Enter(uint hash, uint index)
    {
        var row = hash >> TagBits;
        ref var head = ref _heads[row];
        head = (byte)((head - 1u) & _mask);
        var place = (row << _rowLog) + head;
        _tags[place] = (byte)hash;
        _positions[place] = index;
    }

    // One bit for each position of a row, that of the latest the lowest.
    private ulong Matches(uint first, byte tag, int head)
    {
        var tags = MemoryMarshal.Cast<byte, Vector128<byte>>(_tags.AsSpan((int)first, 1 << _rowLog));
        var wanted = Vector128.Create(tag);
        var bits = 0UL;
        for (var i = 0; i < tags.Length; i++)
            bits |= (ulong)Vector128.Equals(tags[i], wanted).ExtractMostSignificantBits() << (16 * i);
        if (_rowLog == LargestLog)
            return BitOperations.RotateRight(bits, head);
        var width = 1 << _rowLog;
        return ((bits >> head) | (bits << (width - head))) & ((1UL << width) - 1);
    }
}
