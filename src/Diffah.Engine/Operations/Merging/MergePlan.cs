using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Merging;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Merging;

/// <summary>Turns a merged archive into what a dry run shows.</summary>
internal static class MergePlan
{
    /// <param name="path">Absolute path that the archive would have.</param>
    /// <param name="merged">Its parts.</param>
    /// <param name="archive">What it would say, and how large it would be.</param>
    public static DeltaPlan Create(string path, MergedDelta merged, MergedArchive archive)
    {
        var images = archive.Sidecar.Images.Select(i => Describe(i, merged.Manifests[i.Name], archive.Sidecar));
        return new DeltaPlan(
            path, archive.Sidecar.Platform, [.. images], archive.Sidecar.Blobs.Count, archive.Bytes);
    }

    private static PlannedImage Describe(ArchiveImage image, ImageManifest manifest, ArchiveManifest sidecar) => new(
        image.Name, image.Baseline.ManifestDigest.ToString(), manifest.Digest.ToString(),
        [
            Describe(manifest.Raw.Descriptor, BlobKind.Manifest, sidecar),
            Describe(manifest.Config, BlobKind.Config, sidecar),
            .. manifest.Layers.DistinctBy(l => l.Digest).Select(l => Describe(l, BlobKind.Layer, sidecar)),
        ]);

    private static PlannedBlob Describe(Descriptor blob, string kind, ArchiveManifest sidecar)
    {
        var stored = sidecar.Blobs.GetValueOrDefault(blob.Digest);
        return new PlannedBlob(blob.Digest.ToString(), kind, Printable.Line(blob.MediaType), blob.Size,
            (stored?.Origin ?? BlobOrigin.Reuse).ToString(), stored is null ? 0 : sidecar.StoredOf(blob.Digest), [],
            stored is null ? "the baseline has it" : "a delta has it");
    }
}
