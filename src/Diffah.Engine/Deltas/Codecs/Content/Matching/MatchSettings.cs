namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// What a matcher looks for, and what a new alignment must be worth: a cost is the number of bytes that must be equal
/// beyond those that are equal anyway. All was chosen by the size of what remains to be told.
/// </summary>
internal sealed record MatchSettings
{
    /// <summary>A decoder takes no more ops of one file.</summary>
    public const int MostOps = 1 << 22;

    /// <summary>So many bytes must be equal for a place to be looked at; 1 to 8.</summary>
    public int Key { get; init; } = 8;

    /// <summary>Each so-manieth old place is indexed; more where the index would grow too large.</summary>
    public int Stride { get; init; } = 2;

    /// <summary>The key of a text's second index; a multiple of 8.</summary>
    public int LongKey { get; init; } = 24;

    public int LongStride { get; init; } = 4;

    /// <summary>So many old places with one key are looked at: those nearest to where the walk stands.</summary>
    public int Candidates { get; init; } = 12;

    /// <summary>So many bytes are compared, whether all are equal or not.</summary>
    public int Window { get; init; } = 24;

    /// <summary>An alignment that moves by so much at most is near.</summary>
    public int NearReach { get; init; } = 64;

    public int NearCost { get; init; } = 8;

    public int MiddleReach { get; init; } = 1024;

    public int MiddleCost { get; init; } = 12;

    public int FarCost { get; init; } = 20;

    /// <summary>Looks for what is near, and at alignments used before, without an index.</summary>
    public bool ProbesNear { get; init; }

    public int RecentCost { get; init; } = 10;

    /// <summary>A byte that differs weighs as much as so many that are equal.</summary>
    public int MismatchLoss { get; init; } = 1;

    /// <summary>For what the binary matcher is given: machine code, tables, class files.</summary>
    public static MatchSettings Binary { get; } = new() { NearCost = 6, MiddleCost = 11 };

    /// <summary>For text, where a byte that differs costs more than some new ones.</summary>
    public static MatchSettings Text { get; } = new()
    {
        Candidates = 4,
        Window = 8,
        ProbesNear = true,
        RecentCost = 10,
        NearReach = 24,
        NearCost = 8,
        MiddleReach = 4096,
        MiddleCost = 30,
        FarCost = 48,
        MismatchLoss = 6,
    };
}
