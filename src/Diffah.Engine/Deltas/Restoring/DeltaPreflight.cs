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

    /// <summary>Looks whether an image can be rebuilt, through all archives of its chain.</summary>
    /// <param name="link">The image, with what it is rebuilt from.</param>
    /// <param name="target">Its manifest.</param>
    /// <param name="wanted">See <see cref="DeltaNeeds.FindMissing"/>.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">BaselineMismatch: version 1 takes no other baseline.</exception>
    public static Task<DiffahException?> CheckAsync(
        DeltaLink link, ImageManifest target, IReadOnlyDictionary<Digest, Digest>? wanted,
        CancellationToken cancellationToken) => CheckAsync(
            link.Archive.Manifest, link.Entry, target, link.Baselines, link.Held, wanted, cancellationToken);

    /// <summary>Finds out why an image can't be rebuilt; null where it can.</summary>
    /// <param name="archive">What the archive says.</param>
    /// <param name="image">The image.</param>
    /// <param name="target">Its manifest.</param>
    /// <param name="baselines">The images that were given.</param>
    /// <param name="contents">Their contents; layers are read where something seems to be missing and a configuration
    /// does not say what they hold.</param>
    /// <param name="wanted">See <see cref="DeltaNeeds.FindMissing"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">BaselineMismatch: version 1 takes no other baseline.</exception>
    public static async Task<DiffahException?> CheckAsync(
        ArchiveManifest archive, ArchiveImage image, ImageManifest target, BaselineImages baselines,
        BaselineContents contents, IReadOnlyDictionary<Digest, Digest>? wanted, CancellationToken cancellationToken)
    {
        if (archive.Version == FormatVersion.V1)
            CheckBaseline(image, baselines.Earlier?.Image ?? baselines.First);
        var needs = new DeltaNeeds(archive, baselines, contents);
        var missing = needs.FindMissing(target, wanted);
        if ((archive.Version != FormatVersion.V1 || baselines.Earlier is not null) && !missing.FromBaseline.IsEmpty
            && MayHoldMore(image, baselines, contents))
        {
            await contents.FindOutAsync(cancellationToken);
            missing = needs.FindMissing(target, wanted);
        }
        return ErrorOf(missing, image, baselines, archive);
    }

    /// <summary>
    /// Whether baselines may hold more than their configurations say: these say nothing of some layer, or must be wrong
    /// where the very image that is meant lacks something.
    /// </summary>
    /// <param name="image">The image that is rebuilt from them.</param>
    /// <param name="baselines">The images that were given.</param>
    /// <param name="contents">Their contents.</param>
    public static bool MayHoldMore(ArchiveImage image, BaselineImages baselines, BaselineContents contents) =>
        contents.IsSilent || HasMeant(image, baselines);

    /// <summary>True for the very image that a delta was made from.</summary>
    /// <param name="image">The delta's image.</param>
    /// <param name="baseline">The manifest in question.</param>
    public static bool IsMeant(ArchiveImage image, ImageManifest baseline) =>
        IsMeant(image.Baseline, baseline);

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

    private static bool IsMeant(ArchiveImage image, Image baseline) => IsMeant(image, baseline.Manifest);

    private static bool IsMeant(ArchiveBaseline meant, ImageManifest baseline) =>
        meant.ManifestDigest == baseline.Digest || meant.ManifestDigest.IsOf(baseline.Raw.Bytes.Span);

    /// <summary>Those that the delta was made from and that are not given.</summary>
    private static ArchiveBaseline[] NotGiven(ArchiveImage image, BaselineImages baselines) =>
    [
        .. image.Baselines.Where(meant => !baselines.All.Any(baseline => IsMeant(meant, baseline.Manifest))
            && !(baselines.Earlier is { } earlier && IsMeant(meant, earlier.Image.Manifest))),
    ];

    private static bool HasMeant(ArchiveImage image, BaselineImages baselines) =>
        NotGiven(image, baselines).Length is var lacking
            && (image.NeedsAllBaselines ? lacking == 0 : lacking <= image.OtherBaselines.Length);

    private static string MadeFrom(ArchiveImage image)
    {
        if (!image.OtherBaselines.IsEmpty)
            return image.NeedsAllBaselines
                ? $" (made from {image.Baselines.Count()} images together)"
                : $" (made from any one of {image.Baselines.Count()} images)";
        var made = ShortText.Cut(image.Baseline.SourceHint, MaximumHint);
        return made.Length > 0 ? $" (made from {made})" : "";
    }

    private static string NameOf(ArchiveBaseline baseline)
    {
        var made = ShortText.Cut(baseline.SourceHint, MaximumHint);
        return made.Length > 0 ? $"{made} ({baseline.ManifestDigest})" : baseline.ManifestDigest.ToString();
    }

    private static string NextActionForSeveral(ArchiveImage image, BaselineImages baselines)
    {
        var names = NotGiven(image, baselines).Select(NameOf).ToArray();
        return image.NeedsAllBaselines
            ? $"Give {ShortText.List(names, " and ")}, however stored, beside what you gave, with "
                + "AdditionalBaseline (--additional-baseline): all are needed together."
            : $"Give any one of the images that the delta was made from, however stored: {ShortText.List(names, " or ")}; "
                + "or, with AdditionalBaseline (--additional-baseline), images that have what is missing.";
    }

    private static string MadeSince(ArchiveManifest archive) => archive.Since is { } since
        ? $" The archive was made since the inventory {since.Inventory} of {since.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC."
        : "";

    private static string NextActionForSite(ArchiveManifest archive) => archive.Since is null
        ? ""
        : " If the site has changed since, export a new inventory with Export-DiffahInventory (diffah inventory), "
            + "and have an archive made for that.";

    private static string NextAction(ArchiveImage image, Image baseline) =>
        baseline.Source.Reference.AtDigest(image.Baseline.ManifestDigest) is { } exact
            ? $"A tag may have moved since the delta was made. Give the baseline by its digest: {exact}."
            : $"Give the baseline image whose manifest digest is {image.Baseline.ManifestDigest}, "
                + "as it was stored when the delta was made.";

    // From version 2 on any images do that hold the contents, however they are stored.
    private static string NextActionForContents(ArchiveImage image, Image baseline) =>
        (baseline.Source.Reference.AtDigest(image.Baseline.ManifestDigest) is { } exact
            ? $"A tag may have moved since the delta was made. Give the baseline by its digest, {exact}, "
            : "Give the image that the delta was made from, however it is stored "
                + $"(its manifest had the digest {image.Baseline.ManifestDigest}), ")
        + "or, with AdditionalBaseline (--additional-baseline), images that have what is missing.";

    private static DiffahException? ErrorOf(
        MissingParts missing, ArchiveImage image, BaselineImages baselines, ArchiveManifest archive)
    {
        if (missing.FromBaseline.IsEmpty && missing.FromArchive.IsEmpty)
            return null;
        // In a chain the first that does not continue from what is before it is to blame.
        if (missing.FromArchive.IsEmpty && baselines.Earlier is { } earlier)
        {
            if (ErrorOf(earlier.Needs.FindMissing(earlier.Image.Manifest), earlier.Entry, earlier.Baselines,
                    earlier.Archive.Manifest) is { } first && first.Error != DiffahErrors.ArchiveInvalid)
                return first;
            if (!HasMeant(image, baselines))
                return ChainErrors.NotContinued(image, earlier, missing.FromBaseline);
        }
        if (missing.FromArchive.IsEmpty && !HasMeant(image, baselines))
            return new DiffahException(DiffahErrors.BaselineMismatch,
                $"{baselines.Names} {(baselines.All.Length > 1 ? "together do" : "does")} not have what the "
                    + $"delta{MadeFrom(image)} needs: {ShortText.List(missing.FromBaseline, "; ")}.{MadeSince(archive)}",
                (!image.OtherBaselines.IsEmpty ? NextActionForSeveral(image, baselines)
                    : archive.Version == FormatVersion.V1 ? NextAction(image, baselines.First)
                    : NextActionForContents(image, baselines.First)) + NextActionForSite(archive));
        return new DiffahException(DiffahErrors.ArchiveInvalid, "The image can't be rebuilt: "
            + $"{ShortText.List([.. missing.FromArchive, .. missing.FromBaseline], "; ")}.");
    }
}
