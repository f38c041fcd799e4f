using System.Numerics;
using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Tokens;

/// <summary>Writes or reads the tables of a block beside what occurs in it: of that they were made.</summary>
internal sealed class TableCoder(BitCoder coder) : IDisposable
{
    private const int Contexts = 4;
    private const int Tables = 4;
    private const int MinimumLog = 5;
    private const int WeightsTable = 3;

    private readonly SymbolMixer _symbols = new(Contexts, (int)Kind.Count, slotsLog: 18, limit: 255);
    private readonly uint[] _contexts = new uint[Contexts];
    private readonly byte[] _lastWeights = new byte[ZstdHuffmanWeights.MaximumSymbols];
    private readonly int[] _lastModes = new int[Tables];
    private readonly int[] _lastLogs = new int[Tables];
    private readonly uint[] _weightCounts = new uint[ZstdHuffmanWeights.MaximumBits + 2];

    private enum Kind
    {
        Mode,
        Log,
        Size,
        Counts,
        Bits,
        Weight,
        Direct,
        Count,
    }

    public void Dispose() => _symbols.Dispose();

    /// <summary>Codes the table of a kind of codes.</summary>
    /// <param name="table">It, for a writer; a reader has it afterwards.</param>
    /// <param name="which">0 to 2: which kind.</param>
    /// <param name="occurrences">How often each code occurs.</param>
    /// <param name="maximumLog">The largest accuracy log.</param>
    /// <param name="maximumSymbols">How many codes there are.</param>
    public void Code(
        ZstdSequenceTable table, int which, ReadOnlySpan<uint> occurrences, int maximumLog, int maximumSymbols)
    {
        var (total, kinds) = (0u, 0);
        foreach (var count in occurrences)
        {
            total += count;
            kinds += count > 0 ? 1 : 0;
        }
        Fill((uint)which, (uint)_lastModes[which], Log(total) | ((uint)Math.Min(kinds, 2) << 8));
        var mode = _symbols.CodeSmall(coder, (int)table.Mode, (int)Kind.Mode, _contexts);
        if (mode > (int)ZstdTableMode.Repeat)
            throw ByteCursor.Invalid("has a table of no kind");
        (_lastModes[which], table.Mode) = (mode, (ZstdTableMode)mode);
        switch (table.Mode)
        {
            case ZstdTableMode.Rle:
                var only = Math.Max(0, occurrences.IndexOfAnyExcept(0u));
                Fill((uint)only, (uint)which, 0);
                table.OnlyCode = _symbols.CodeByte(coder, table.OnlyCode, (int)Kind.Size, _contexts);
                break;
            case ZstdTableMode.Fse:
                CodeCounts(table.Counts, which, occurrences, total, maximumLog, maximumSymbols);
                break;
        }
    }

    /// <summary>Codes the Huffman code of literals.</summary>
    /// <param name="weights">It, for a writer; a reader has it afterwards.</param>
    /// <param name="occurrences">How often each byte occurs.</param>
    public void Code(ZstdHuffmanWeights weights, ReadOnlySpan<uint> occurrences)
    {
        var total = 0u;
        foreach (var count in occurrences)
            total += count;
        var last = Math.Max(1, occurrences.LastIndexOfAnyExcept(0u));
        weights.SymbolCount = CodeNumber(
            Kind.Size, weights.SymbolCount, last + 1, WeightsTable, ZstdHuffmanWeights.MaximumSymbols);
        Fill(Log(total), 0, 0);
        weights.Bits = _symbols.CodeSmall(coder, weights.Bits, (int)Kind.Bits, _contexts);
        if (weights.Bits is 0 or > ZstdHuffmanWeights.MaximumBits || weights.SymbolCount < 2)
            throw ByteCursor.Invalid("has a code that is too long");
        CodeWeights(weights, occurrences, total);
        Fill((uint)Math.Min(weights.SymbolCount, 128), 0, 0);
        weights.IsDirect = _symbols.CodeSmall(coder, weights.IsDirect ? 1 : 0, (int)Kind.Direct, _contexts) != 0;
        if (weights.IsDirect)
            return;
        Array.Clear(_weightCounts);
        foreach (var weight in weights.Weights[..^1])
            _weightCounts[Math.Min((int)weight, _weightCounts.Length - 1)]++;
        CodeCounts(
            weights.Counts, WeightsTable, _weightCounts, (uint)weights.SymbolCount - 1, 6,
            ZstdHuffmanWeights.MaximumBits + 1);
    }

