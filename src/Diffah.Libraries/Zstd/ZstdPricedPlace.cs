namespace Diffah.Libraries.Zstd;

/// <summary>A place of a block, and the cheapest way to it that is known: over some literals and then a match, or over
/// literals alone.</summary>
internal struct ZstdPricedPlace
{
    /// <summary>A price beyond all.</summary>
    public const int Unknown = 1 << 30;

    /// <summary>What the way costs, in 256ths of a bit.</summary>
    public int Price;

    /// <summary>Bytes of the match; 0 where the way ends with literals.</summary>
    public int MatchLength;

    /// <summary>The match's offset: 1 to 3 for a repeat code, else the offset and 3.</summary>
    public uint OffsetValue;

    /// <summary>Literals before the match, or those at the way's end.</summary>
    public int LiteralLength;

    /// <summary>The repeat offsets behind it.</summary>
    public ZstdRepeats Repeats;

    /// <summary>Bytes of what the way ends with.</summary>
    public readonly int Length => LiteralLength + MatchLength;

    /// <summary>What a match comes to.</summary>
    public static ZstdPricedPlace Of(ZstdFoundMatch match, int literals) =>
        new() { MatchLength = match.Length, OffsetValue = match.OffsetValue, LiteralLength = literals };

    /// <summary>Makes a match the way.</summary>
    public void Take(int price, uint offsetValue, int length, int literals) =>
        (Price, MatchLength, OffsetValue, LiteralLength) = (price, length, offsetValue, literals);
}
