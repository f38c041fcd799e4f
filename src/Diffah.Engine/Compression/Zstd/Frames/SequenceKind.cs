namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// One kind of the codes that sequences are written by (RFC 8878, section 3.1.1.3.2.1.1): what each stands for, and the
/// format's own table for them.
/// </summary>
internal sealed class SequenceKind
{
    /// <summary>The least that a match copies, in bytes.</summary>
    public const int MinimumMatch = 3;

    private SequenceKind(ReadOnlySpan<byte> bits, uint first, int maximumLog, int log, ReadOnlySpan<short> counts)
    {
        (Bits, Bases, MaximumLog) = (bits.ToArray(), new uint[bits.Length], maximumLog);
        for (var code = 0; code < bits.Length; code++)
        {
            Bases[code] = first;
            first += 1u << bits[code];
        }
        Predefined.AccuracyLog = log;
        Predefined.SymbolCount = counts.Length;
        counts.CopyTo(Predefined.Counts);
    }

    /// <summary>Bits behind each code of a literal length; for writers, which look them up often.</summary>
    public static ReadOnlySpan<byte> LiteralLengthBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>Bits behind each code of a match length.</summary>
    public static ReadOnlySpan<byte> MatchLengthBits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    /// <summary>Lengths of literals.</summary>
    public static SequenceKind LiteralLengths { get; } = new(
        LiteralLengthBits, 0, 9, 6,
        [
            4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
            2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
        ]);

    /// <summary>Lengths of matches.</summary>
    public static SequenceKind MatchLengths { get; } = new(
        MatchLengthBits, MinimumMatch, 9, 6,
        [
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
        ]);

    /// <summary>Values of offsets: a code is how many bits follow its first.</summary>
    public static SequenceKind Offsets { get; } = new(
        [.. Enumerable.Range(0, 32).Select(bits => (byte)bits)], 1, 8, 5,
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]);

    /// <summary>How many codes there are.</summary>
    public int Count => Bits.Length;

    /// <summary>How many bits follow each code.</summary>
    public byte[] Bits { get; }

    /// <summary>What each code stands for where these bits are zero.</summary>
    public uint[] Bases { get; }

    /// <summary>The largest accuracy log of a table.</summary>
    public int MaximumLog { get; }

    /// <summary>The format's own table.</summary>
    public FseCounts Predefined { get; } = new();
}
