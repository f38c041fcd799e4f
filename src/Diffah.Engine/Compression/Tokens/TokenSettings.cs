namespace Diffah.Engine.Compression.Tokens;

/// <summary>What is known of an encoder before its decisions are.</summary>
/// <param name="MinimumMatch">No match is shorter.</param>
/// <param name="MaximumMatch">None is longer.</param>
/// <param name="Reach">None reaches further back.</param>
/// <param name="Window">How far back equal bytes are looked for; a power of two.</param>
/// <param name="HashBytes">So many equal bytes make a place worth a look: 3 to 5.</param>
/// <param name="Depth">So many places are looked at.</param>
/// <param name="Repeats">How many of the last distances the format has shorter words for: 0 or 3.</param>
internal readonly record struct TokenSettings(
    int MinimumMatch, int MaximumMatch, int Reach, int Window, int HashBytes, int Depth, int Repeats)
{
    /// <summary>Equal bytes that are worth a match where nothing else speaks for one.</summary>
    public int WorthIt => Repeats == 0 ? MinimumMatch : HashBytes;

    /// <summary>How many places are looked at, and for how many equal bytes.</summary>
    /// <param name="isTired">Whether much work was done for what is before.</param>
    public (int Depth, int Cap) SearchAt(bool isTired) =>
        isTired ? (TiredDepth, TiredCap) : (Depth, LengthCap);

    /// <summary>Equal bytes that are looked for where much work was done.</summary>
    public const int TiredCap = 64;

    private const int LengthCap = 4096;
    private const int TiredDepth = 4;

    /// <summary>The most places that are looked at.</summary>
    public const int MostDepth = 200;

    /// <summary>The longest content.</summary>
    public const int MostContent = int.MaxValue - (1 << 28);
}
