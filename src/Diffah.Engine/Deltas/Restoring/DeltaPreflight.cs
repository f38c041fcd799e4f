using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// Checks, before the first layer moves, that an image can be rebuilt from an archive and a baseline.
/// </summary>
internal static class DeltaPreflight
{
    private const int MaximumHint = 200;

    /// <summary>Finds out why an image can't be rebuilt; null where it can.</summary>
    /// <param name="archive">What the archive says.</param>
    /// <param name="image">The image.</param>
    /// <param name="target">Its manifest.</param>
    /// <param name="baseline">The baseline that was given.</param>
    /// <param name="contents">The baseline's contents; its layers are read where something seems to be missing and its
    /// configuration does not say what they hold.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">BaselineMismatch: version 1 takes no other baseline.</exception>
    public static async Task<DiffahException?> CheckAsync(
        ArchiveManifest archive, ArchiveImage image, ImageManifest target, Image baseline, BaselineContents contents,
        CancellationToken cancellationToken)
    {
        if (archive.Version == FormatVersion.V1)
            CheckBaseline(image, baseline);
        var needs = new DeltaNeeds(archive, baseline, contents);
        var missing = needs.FindMissing(target);
        if (archive.Version != FormatVersion.V1 && !missing.FromBaseline.IsEmpty
            && (contents.IsSilent || IsMeant(image, baseline)))
        {
            await contents.FindOutAsync(cancellationToken);
            missing = needs.FindMissing(target);
        }
        return ErrorOf(missing, image, baseline);
    }

    /// <summary>Refuses a baseline other than the one the delta was made from.</summary>
    /// <exception cref="DiffahException">BaselineMismatch, naming both.</exception>
    public static void CheckBaseline(ArchiveImage image, Image baseline)
    {
        if (IsMeant(image, baseline))
            return;
        throw new DiffahException(DiffahErrors.BaselineMismatch,
            $"The delta's baseline{MadeFrom(image)} has the manifest digest {image.Baseline.ManifestDigest}, "
                + $"but {baseline.Source.Reference} has {baseline.Manifest.Digest}.",
            NextAction(image, baseline));
    }

    private static bool IsMeant(ArchiveImage image, Image baseline) =>
        image.Baseline.ManifestDigest == baseline.Manifest.Digest
            || image.Baseline.ManifestDigest.IsOf(baseline.Manifest.Raw.Bytes.Span);

    private static string MadeFrom(ArchiveImage image)
    {
        var made = ShortText.Cut(image.Baseline.SourceHint, MaximumHint);
        return made.Length > 0 ? $" (made from {made})" : "";
    }

    private static string NextAction(ArchiveImage image, Image baseline) =>
        baseline.Source.Reference.AtDigest(image.Baseline.ManifestDigest) is { } exact
            ? $"A tag may have moved since the delta was made. Give the baseline by its digest: {exact}."
            : $"Give the baseline image whose manifest digest is {image.Baseline.ManifestDigest}, "
                + "as it was stored when the delta was made.";

    private static DiffahException? ErrorOf(MissingParts missing, ArchiveImage image, Image baseline)
    {
        if (missing.FromBaseline.IsEmpty && missing.FromArchive.IsEmpty)
            return null;
        if (missing.FromArchive.IsEmpty && !IsMeant(image, baseline))
            return new DiffahException(DiffahErrors.BaselineMismatch,
                $"{baseline.Source.Reference} does not have what the delta{MadeFrom(image)} needs: "
                    + $"{ShortText.List(missing.FromBaseline, "; ")}.",
                NextAction(image, baseline));
        return new DiffahException(DiffahErrors.ArchiveInvalid, "The image can't be rebuilt: "
            + $"{ShortText.List([.. missing.FromArchive, .. missing.FromBaseline], "; ")}.");
    }
}
