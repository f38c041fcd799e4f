using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Verification;

/// <summary>
/// Checks that an archive has all of its indexes, <c>index</c>, and of what refers to its images, <c>referrer</c>. It
/// needs no baseline.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class IndexCheck(ArchiveReader archive, FindingList findings)
{
    // What messages about what is in it call the archive.
    private readonly ImageReference _shown = ImageReference.Parse(StandardStreams.AreMeant(archive.Path)
        ? $"{TransportNames.OciArchive}:{archive.Path}"
        : $"{TransportNames.Directory}:{archive.Path}");

    /// <summary>Checks every index and every referrer.</summary>
    /// <param name="manifests">The manifests that could be read, by the images' names.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    public async Task RunAsync(
        IReadOnlyDictionary<string, ImageManifest> manifests, CancellationToken cancellationToken)
    {
        foreach (var index in archive.Manifest.Indexes)
            await findings.CheckAsync("index", index.Name, () => IndexAsync(index, manifests, cancellationToken));
        var referrers = new DeltaReferrers(archive, _shown);
        foreach (var referrer in archive.Manifest.Referrers)
        {
            await findings.CheckAsync("referrer", referrer.Manifest.Digest.ToString(), async () =>
            {
                var tree = await referrers.ReadAsync(referrer, cancellationToken);
                return $"{referrer.ArtifactType} of {referrer.Subject}, {tree.Tree.TotalBytes} bytes".TrimStart();
            });
        }
    }

    private async Task<string> IndexAsync(
        ArchiveIndex index, IReadOnlyDictionary<string, ImageManifest> manifests, CancellationToken cancellationToken)
    {
        var images = index.Images.Select(i => manifests.GetValueOrDefault(i.Name)).OfType<ImageManifest>().ToArray();
        var source = new DeltaIndexSource(
            archive, index.Shown, index.Descriptor, images.Select(i => (i, (IImageSource?)null)), _shown);
        var tree = await ManifestTree.ReadAsync(source, cancellationToken);
        source.RequireWhole(tree);
        return $"{index.Target.ManifestDigest} lists {tree.Images.Length} manifests, {images.Length} of them images "
            + "that are restored";
    }
}
