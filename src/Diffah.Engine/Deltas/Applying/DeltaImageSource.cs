using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Deltas.Container;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Applying;

/// <summary>
/// An image of a delta archive, as if it were whole: blobs are rebuilt when they are opened, and the baseline is asked
/// only for what a patch or a missing layer needs, each blob at most once.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="image">Which of its images.</param>
/// <param name="baseline">The image's baseline; not owned.</param>
/// <param name="spool">Keeps baseline blobs that patches refer to.</param>
internal sealed class DeltaImageSource(DeltaArchiveReader archive, SidecarImage image, Image baseline, BlobSpool spool) : IImageSource
{
    private readonly HashSet<Digest> _patchSources = [.. archive.Sidecar.Blobs.Values.Select(b => b.PatchFrom).OfType<Digest>()];

    public ImageReference Reference => baseline.Source.Reference;

    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        if (digest is { } asked && asked != image.Target.ManifestDigest)
            throw new DiffahException(DiffahErrors.BlobMissing, $"The archive has no manifest {asked} for image '{image.Name}'.");
        return (await archive.ReadManifestAsync(image, cancellationToken).ConfigureAwait(false)).Raw;
    }

    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (!archive.Sidecar.Blobs.TryGetValue(blob.Digest, out var stored))
            return await OpenReusedAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        return stored.PatchFrom is { } from
            ? await OpenPatchedAsync(blob.Digest, stored, from, cancellationToken).ConfigureAwait(false)
            : archive.OpenStored(blob.Digest);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A layer that patches refer to as well comes from the spool, so that it is fetched once.</summary>
    private async Task<Stream> OpenReusedAsync(Digest digest, CancellationToken cancellationToken) => _patchSources.Contains(digest)
        ? (await SpoolAsync(digest, cancellationToken).ConfigureAwait(false)).OpenRead()
        : await OpenBaselineAsync(digest, cancellationToken).ConfigureAwait(false);

    private async Task<Stream> OpenPatchedAsync(Digest digest, SidecarBlob stored, Digest from, CancellationToken cancellationToken)
    {
        var mapped = (await SpoolAsync(from, cancellationToken).ConfigureAwait(false)).Map();
        try
        {
            return new PatchedStream(CodecCatalog.Get(stored.Codec!).Decode(archive.OpenStored(digest), mapped), mapped, digest);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    private Task<SpooledBlob> SpoolAsync(Digest digest, CancellationToken cancellationToken) =>
        spool.GetAsync(digest, FindLayer(digest).Size, ct => OpenBaselineAsync(digest, ct), null, cancellationToken);

    private Task<Stream> OpenBaselineAsync(Digest digest, CancellationToken cancellationToken) =>
        baseline.Source.OpenBlobAsync(FindLayer(digest), cancellationToken);

    private Descriptor FindLayer(Digest digest) => baseline.Manifest.Layers.FirstOrDefault(l => l.Digest == digest)
        ?? throw new DiffahException(DiffahErrors.BlobMissing, $"The baseline {baseline.Source.Reference} has no layer {digest}.");
}
