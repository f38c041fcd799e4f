namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// How often symbols occur in an FSE table, as a frame says it (RFC 8878, section 4.1.1): -1 is "less than once", and
/// all together, -1 taken as 1, are 2 to the power of the accuracy log.
/// </summary>
internal sealed class FseCounts
{
    /// <summary>The most symbols that any table has.</summary>
    public const int MaximumSymbols = 256;

    private readonly short[] _counts = new short[MaximumSymbols];

    /// <summary>The table has two to the power of this many states; 5 to 9.</summary>
    public int AccuracyLog { get; set; }

    /// <summary>Symbols up to the last one that occurs.</summary>
    public int SymbolCount { get; set; }

    /// <summary>The counts of these symbols.</summary>
    public Span<short> Counts => _counts.AsSpan(0, SymbolCount);
}
