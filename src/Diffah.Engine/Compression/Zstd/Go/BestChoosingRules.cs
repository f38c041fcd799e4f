namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>What differs between releases of the level Best up to 1.16.0.</summary>
internal interface IBestChoosingRules
{
    /// <summary>Whether a match counts the bytes it begins behind another once, and matches of a position are compared
    /// in pairs; else twice, one after the other.</summary>
    static abstract bool ComparesInPairs { get; }

    /// <summary>How many of its first bytes are not asked of a match that is looked for by its end.</summary>
    static abstract int FreeBytes { get; }
}

/// <summary>Up to 1.15.12.</summary>
internal readonly struct BestRules1144 : IBestChoosingRules
{
    public static bool ComparesInPairs => false;

    public static int FreeBytes => 0;
}

/// <summary>1.15.13 to 1.16.0.</summary>
internal readonly struct BestRules11513 : IBestChoosingRules
{
    public static bool ComparesInPairs => true;

    public static int FreeBytes => 2;
}
