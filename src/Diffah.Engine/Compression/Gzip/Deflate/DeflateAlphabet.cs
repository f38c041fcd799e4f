using System.Numerics;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>The symbols of RFC 1951, section 3.2.5, and the codes of section 3.2.6.</summary>
internal static class DeflateAlphabet
{
    public const int Literals = 286;
    public const int Distances = 30;
    public const int CodeLengths = 19;
    public const int EndOfBlock = 256;
    public const int FirstLength = 257;
    public const int MaximumBits = 15;
    public const int MaximumCodeLengthBits = 7;

    private static readonly byte[] LengthSymbols = MakeLengthSymbols();
    private static readonly byte[] DistanceSymbols = MakeDistanceSymbols();

    /// <summary>In which order the lengths of the code-length code are written.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder =>
        [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Extra bits of the length symbols, from <see cref="FirstLength"/> on.</summary>
    public static ReadOnlySpan<byte> LengthExtra =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>The least length of each length symbol, from <see cref="FirstLength"/> on.</summary>
    public static ReadOnlySpan<ushort> LengthBase =>
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ];

    /// <summary>Extra bits of the distance symbols.</summary>
    public static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>The least distance of each distance symbol.</summary>
    public static ReadOnlySpan<ushort> DistanceBase =>
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ];

    /// <summary>The code lengths of blocks with fixed codes: literals and lengths. Symbols 286 and 287 have codes, and
    /// no meaning.</summary>
    public static ReadOnlySpan<byte> FixedLiteralLengths => FixedLiterals;

    /// <summary>The code lengths of blocks with fixed codes: distances. Symbols 30 and 31 have no meaning.</summary>
    public static ReadOnlySpan<byte> FixedDistanceLengths => FixedDistances;

    private static readonly byte[] FixedLiterals = MakeFixedLiterals();
    private static readonly byte[] FixedDistances = [.. Enumerable.Repeat((byte)5, 32)];

    /// <summary>The symbol of a length, counted from <see cref="FirstLength"/>.</summary>
    public static int LengthSymbol(int length) => LengthSymbols[length];

    /// <summary>The symbol of a distance.</summary>
    public static int DistanceSymbol(int distance) => distance <= 256
        ? DistanceSymbols[distance - 1]
        : DistanceSymbols[256 + ((distance - 1) >> 7)];

    private static byte[] MakeFixedLiterals()
    {
        var lengths = new byte[288];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
            lengths[symbol] = (byte)(symbol switch { < 144 => 8, < 256 => 9, < 280 => 7, _ => 8 });
        return lengths;
    }

    private static byte[] MakeLengthSymbols()
    {
        var symbols = new byte[Token.MaximumMatch + 1];
        for (var symbol = 0; symbol < LengthBase.Length; symbol++)
        {
            for (var length = (int)LengthBase[symbol]; length < symbols.Length; length++)
                symbols[length] = (byte)symbol;
        }
        return symbols;
    }

    private static byte[] MakeDistanceSymbols()
    {
        var symbols = new byte[512];
        for (var distance = 1; distance <= Token.MaximumDistance; distance++)
        {
            var symbol = distance < 3 ? distance - 1 : SymbolOfLong(distance - 1);
            symbols[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7)] = (byte)symbol;
        }
        return symbols;
    }

    private static int SymbolOfLong(int value)
    {
        var log = BitOperations.Log2((uint)value);
        return 2 * log + ((value >> (log - 1)) & 1);
    }
}
