using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>Says what a delta archive holds.</summary>
internal static class ArchiveInspector
{
    private const int TopCount = 10;

    /// <summary>Describes the archive and, from their manifests, its images.</summary>
    /// <exception cref="DiffahException">A manifest is damaged.</exception>
    public static async Task<DeltaArchive> DescribeAsync(ArchiveReader archive, CancellationToken cancellationToken)
    {
        var manifests = new List<ImageManifest>();
        foreach (var image in archive.Manifest.Images)
            manifests.Add(await archive.ReadManifestAsync(image, cancellationToken));
        var accounts = await AccountReader.ReadAsync(archive, cancellationToken);
        var layers = new LayerInspection(archive, manifests, new ContentInspection(archive, accounts));
        var images = ImmutableArray.CreateBuilder<DeltaArchiveImage>();
        foreach (var (image, manifest) in archive.Manifest.Images.Zip(manifests))
        {
            var stored = await layers.DescribeAsync(manifest, cancellationToken);
            images.Add(Describe(image, manifest, stored, archive));
        }
        return new DeltaArchive(DescribeHead(archive), images.ToImmutable(), ImageWeight.Of(manifests))
        {
            Indexes = [.. archive.Manifest.Indexes.Select(DeltaArchiveIndex.Of)],
            Referrers = [.. archive.Manifest.Referrers.Select(DeltaArchiveReferrer.Of)],
        };
    }

    /// <summary>Describes the archive by its sidecar alone.</summary>
    public static DeltaArchiveHead DescribeHead(ArchiveReader archive)
    {
        var sidecar = archive.Manifest;
        var (full, patches) = (sidecar.Blobs.Values.Where(b => b.Origin == BlobOrigin.Full).ToArray(),
            sidecar.Blobs.Values.Where(b => b.Origin == BlobOrigin.Patch).ToArray());
        // Patches with the contents and recipes that they stand on, be these in the sidecar.
        var patchBytes = sidecar.Parts.Where(p => p.Part.Kind != ArchivePartKind.Account).Sum(p => p.Size)
            + patches.Sum(b => b.OwnSize - b.ArchiveSize) - full.Sum(b => b.ArchiveSize);
        return new DeltaArchiveHead
        {
            Path = archive.Path,
            Version = sidecar.Version,
            Feature = sidecar.Feature,
            Tool = Printable.Line(sidecar.Tool),
            ToolVersion = Printable.Line(sidecar.ToolVersion),
            CreatedAt = sidecar.CreatedAt,
            Since = sidecar.Since is { } since
                ? new DeltaArchiveSince(since.Inventory.ToString(), since.CreatedAt)
                : null,
            Platform = sidecar.Platform,
            Compression = archive.Compression.ToString(),
            ArchiveBytes = archive.FileBytes,
            TargetBytes = sidecar.Blobs.Values.Sum(b => b.Size),
            FullCount = full.Length,
            PatchCount = patches.Length,
            FullBytes = full.Sum(b => b.ArchiveSize),
            PatchBytes = patchBytes,
            AccountBytes = sidecar.Account?.ArchiveSize ?? 0,
            PatchSparedBytes = patches.Sum(b => b.Size) - patchBytes,
        };
    }

    private static ImmutableArray<string> BaselineReads(ImageManifest manifest, ArchiveManifest archive)
    {
        var stored = manifest.Layers.Select(l => archive.Blobs.GetValueOrDefault(l.Digest)).OfType<StoredBlob>();
        return [.. stored.SelectMany(Needs).Distinct().Order().Select(d => d.ToString())];

        IEnumerable<Digest> Needs(StoredBlob blob) => blob.Form is not { } form ? blob.Needs
            : archive.Contents.TryGetValue(form.Content, out var patch) ? [.. patch.Sources, .. blob.Needs]
            : [form.Content, .. blob.Needs];
    }

    private static DeltaArchiveBaseline Describe(ArchiveBaseline baseline) => new(
        baseline.ManifestDigest.ToString(), Printable.Line(baseline.MediaType), Printable.Line(baseline.SourceHint),
        baseline.ReadSize, baseline.FetchSize);

    private static DeltaArchiveImage Describe(
        ArchiveImage image, ImageManifest manifest, ImmutableArray<StoredLayer> stored, ArchiveReader archive)
    {
        var layers = stored.Select(s => s.Layer).ToImmutableArray();
        var advice = new WasteAdvice(
            archive.Manifest.Blobs.Values.Any(b => b.Origin == BlobOrigin.Patch), archive.Manifest.Version);
        return new DeltaArchiveImage
        {
            Name = image.Name,
            Platform = archive.Manifest.ListedAs(image.Name)?.Platform?.ToPrintable(),
            TargetManifestDigest = image.Target.ManifestDigest.ToString(),
            TargetMediaType = Printable.Line(image.Target.MediaType),
            BaselineManifestDigest = image.Baseline.ManifestDigest.ToString(),
            BaselineMediaType = Printable.Line(image.Baseline.MediaType),
            BaselineSourceHint = Printable.Line(image.Baseline.SourceHint),
            Baselines = [.. image.Baselines.Select(Describe)],
            BaselineMode = image.NeedsAllBaselines ? nameof(BaselineMode.All) : nameof(BaselineMode.Any),
            ImageBytes = ImageWeight.Of([manifest]),
            ArchiveBytes = ImageWeight.InArchive(archive, manifest),
            BaselineReads = BaselineReads(manifest, archive.Manifest),
            BaselineReadBytes = image.Baseline.ReadSize,
            Layers = layers,
            TopSavings =
            [
                .. layers.Where(l => l.SparedBytes > 0).OrderByDescending(l => l.SparedBytes)
                    .ThenBy(l => l.Digest, StringComparer.Ordinal).Take(TopCount),
            ],
            Waste = [.. stored.Select(advice.Find).OfType<LayerWaste>()],
            SizeHistogram = SizeHistogram.Of(layers.Select(l => l.TargetSize)),
        };
    }
}
