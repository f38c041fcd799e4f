namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>Which candidates of the level Best reach back over bytes before them.</summary>
internal enum BackwardReach
{
    /// <summary>Those with an offset of their own.</summary>
    ExplicitOffset,

    /// <summary>All.</summary>
    All,

    /// <summary>All while no repeated offset is the best.</summary>
    UnlessRepeatIsBest,
}

/// <summary>What differs between releases of the level Best.</summary>
internal interface IBestRules
{
    /// <summary>Which candidates reach back.</summary>
    static abstract BackwardReach Backward { get; }

    /// <summary>Whether a repeated offset directly behind a match costs what its code costs; else what the program's
    /// own number for it would cost.</summary>
    static abstract bool PricesRepeatByCode { get; }

    /// <summary>Whether the positions inside a block's last match are remembered.</summary>
    static abstract bool RemembersLastMatch { get; }
}

/// <summary>1.16.4 to 1.17.2.</summary>
internal readonly struct BestRules1164 : IBestRules
{
    public static BackwardReach Backward => BackwardReach.ExplicitOffset;

    public static bool PricesRepeatByCode => false;

    public static bool RemembersLastMatch => false;
}

/// <summary>1.17.3 to 1.17.5.</summary>
internal readonly struct BestRules1173 : IBestRules
{
    public static BackwardReach Backward => BackwardReach.All;

    public static bool PricesRepeatByCode => true;

    public static bool RemembersLastMatch => true;
}

/// <summary>From 1.17.6 on.</summary>
internal readonly struct BestRules1176 : IBestRules
{
    public static BackwardReach Backward => BackwardReach.UnlessRepeatIsBest;

    public static bool PricesRepeatByCode => true;

    public static bool RemembersLastMatch => true;
}
