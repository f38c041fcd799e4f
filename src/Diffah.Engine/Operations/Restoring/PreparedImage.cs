using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>An image that everything was checked of before the first layer moves.</summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="Archives">What its archive says, and then what each archive before it in its chain says.</param>
/// <param name="Manifest">The image's manifest; null where it can't be read.</param>
/// <param name="Target">The image, rebuilt as it is read; null where there is a problem.</param>
/// <param name="Problem">Why it can't be restored; null where it can.</param>
internal sealed record PreparedImage(
    AskedImage Asked, ImmutableArray<ArchiveManifest> Archives, ImageManifest? Manifest, Image? Target,
    DiffahException? Problem)
{
    /// <summary>Where it goes, with the name it gets there; null where there is a problem.</summary>
    public ImageReference? Destination { get; init; }

    /// <summary>What refers to it, and is restored with it.</summary>
    public ImmutableArray<ReferrerTree> Referrers { get; init; } = [];

    /// <summary>The image with what refers to it; null where there is a problem.</summary>
    public ImageTree? Tree => Target is { } image ? ImageTree.Of(image).With(Referrers) : null;

    /// <summary>What travels for the image, in bytes; 0 where its manifest can't be read.</summary>
    public long ArchiveBytes { get; init; }

    /// <summary>True where archive and baseline together do not have all that is needed.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>True where the destination takes it only converted.</summary>
    public bool WouldConvert { get; init; }

    public RestoreOutcome Restored(DeliveredImage delivered) =>
        new(Asked.Name, RestoreStatus.Restored, Asked.Destination!.ToString(),
            Describe(delivered.Written) with { ReferrerCount = delivered.Staged.ReferrerCount }, null);

    public RestoreOutcome Failed(DiffahException error) =>
        new(Asked.Name, Asked.WhySkipped is null ? RestoreStatus.Failed : RestoreStatus.Skipped,
            Asked.Destination?.ToString(), null, DiffahProblem.Of(error));

    public RestoredImage Describe(FittedImage written)
    {
        var (kinds, tree) = (Kinds(), written.Tree.Manifests);
        return new RestoredImage(Asked.Name, Asked.Destination!.ToString(), tree.Root.Digest.ToString(),
            tree.Root.MediaType, Manifest!.Layers.Length,
            kinds.Baseline, kinds.Patched, kinds.Full, tree.TotalBytes)
        {
            ArchiveBytes = ArchiveBytes,
            ImageId = Manifest.Config.Digest.ToString(),
            Conversion = written.Conversion,
        };
    }

    public PlannedRestore Plan()
    {
        var (kinds, entry) = (Kinds(), Asked.Entry);
        return new PlannedRestore(entry.Name, entry.Baseline.ManifestDigest.ToString(),
            entry.Target.ManifestDigest.ToString(), Asked.Baseline is not null,
            WouldImport: Problem is null, Manifest?.Layers.Length ?? 0, kinds.Patched + kinds.Full, kinds.Patched,
            kinds.Baseline)
        {
            Destination = Asked.Destination?.ToString(),
            Problem = Problem is null ? null : DiffahProblem.Of(Problem),
            WouldConvert = WouldConvert,
        };
    }

    private (int Baseline, int Patched, int Full) Kinds()
    {
        var blobs = Manifest is null ? [] : Manifest.Layers.Select(l => FindStored(l.Digest)).ToArray();
        return (blobs.Count(b => b is null), blobs.Count(b => b is { Origin: BlobOrigin.Patch }),
            blobs.Count(b => b is { Origin: BlobOrigin.Full }));
    }

    // What one archive leaves as it is, one before it may have brought.
    private StoredBlob? FindStored(Digest layer) =>
        Archives.Select(a => a.Blobs.GetValueOrDefault(layer)).FirstOrDefault(b => b is not null);
}
