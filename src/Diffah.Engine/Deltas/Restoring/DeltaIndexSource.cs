using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// An index of a delta archive, as if it were whole: its images are rebuilt when their blobs are opened, and all else
/// is stored whole. What refers to an image is stored whole altogether.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="what">What it is, for messages.</param>
/// <param name="target">Its manifest.</param>
/// <param name="images">The images that it lists, and where each is rebuilt; null where none is. Not owned.</param>
/// <param name="reference">What messages call it.</param>
internal sealed class DeltaIndexSource(
    ArchiveReader archive, string what, Descriptor target,
    IEnumerable<(ImageManifest Manifest, IImageSource? Source)> images, ImageReference reference)
    : IContentImageSource
{
    // What several images share is to be had of any: each finds it in its own baseline, or in the archive.
    private readonly Dictionary<Digest, IImageSource?> _owners = images
        .SelectMany(i => i.Manifest.Layers, (image, layer) => (layer.Digest, image.Source)).DistinctBy(o => o.Digest)
        .ToDictionary(o => o.Digest, o => o.Source);

    public ImageReference Reference => reference;

    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        var wanted = digest ?? target.Digest;
        if (archive.Manifest.Blobs.GetValueOrDefault(wanted) is not { Origin: BlobOrigin.Full } stored)
            throw new DiffahException(DiffahErrors.ArchiveInvalid,
                $"The manifest {wanted} of {what} is not in the delta archive '{archive.Path}'.");
        return await archive.ReadManifestAsync(
            new Descriptor(digest is null ? target.MediaType : stored.MediaType, wanted, stored.Size),
            cancellationToken);
    }

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _owners.GetValueOrDefault(blob.Digest) is { } owner ? owner.OpenBlobAsync(blob, cancellationToken)
            : archive.Manifest.Blobs.GetValueOrDefault(blob.Digest) is { Origin: BlobOrigin.Full }
                ? Task.FromResult<Stream>(archive.OpenFull(blob.Digest))
            : throw new DiffahException(DiffahErrors.BlobMissing,
                $"The delta archive '{archive.Path}' has no blob {blob.Digest} of {what}.");

    public Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken) =>
        Task.FromResult<SpooledBlob?>(null);

    public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _owners.GetValueOrDefault(blob.Digest) is IContentImageSource owner
            ? owner.PrepareAsync(blob, cancellationToken)
            : Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Refuses an archive that lacks something of the index that no image brings.</summary>
    /// <param name="tree">What was read of the index.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public void RequireWhole(ManifestTree tree)
    {
        foreach (var blob in tree.Layers.Concat(tree.Configs).Where(b => !_owners.ContainsKey(b.Digest)))
        {
            var stored = archive.Manifest.Blobs.GetValueOrDefault(blob.Digest);
            if (stored is null && blob.HasUrls)
                continue;
            if (stored is not { Origin: BlobOrigin.Full } || stored.Size != blob.Size)
                throw new DiffahException(DiffahErrors.ArchiveInvalid,
                    $"What {what} lists needs the blob {blob.Digest}, and the delta archive "
                        + $"'{archive.Path}' does not have it whole, nor has any of its images.");
        }
    }
}
