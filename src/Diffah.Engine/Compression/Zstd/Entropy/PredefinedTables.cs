using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Entropy;

/// <summary>The tables that a block need not have (RFC 8878, section 3.1.1.3.2.2).</summary>
internal static class PredefinedTables
{
    /// <summary>The table of literal lengths.</summary>
    public static FseEncodingTable Literals { get; } = Made(SequenceKind.LiteralLengths);

    /// <summary>The table of offsets.</summary>
    public static FseEncodingTable Offsets { get; } = Made(SequenceKind.Offsets);

    /// <summary>The table of match lengths.</summary>
    public static FseEncodingTable Matches { get; } = Made(SequenceKind.MatchLengths);

    private static FseEncodingTable Made(SequenceKind kind)
    {
        var table = new FseEncodingTable();
        table.Build(kind.Predefined.Counts, kind.Predefined.AccuracyLog);
        return table;
    }
}
