using Diffah.Engine.Deltas.Reports;

namespace Diffah.Engine.Reports;

/// <summary>What is known of an archive's signature.</summary>
internal enum SignatureState
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>There is one, and nobody looked at it.</summary>
    NotVerified,

    /// <summary>It is one of the key that was given.</summary>
    Verified,
}

/// <summary>What a report is of. Each part may be missing; what is missing is not spoken of.</summary>
internal sealed record ReportModel
{
    /// <summary>What people call it; null takes the name of the archive, or of the image.</summary>
    public string? Title { get; init; }

    /// <summary>A delta or a bundle; null for a comparison.</summary>
    public DeltaArchive? Archive { get; init; }

    /// <summary>Its signature.</summary>
    public SignatureState Signature { get; init; }

    /// <summary>How two images compare, with their differences; null for an archive.</summary>
    public DeltaChanges? Comparison { get; init; }
}

/// <summary>How much of a report is written out. The rest is counted.</summary>
/// <param name="Rows">Rows of a table.</param>
/// <param name="Packages">Rows of the table of packages, which people want to see all.</param>
/// <param name="Images">Images of a bundle.</param>
/// <param name="Patches">Texts of which the changed lines are shown.</param>
/// <param name="PatchLines">Lines of each.</param>
/// <param name="HasDigests">Whether the digests of all layers are listed in full.</param>
internal sealed record ReportLimits(
    int Rows, int Packages, int Images, int Patches, int PatchLines, bool HasDigests)
{
    // Of many images each has a part of the rows, yet some.
    private const int FewestRows = 20;

    /// <summary>Those of a page.</summary>
    public static ReportLimits Page { get; } = new(200, 500, 100, 50, 500, HasDigests: true);

    /// <summary>Those of release notes, which people read to their end.</summary>
    public static ReportLimits Notes { get; } = new(25, 200, 25, 10, 60, HasDigests: false);

    /// <summary>The same where several images share the rows.</summary>
    /// <param name="images">How many.</param>
    public ReportLimits For(int images) => images < 2
        ? this
        : this with
        {
            Rows = Math.Min(Rows, Math.Max(FewestRows, Rows / images)),
            Packages = Math.Min(Packages, Math.Max(FewestRows, Packages / images)),
        };
}
