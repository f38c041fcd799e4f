using System.Numerics;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Marks, one bit each.</summary>
internal sealed class BitSet(int length)
{
    private readonly ulong[] _words = new ulong[(length + 63L) / 64];

    public void Set(int index) => _words[index >> 6] |= 1UL << index;

    /// <summary>Whether there is a mark; there is none beyond the end.</summary>
    public bool Has(uint index) => index < (uint)length && (_words[index >> 6] >> (int)index & 1) != 0;

    /// <summary>The first mark from <paramref name="from"/> on, or <paramref name="end"/>.</summary>
    public int Next(int from, int end)
    {
        while (from < end)
        {
            var rest = _words[from >> 6] >> from;
            if (rest != 0)
                return Math.Min(end, from + BitOperations.TrailingZeroCount(rest));
            from = (from | 63) + 1;
        }
        return end;
    }

    /// <summary>The last mark from <paramref name="least"/> to <paramref name="from"/>, or −1.</summary>
    public int Last(int from, int least)
    {
        while (from >= least)
        {
            var rest = _words[from >> 6] << (63 - from);
            if (rest != 0)
            {
                var found = from - BitOperations.LeadingZeroCount(rest);
                return found >= least ? found : -1;
            }
            from = (from & ~63) - 1;
        }
        return -1;
    }
}
