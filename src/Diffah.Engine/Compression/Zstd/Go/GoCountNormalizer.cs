using System.Numerics;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Makes counts that fill a table out of how often symbols occur.</summary>
internal static class GoCountNormalizer
{
    private const int LeastLog = 5;

    /// <summary>Up to this, a count is rounded up where the rest is above a part of <see cref="RestScale"/>.</summary>
    private const int RoundedCounts = 8;

    private const int RestScale = 20;
    private const short NotYet = -2;

    private static ReadOnlySpan<uint> RestToBeat => [0, 473195, 504333, 520860, 550000, 700000, 750000, 830000];

    /// <summary>The size of a table, as a power of two.</summary>
    /// <param name="symbols">Symbols up to the last that occurs.</param>
    /// <param name="bounding">What bounds it from below: the length of what is coded, or one less.</param>
    /// <param name="length">How many symbols are coded.</param>
    /// <param name="most">The largest table.</param>
    public static int Log(int symbols, int bounding, int length, int most)
    {
        // As in bytes: of less than five symbols the bound is below zero and so none.
        var bySymbols = symbols == 1 ? 1 : BitOperations.Log2((uint)symbols - 1) + 2;
        var least = Math.Min(BitOperations.Log2((uint)bounding) + 1, bySymbols);
        var byLength = length < 2 ? byte.MaxValue : (byte)(BitOperations.Log2((uint)length - 1) - 2);
        return Math.Clamp(Math.Max(Math.Min(most, byLength), least), LeastLog, most);
    }

    /// <summary>Fills a table.</summary>
    /// <param name="counts">Takes the counts, as many as there are symbols.</param>
    /// <param name="occurrences">How often each symbol occurs; the last occurs.</param>
    /// <param name="length">All together; more than any one.</param>
    /// <param name="log">The size of the table, as a power of two.</param>
    /// <returns>False where it can't be filled.</returns>
    public static bool Fill(Span<short> counts, ReadOnlySpan<uint> occurrences, int length, int log)
    {
        var scale = 62 - log;
        var step = (1UL << 62) / (uint)length;
        var rest = 1 << log;
        var low = (uint)(length >> log);
        var (largest, largestCount) = (0, 0);
        for (var i = 0; i < occurrences.Length; i++)
        {
            var count = Rounded(occurrences[i], low, step, scale);
            counts[i] = (short)count;
            rest -= Math.Abs(count);
            if (count > largestCount)
                (largest, largestCount) = (i, count);
        }
        if (-rest >= counts[largest] >> 1)
            return FillOtherwise(counts, occurrences, (uint)length, log);
        counts[largest] += (short)rest;
        return true;
    }

    private static int Rounded(uint occurrences, uint low, ulong step, int scale)
    {
        if (occurrences <= low)
            return occurrences == 0 ? 0 : -1;
        var exact = occurrences * step;
        var count = (int)(exact >> scale);
        if (count < RoundedCounts)
        {
            var left = exact - ((ulong)count << scale);
            if (left > (1UL << (scale - RestScale)) * RestToBeat[count])
                count++;
        }
        return count;
    }

    /// <summary>Fills a table where rounding gave away too much: rare symbols first, the others by what is
    /// left.</summary>
    private static bool FillOtherwise(Span<short> counts, ReadOnlySpan<uint> occurrences, uint length, int log)
    {
        var left = length;
        var states = 1u << log;
        var one = length * 3 >> (log + 1);
        for (var i = 0; i < occurrences.Length; i++)
        {
            var count = occurrences[i];
            counts[i] = count == 0 ? (short)0 : count <= length >> log ? (short)-1 : count <= one ? (short)1 : NotYet;
            if (count == 0 || counts[i] == NotYet)
                continue;
            states--;
            left -= count;
        }
        if (states == 0)
            return false;
        if (left / states > one)
            (left, states) = GiveOnes(counts, occurrences, left, states);
        if (left == 0)
            return GiveRound(counts, states);
        return states != 0 && GiveByShare(counts, occurrences, left, states, 62 - log);
    }

    private static (uint Left, uint States) GiveOnes(Span<short> counts, ReadOnlySpan<uint> occurrences, uint left,
        uint states)
    {
        var one = left * 3 / (states * 2);
        for (var i = 0; i < occurrences.Length; i++)
        {
            if (counts[i] != NotYet || occurrences[i] > one)
                continue;
            counts[i] = 1;
            states--;
            left -= occurrences[i];
        }
        return (left, states);
    }

    private static bool GiveRound(Span<short> counts, uint states)
    {
        var before = states;
        for (var i = 0; states > 0; i++)
        {
            if (i == counts.Length)
            {
                if (states == before)
                    return false;
                (i, before) = (0, states);
            }
            if (counts[i] <= 0)
                continue;
            counts[i]++;
            states--;
        }
        return true;
    }

    private static bool GiveByShare(Span<short> counts, ReadOnlySpan<uint> occurrences, uint left, uint states,
        int scale)
    {
        var middle = (1UL << (scale - 1)) - 1;
        var step = ((1UL << scale) * states + middle) / left;
        var at = middle;
        for (var i = 0; i < occurrences.Length; i++)
        {
            if (counts[i] != NotYet)
                continue;
            var end = at + occurrences[i] * step;
            var share = (uint)(end >> scale) - (uint)(at >> scale);
            if (share < 1)
                return false;
            counts[i] = (short)share;
            at = end;
        }
        return true;
    }
}
