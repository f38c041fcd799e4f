using System.Numerics;

namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Reads how often symbols occur in an FSE table (RFC 8878, section 4.1.1).</summary>
internal static class FseCountsReader
{
    private const int MinimumLog = 5;

    /// <summary>Reads counts.</summary>
    /// <param name="bytes">They begin here; what follows them is left alone.</param>
    /// <param name="counts">Takes them.</param>
    /// <param name="maximumLog">The largest accuracy log that may be.</param>
    /// <param name="maximumSymbols">The most symbols that there may be.</param>
    /// <returns>How many bytes they take.</returns>
    /// <exception cref="RecipeRefusedException">There are no such counts.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, FseCounts counts, int maximumLog, int maximumSymbols)
    {
        if (bytes.IsEmpty)
            throw Refusals.CutShort();
        counts.AccuracyLog = (bytes[0] & 15) + MinimumLog;
        if (counts.AccuracyLog > maximumLog)
            throw Refusals.Corrupt("a table is too accurate");
        counts.SymbolCount = maximumSymbols;
        var all = counts.Counts;
        var (symbol, left, at) = (0, 1 << counts.AccuracyLog, 4);
        while (left > 0)
        {
            if (symbol == maximumSymbols)
                throw TooMany();
            var count = ReadOne(bytes, ref at, left);
            all[symbol++] = (short)count;
            left -= Math.Abs(count);
            if (count == 0)
                symbol = SkipZeros(bytes, ref at, all, symbol);
        }
        counts.SymbolCount = symbol;
        return End(bytes, at);
    }

    /// <summary>Reads one count: the fewer states are left, the fewer bits it has, and small ones have one bit
    /// less.</summary>
    private static int ReadOne(ReadOnlySpan<byte> bytes, ref int at, int left)
    {
        var bits = BitOperations.Log2((uint)left + 1) + 1;
        var value = Peek(bytes, at, bits);
        var half = 1 << (bits - 1);
        var shorter = 2 * half - 1 - (left + 1);
        if ((value & (half - 1)) < shorter)
        {
            at += bits - 1;
            return (value & (half - 1)) - 1;
        }
        at += bits;
        return (value >= half ? value - shorter : value) - 1;
    }

    /// <summary>Reads how many more symbols do not occur, three at a time.</summary>
    private static int SkipZeros(ReadOnlySpan<byte> bytes, ref int at, Span<short> all, int symbol)
    {
        while (true)
        {
            var more = Peek(bytes, at, 2);
            at += 2;
            if (more > all.Length - symbol)
                throw TooMany();
            all.Slice(symbol, more).Clear();
            symbol += more;
            if (more < 3)
                return symbol;
        }
    }

    /// <summary>Up to 16 bits, the least significant first; behind the end they are zero.</summary>
    private static int Peek(ReadOnlySpan<byte> bytes, int at, int count)
    {
        var value = 0;
        for (var index = 0; index < 3; index++)
        {
            var place = (at >> 3) + index;
            if (place < bytes.Length)
                value |= bytes[place] << (8 * index);
        }
        return (value >> (at & 7)) & ((1 << count) - 1);
    }

    private static int End(ReadOnlySpan<byte> bytes, int at)
    {
        var length = (at + 7) >> 3;
        if (length > bytes.Length)
            throw Refusals.CutShort();
        if ((at & 7) != 0 && bytes[length - 1] >> (at & 7) != 0)
            throw Refusals.PaddingNotZero();
        return length;
    }

    private static RecipeRefusedException TooMany() => Refusals.Corrupt("a table has too many symbols");
}
