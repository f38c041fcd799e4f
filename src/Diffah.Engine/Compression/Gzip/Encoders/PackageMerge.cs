namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Code lengths of the best prefix code under a limit, by package-merge. Of equally heavy items a package goes before a
/// symbol: that choice decides between codes of one cost, and so it is part of what an encoder is known by.
/// </summary>
internal sealed class PackageMerge
{
    private const int MaxSymbols = DeflateAlphabet.LiteralLengthCodes;
    private const int MaxItems = 2 * MaxSymbols;
    private const int MaxLevels = DeflateAlphabet.MaxCodeLength;

    private readonly ulong[] _order = new ulong[MaxSymbols];
    private readonly int[] _symbolWeights = new int[MaxSymbols + 1];
    private int[] _below = new int[MaxItems];
    private int[] _items = new int[MaxItems];

    // Of each level: how many of the items before the given one are symbols.
    private readonly ushort[] _symbolsBefore = new ushort[MaxLevels * (MaxItems + 1)];

    /// <summary>Fills in the length of each symbol's code; 0 for a symbol that does not occur.</summary>
    public void Assign(ReadOnlySpan<int> frequencies, int maxLength, Span<byte> lengths)
    {
        var count = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            lengths[symbol] = 0;
            if (frequencies[symbol] != 0)
                _order[count++] = ((ulong)(uint)frequencies[symbol] << 16) | (uint)symbol;
        }
        var order = _order.AsSpan(0, count);
        if (count <= 2)
        {
            foreach (var entry in order)
                lengths[(ushort)entry] = 1;
            return;
        }
        order.Sort();
        for (var i = 0; i < count; i++)
            _symbolWeights[i] = (int)(order[i] >> 16);
        _symbolWeights[count] = int.MaxValue;
        var levels = Math.Min(maxLength, count - 1);
        Merge(count, levels);
        Measure(order, levels, lengths);
    }

    private void Merge(int count, int levels)
    {
        var belowCount = 0;
        for (var level = 0; level < levels; level++)
        {
            var symbolsBefore = _symbolsBefore.AsSpan(level * (MaxItems + 1), MaxItems + 1);
            var total = Math.Min((2 * count) - 2, count + (belowCount / 2));
            int symbol = 0, package = 0;
            var packageWeight = PackageWeight(0, belowCount);
            for (var i = 0; i < total; i++)
            {
                symbolsBefore[i] = (ushort)symbol;
                if (_symbolWeights[symbol] < packageWeight)
                {
                    _items[i] = _symbolWeights[symbol++];
                }
                else
                {
                    _items[i] = packageWeight;
                    packageWeight = PackageWeight(++package, belowCount);
                }
            }
            symbolsBefore[total] = (ushort)symbol;
            (_items, _below) = (_below, _items);
            belowCount = total;
        }
    }

    private int PackageWeight(int package, int belowCount) =>
        (2 * package) + 1 < belowCount ? _below[2 * package] + _below[(2 * package) + 1] : int.MaxValue;

    private void Measure(ReadOnlySpan<ulong> order, int levels, Span<byte> lengths)
    {
        var taken = (2 * order.Length) - 2;
        for (var level = levels - 1; level >= 0; level--)
        {
            int symbols = _symbolsBefore[(level * (MaxItems + 1)) + taken];
            foreach (var entry in order[..symbols])
                lengths[(ushort)entry]++;
            taken = 2 * (taken - symbols);
        }
    }
}
