namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>
/// Generations of klauspost/compress, each named by its first release: a byte that grows with releases, 16 for each
/// minor release since 1.14 and 1 for each patch. A generation's bytes are the same for every release until the next
/// generation.
/// </summary>
internal static class GoRelease
{
    /// <summary>Blocks that gain less than a thirty-second are raw, and literals alone are always tried.</summary>
    public static readonly byte First = Of(14, 2);

    /// <summary>A sixty-fourth is enough, and Default no longer tries literals alone.</summary>
    public static readonly byte LowerGain = Of(16, 4);

    /// <summary>Literals are coded from 17 on, not 33, and must be shorter with their header.</summary>
    public static readonly byte ShorterLiterals = Of(17, 0);

    /// <summary>A block of one byte is found out by its only sequence.</summary>
    public static readonly byte Runs = Of(17, 8);

    /// <summary>The byte of release 1.minor.patch.</summary>
    public static byte Of(int minor, int patch) => (byte)((minor - 14) * 16 + patch);

    /// <summary>The release for people.</summary>
    public static string Name(byte generation) => $"1.{14 + generation / 16}.{generation % 16}";
}
