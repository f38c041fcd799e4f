using Diffah.Engine.Compression.Zstd.Entropy;

namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>A table of one kind of codes, and what it would cost to use it.</summary>
internal sealed class GoTable
{
    /// <summary>What no table costs.</summary>
    public const uint Unusable = uint.MaxValue;

    private const int Fraction = 8;
    private readonly short[] _counts = new short[FseEncodingTable.MaximumSymbols];
    private int _symbols;
    private bool _isSingle;

    /// <summary>What codes by it.</summary>
    public FseEncodingTable Encoding { get; } = new();

    /// <summary>The counts of its symbols.</summary>
    public ReadOnlySpan<short> Counts => _counts.AsSpan(0, _symbols);

    /// <summary>Makes the table by counts.</summary>
    public void Build(ReadOnlySpan<short> counts, int log)
    {
        counts.CopyTo(_counts);
        (_symbols, _isSingle) = (counts.Length, false);
        Encoding.Build(counts, log);
    }

    /// <summary>Makes the table of one code, which is never used again.</summary>
    public void BuildSingle(int code)
    {
        (_symbols, _isSingle) = (code + 1, true);
        Encoding.BuildSingle(code);
    }

    /// <summary>Makes it a table that can't be used.</summary>
    public void Clear() => _symbols = 0;

    /// <summary>The most bits that the table itself may take, more or less.</summary>
    public uint HeaderBits => (((uint)_symbols * (uint)Encoding.Log >> 3) + 3) * 8;

    /// <summary>Bits that codes would take, more or less.</summary>
    /// <param name="occurrences">How often each code occurs, up to the last that does.</param>
    /// <returns><see cref="Unusable"/> where the table does not have them all.</returns>
    public uint Bits(ReadOnlySpan<uint> occurrences)
    {
        if (_isSingle || _symbols < occurrences.Length)
            return Unusable;
        var cost = 0u;
        for (var symbol = 0; symbol < occurrences.Length; symbol++)
        {
            if (occurrences[symbol] == 0)
                continue;
            if (_counts[symbol] == 0)
                return Unusable;
            cost += occurrences[symbol] * CodeBits(symbol);
        }
        return cost >> Fraction;
    }

    /// <summary>Bits of one code, the last <see cref="Fraction"/> behind the point: between the two numbers of bits
    /// that it may take, by how many states take which.</summary>
    private uint CodeBits(int symbol)
    {
        var delta = Encoding.BitsDelta(symbol);
        var above = (delta >> 16) + 1;
        var states = 1u << Encoding.Log;
        var fewer = (above << 16) - (delta + states);
        return (above << Fraction) - ((fewer << Fraction) >> Encoding.Log);
    }
}