    private void CodeWeights(ZstdHuffmanWeights weights, ReadOnlySpan<uint> occurrences, uint total)
    {
        var all = weights.Weights;
        var (error, bits) = (8, (uint)weights.Bits);
        for (var symbol = 0; symbol < all.Length; symbol++)
        {
            var count = symbol < occurrences.Length ? occurrences[symbol] : 0;
            var share = Math.Min(Share(total, count), 63u);
            _contexts[0] = share | (bits << 8) | ((uint)error << 16);
            _contexts[1] = share | (bits << 8) | ((uint)_lastWeights[symbol] << 16);
            _contexts[2] = (Math.Min(count, 1023) << 8) | bits | (Log(total) << 24);
            _contexts[3] = share | (bits << 8);
            var weight = _symbols.CodeSmall(coder, all[symbol], (int)Kind.Weight, _contexts);
            all[symbol] = (byte)weight;
            if (count > 0)
                error = Math.Clamp((4 * ((int)bits + 1 - weight)) - (int)share, -8, 7) + 8;
        }
        _lastWeights.AsSpan().Clear();
        all.CopyTo(_lastWeights);
    }

    private void CodeCounts(
        FseCounts counts, int which, ReadOnlySpan<uint> occurrences, uint total, int maximumLog, int maximumSymbols)
    {
        Fill((uint)which, (uint)_lastLogs[which], Log(total));
        var log = _symbols.CodeSmall(coder, counts.AccuracyLog, (int)Kind.Log, _contexts);
        if (log < MinimumLog || log > maximumLog)
            throw ByteCursor.Invalid("has a table that is too accurate");
        (_lastLogs[which], counts.AccuracyLog) = (log, log);
        var last = occurrences.LastIndexOfAnyExcept(0u);
        counts.SymbolCount = CodeNumber(Kind.Size, counts.SymbolCount, last + 1, which, maximumSymbols);
        var (left, error) = (1 << log, 0);
        var all = counts.Counts;
        for (var symbol = 0; symbol < all.Length; symbol++)
        {
            var count = symbol < occurrences.Length ? occurrences[symbol] : 0;
            var expected = total == 0 ? 0 : (long)(((ulong)count << (log + 2)) / total);
            var whole = (int)((expected + 2) >> 2);
            var isLast = symbol == all.Length - 1 ? 1u : 0;
            _contexts[0] = (uint)Math.Min(expected, 255) | (isLast << 10) | ((uint)Math.Min(count, 3) << 12);
            _contexts[1] = (uint)Math.Min(expected, 255) | ((uint)(error + 4) << 8) | ((uint)which << 16);
            _contexts[2] = (uint)Math.Min(count, 4) | (Log((uint)whole) << 8) | (isLast << 16);
            _contexts[3] = (uint)Math.Clamp(left - whole, -3, 3) + 3 + (isLast << 8) + (Log((uint)whole) << 16);
            var value = whole + _symbols.CodeSigned(coder, all[symbol] - whole, (int)Kind.Counts, _contexts);
            if (value < -1 || Math.Abs(value) > left)
                throw ByteCursor.Invalid("has a table that runs over");
            left -= (int)Math.Abs(value);
            all[symbol] = (short)value;
            error = (int)Math.Clamp(value - whole, -4, 3);
        }
        if (left != 0 || all.IsEmpty || all[^1] == 0)
            throw ByteCursor.Invalid("has a table that is not full");
    }

    private int CodeNumber(Kind kind, int value, int expected, int which, int most)
    {
        Fill((uint)which, (uint)expected, 0);
        var number = expected + _symbols.CodeSigned(coder, value - expected, (int)kind, _contexts);
        return number >= 0 && number <= most
            ? (int)number
            : throw ByteCursor.Invalid("has a number out of its bounds");
    }

    private void Fill(uint one, uint two, uint three) =>
        (_contexts[0], _contexts[1], _contexts[2], _contexts[3]) =
            (one, one | (two << 16), one | (three << 16), two | (three << 16));

    // Quarters of a bit.
    private static uint Share(uint total, uint count) => count == 0 ? 63 : Quarters(total) - Quarters(count);

    private static uint Quarters(uint value)
    {
        if (value == 0)
            return 0;
        var log = BitOperations.Log2(value);
        var next = log >= 2 ? (value >> (log - 2)) & 3 : (value << (2 - log)) & 3;
        return (uint)(4 * log) + next;
    }

    private static uint Log(uint value) => value == 0 ? 0 : (uint)BitOperations.Log2(value) + 1;
}
