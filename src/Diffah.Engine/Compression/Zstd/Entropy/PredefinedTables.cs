namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>The tables that a block need not have (RFC 8878, section 3.1.1.3.2.2).</summary>
internal static class PredefinedTables
{
    /// <summary>The size of the tables of lengths, as a power of two.</summary>
    public const int LengthLog = 6;

    /// <summary>The size of the table of offsets, as a power of two.</summary>
    public const int OffsetLog = 5;

    /// <summary>Counts of literal lengths.</summary>
    public static ReadOnlySpan<short> LiteralCounts =>
    [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ];

    /// <summary>Counts of offsets.</summary>
    public static ReadOnlySpan<short> OffsetCounts =>
    [
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
    ];

    /// <summary>Counts of match lengths.</summary>
    public static ReadOnlySpan<short> MatchCounts =>
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    /// <summary>The table of literal lengths.</summary>
    public static FseEncodingTable Literals { get; } = Made(LiteralCounts, LengthLog);

    /// <summary>The table of offsets.</summary>
    public static FseEncodingTable Offsets { get; } = Made(OffsetCounts, OffsetLog);

    /// <summary>The table of match lengths.</summary>
    public static FseEncodingTable Matches { get; } = Made(MatchCounts, LengthLog);

    private static FseEncodingTable Made(ReadOnlySpan<short> counts, int log)
    {
        var table = new FseEncodingTable();
        table.Build(counts, log);
        return table;
    }
}
