namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>What a matcher looks for, and what it thinks is worth a new alignment.</summary>
internal sealed record MatchSettings
{
    /// <summary>A decoder takes no more of one file.</summary>
    public const int MostOps = 1 << 22;

    public int Key { get; init; } = 8;
    public int Stride { get; init; } = 2;
    public int LongKey { get; init; }
    public int LongStride { get; init; } = 4;
    public int Candidates { get; init; } = 12;
    public int Window { get; init; } = 24;
    public int MostEqual { get; init; } = 256;
    public int FarCost { get; init; } = 14;
    public int MidCost { get; init; } = 14;
    public int MidReach { get; init; } = 4096;
    public int NearCost { get; init; } = 6;
    public int NearReach { get; init; }
    public int Recent { get; init; }
    public int RecentCost { get; init; } = 6;
    public int EqualGain { get; init; } = 1;
    public int MismatchLoss { get; init; } = 1;
    public int LenientGain { get; init; } = 3;
    public int LenientLoss { get; init; } = 2;
    public int LenientLength { get; init; } = 1024;
    public bool ProbesNear { get; init; }
    public int ForwardPatience { get; init; } = 4096;
    public int BackwardPatience { get; init; } = 64;
    public int SkipShift { get; init; } = 30;
    public int SkipEqual { get; init; } = 1000;

    public static MatchSettings Binary { get; } = new() { NearReach = 64, NearCost = 10, MidReach = 1024, MidCost = 12, FarCost = 20, SkipEqual = 0, SkipShift = 12 };

    public static MatchSettings Text { get; } = new()
    {
        Window = 64, LongKey = 24, ProbesNear = true, NearReach = 64, MismatchLoss = 4, SkipEqual = 0, LenientLength = int.MaxValue, Recent = 8, FarCost = 40, MidCost = 27,
    };
}
