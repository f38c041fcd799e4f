using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// An image of a delta archive, as if it were whole: blobs are rebuilt when they are opened, and the baseline is asked
/// only for what a patch or a missing layer needs, each blob at most once.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="image">Which of its images.</param>
/// <param name="baseline">The image's baseline; not owned.</param>
/// <param name="blobs">Keeps what is needed more than once, by this image or by others.</param>
internal sealed class DeltaImageSource(ArchiveReader archive, ArchiveImage image, Image baseline, SharedBlobs blobs)
    : IImageSource
{
    private const string FromBaseline = "reading from the baseline";

    public ImageReference Reference => baseline.Source.Reference;

    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        if (digest is { } asked && asked != image.Target.ManifestDigest)
            throw new DiffahException(
                DiffahErrors.BlobMissing, $"The archive has no manifest {asked} for image '{image.Name}'.");
        return (await archive.ReadManifestAsync(image, cancellationToken)).Raw;
    }

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (!archive.Manifest.Blobs.TryGetValue(blob.Digest, out var stored))
            return OpenAsync(
                FindLayer(blob.Digest), FromBaseline, ct => OpenBaselineAsync(blob.Digest, ct), cancellationToken);
        return stored.PatchFrom is { } from
            ? OpenAsync(blob with { Size = stored.Size }, "rebuilding",
                ct => OpenPatchedAsync(blob.Digest, stored, from, ct), cancellationToken)
            : Task.FromResult(archive.OpenStored(blob.Digest));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Stream> OpenAsync(
        Descriptor blob, string status, Func<CancellationToken, Task<Stream>> open,
        CancellationToken cancellationToken) =>
        blobs.IsNeededAgain(blob.Digest)
            ? (await blobs.GetAsync(blob, status, open, cancellationToken)).OpenRead()
            : await open(cancellationToken);

    private async Task<Stream> OpenPatchedAsync(
        Digest digest, StoredBlob stored, Digest from, CancellationToken cancellationToken)
    {
        var mapped = (await blobs.GetAsync(
            FindLayer(from), FromBaseline, ct => OpenBaselineAsync(from, ct), cancellationToken)).Map();
        IDisposable? admission = null;
        try
        {
            admission = await blobs.Memory.EnterAsync(stored, cancellationToken);
            return new PatchedStream(
                LayerCodecs.Get(stored.Codec!).Open(archive.OpenStored(digest), [mapped]), mapped, digest, admission);
        }
        catch
        {
            admission?.Dispose();
            mapped.Dispose();
            throw;
        }
    }

    private Task<Stream> OpenBaselineAsync(Digest digest, CancellationToken cancellationToken) =>
        baseline.Source.OpenBlobAsync(FindLayer(digest), cancellationToken);

    private Descriptor FindLayer(Digest digest) => baseline.Manifest.Layers.FirstOrDefault(l => l.Digest == digest)
        ?? throw new DiffahException(
            DiffahErrors.BlobMissing, $"The baseline {baseline.Source.Reference} has no layer {digest}.");
}
