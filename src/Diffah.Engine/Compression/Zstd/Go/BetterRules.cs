namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>What differs between releases of the level Better.</summary>
internal interface IBetterRules
{
    /// <summary>How many of its first bytes are not asked of a match that is looked for by its end.</summary>
    static abstract int FreeBytes { get; }

    /// <summary>Whether positions are remembered from the one on that was searched; else from where the match
    /// begins.</summary>
    static abstract bool RemembersFromSearched { get; }
}

/// <summary>Up to 1.15.9.</summary>
internal readonly struct BetterRules1144 : IBetterRules
{
    public static int FreeBytes => 0;

    public static bool RemembersFromSearched => false;
}

/// <summary>1.15.10 to 1.17.2.</summary>
internal readonly struct BetterRules11510 : IBetterRules
{
    public static int FreeBytes => 3;

    public static bool RemembersFromSearched => false;
}

/// <summary>From 1.17.3 on.</summary>
internal readonly struct BetterRules1173 : IBetterRules
{
    public static int FreeBytes => 3;

    public static bool RemembersFromSearched => true;
}
