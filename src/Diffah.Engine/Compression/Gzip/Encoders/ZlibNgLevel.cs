namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Levels of zlib-ng as profiles name them: the level, and above it how much content the encoder was given at
/// a time, which it depends on.</summary>
internal static class ZlibNgLevel
{
    // As .NET copies from one stream into another.
    private const int Copied = 16;
    private const int CopySize = 81_920;

    /// <summary>There is such a level.</summary>
    public static bool IsKnown(byte level) => level is 1 or >= 3 and <= 9 or >= Copied + 3 and <= Copied + 9;

    /// <summary>The level by which encoders are called.</summary>
    public static int Of(byte level) => level % Copied;

    /// <summary>The content was given in pieces.</summary>
    public static bool IsCopied(byte level) => level > Copied;

    /// <summary>The level looks for better matches before it writes a literal.</summary>
    public static bool IsLazy(byte level) => Of(level) > 6;

    /// <summary>What chooses tokens at a level.</summary>
    public static TokenMatcher Matcher(byte level)
    {
        var writeSize = IsCopied(level) ? CopySize : 1 << 30;
        return Of(level) switch
        {
            1 => new ZlibNgQuickMatcher(),
            3 => new ZlibNgMediumMatcher(3, new(4, 6, 16, 6), writeSize),
            4 => new ZlibNgMediumMatcher(4, new(4, 12, 32, 24), writeSize),
            5 => new ZlibNgMediumMatcher(5, new(8, 16, 32, 32), writeSize),
            6 => new ZlibNgMediumMatcher(6, new(8, 16, 128, 128), writeSize),
            7 => new ZlibNgSlowMatcher(new(8, 32, 128, 256), false, writeSize),
            8 => new ZlibNgSlowMatcher(new(32, 128, 258, 1024), false, writeSize),
            _ => new ZlibNgSlowMatcher(new(32, 258, 258, 4096), true, writeSize),
        };
    }
}
