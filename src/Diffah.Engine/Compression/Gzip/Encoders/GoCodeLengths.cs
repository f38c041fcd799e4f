using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Code lengths as Go makes them: length-limited by package-merge, where a package goes before a symbol of the same
/// weight, and the rarest symbols, of equal ones those that come first, have the longest codes.
/// </summary>
internal sealed class GoCodeLengths
{
    private readonly ulong[] _sorted = new ulong[DeflateAlphabet.Literals];
    private readonly int[] _weights = new int[2 * DeflateAlphabet.Literals];
    private readonly int[] _packages = new int[2 * DeflateAlphabet.Literals];

    // Of each level: how many of its first items are symbols.
    private readonly int[][] _symbols = MakeLevels();

    public void Make(ReadOnlySpan<int> frequencies, int maximumBits, Span<byte> lengths)
    {
        lengths[..frequencies.Length].Clear();
        var count = 0;
        for (var symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] != 0)
                _sorted[count++] = ((ulong)(uint)frequencies[symbol] << 16) | (uint)symbol;
        }
        var sorted = _sorted.AsSpan(0, count);
        if (count <= 2)
        {
            foreach (var item in sorted)
                lengths[(int)(item & 0xFFFF)] = 1;
            return;
        }
        sorted.Sort();
        var levels = Math.Min(maximumBits, count - 1);
        Merge(sorted, levels);
        Assign(sorted, levels, lengths);
    }

    private static int[][] MakeLevels()
    {
        var levels = Enumerable.Range(0, DeflateAlphabet.MaximumBits + 1);
        return [.. levels.Select(_ => new int[2 * DeflateAlphabet.Literals + 1])];
    }

    private void Merge(ReadOnlySpan<ulong> sorted, int levels)
    {
        var most = 2 * sorted.Length - 2;
        var packages = 0;
        for (var level = 1; level <= levels; level++)
        {
            var symbols = _symbols[level];
            var (symbol, package, item) = (0, 0, 0);
            while (item < most && (symbol < sorted.Length || package < packages))
            {
                var leaf = symbol < sorted.Length ? (int)(sorted[symbol] >> 16) : int.MaxValue;
                var pair = package < packages ? _packages[package] : int.MaxValue;
                if (package >= packages || leaf < pair)
                {
                    _weights[item++] = leaf;
                    symbol++;
                }
                else
                {
                    _weights[item++] = pair;
                    package++;
                }
                symbols[item] = symbol;
            }
            packages = item / 2;
            for (var pair = 0; pair < packages; pair++)
                _packages[pair] = _weights[2 * pair] + _weights[2 * pair + 1];
        }
    }

    private void Assign(ReadOnlySpan<ulong> sorted, int levels, Span<byte> lengths)
    {
        // The symbols among the items that are used of a level have at least so many bits.
        var items = 2 * sorted.Length - 2;
        for (var level = levels; level > 0; level--)
        {
            var symbols = _symbols[level][items];
            for (var index = 0; index < symbols; index++)
                lengths[(int)(sorted[index] & 0xFFFF)]++;
            items = 2 * (items - symbols);
        }
    }
}
