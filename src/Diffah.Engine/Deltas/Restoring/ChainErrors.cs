using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>What is wrong with archives that do not follow each other.</summary>
internal static class ChainErrors
{
    private const int MaximumHint = 200;

    private const string NextAction =
        "Give the archives that lead from the baseline to the image, each made from the image that the one before it "
        + "makes. Get-DiffahArchive (diffah inspect) shows what each was made from and what it makes.";

    /// <summary>An image whose archive does not continue from what is before it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="archive">Its archive.</param>
    /// <param name="earlier">The archive before it.</param>
    public static DiffahException NotContinued(ArchiveImage image, ArchiveReader archive, ArchiveReader earlier)
    {
        var made = earlier.Manifest.Images.Length == 1
            ? $"makes {earlier.Manifest.Images[0].Target.ManifestDigest}"
            : "makes no such image";
        return new DiffahException(DiffahErrors.ChainBroken,
            $"'{archive.Path}' does not continue from '{earlier.Path}': it was made from "
                + $"{MadeFrom(image)}, and the other {made}.", NextAction);
    }

    /// <summary>An image that can't be made of what the archive before it makes.</summary>
    /// <param name="image">The image.</param>
    /// <param name="earlier">What the archive before it makes.</param>
    /// <param name="missing">What is missing.</param>
    public static DiffahException NotContinued(ArchiveImage image, DeltaLink earlier, ImmutableArray<string> missing) =>
        new(DiffahErrors.ChainBroken,
            $"The delta of image {image.Target.ManifestDigest} does not continue from '{earlier.Archive.Path}', which "
                + $"makes {earlier.Entry.Target.ManifestDigest}: it was made from {MadeFrom(image)}. "
                + $"Missing: {ShortText.List(missing, "; ")}.", NextAction);

    private static string MadeFrom(ArchiveImage image)
    {
        var hint = ShortText.Cut(image.Baseline.SourceHint, MaximumHint);
        return hint.Length > 0 ? $"{image.Baseline.ManifestDigest} ({hint})" : $"{image.Baseline.ManifestDigest}";
    }
}
