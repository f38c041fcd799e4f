using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// An image of a delta archive, as if it were whole: blobs are rebuilt when they are opened, and the baseline is asked
/// only for what a patch or a missing layer needs, each blob at most once. Where a blob comes out wrong, only this
/// place knows whether archive or baseline is to blame, so it verifies each by itself: what is patched from has been
/// verified before, so what a patch gets wrong is the archive's fault.
/// </summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="image">Which of its images.</param>
/// <param name="baseline">The image's baseline; not owned.</param>
/// <param name="blobs">Keeps what is needed more than once, by this image or by others.</param>
/// <param name="contents">The contents of the image.</param>
internal sealed class DeltaImageSource(
    ArchiveReader archive, ArchiveImage image, Image baseline, SharedBlobs blobs, DeltaContents contents)
    : IContentImageSource
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
        // What the baseline has as it is stored needs no rebuilding: another baseline may have more than the one meant.
        if (!archive.Manifest.Blobs.TryGetValue(blob.Digest, out var stored)
            || (stored.Form is not null && baseline.Stores(blob.Digest)))
            return OpenReusedAsync(blob.Digest, cancellationToken);
        if (stored.Origin == BlobOrigin.Full)
            return Task.FromResult<Stream>(archive.OpenFull(blob.Digest));
        return OpenAsync(blob with { Size = stored.Size }, "rebuilding", ct => stored.Form is { } form
            ? contents.OpenAsync(blob.Digest, stored.Size, form, ct)
            : OpenPatchedAsync(blob.Digest, stored, ct), cancellationToken);
    }

    public async Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (archive.Manifest.Version == FormatVersion.V1 || !contents.Has(diffId))
            return null;
        var content = await contents.GetAsync(diffId, cancellationToken);
        return new SpooledBlob(content.DiffId, content.Size, content.Path);
    }

    public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken) =>
        archive.Manifest.Blobs.GetValueOrDefault(blob.Digest)?.Form is { } form
            ? contents.GetAsync(form.Content, cancellationToken)
            : Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Stream> OpenAsync(
        Descriptor blob, string status, Func<CancellationToken, Task<Stream>> open,
        CancellationToken cancellationToken) =>
        blobs.IsNeededAgain(blob.Digest)
            ? (await blobs.GetAsync(blob, status, open, cancellationToken)).OpenRead()
            : await open(cancellationToken);

    private Task<Stream> OpenReusedAsync(Digest digest, CancellationToken cancellationToken)
    {
        var (blob, status, open) = FindReused(digest);
        return OpenAsync(blob, status, open, cancellationToken);
    }

    /// <summary>
    /// A blob of the baseline: as it is there, or made of its content, which is there in another form.
    /// </summary>
    private (Descriptor Blob, string Status, Func<CancellationToken, Task<Stream>> Open) FindReused(Digest digest)
    {
        if (baseline.Manifest.Layers.All(l => l.Digest != digest)
            && archive.Manifest.Reused.TryGetValue(digest, out var reused) && contents.Has(reused.Form.Content))
            return (new Descriptor(MediaTypes.OciLayer, digest, reused.Size), "rebuilding",
                ct => contents.OpenAsync(digest, reused.Size, reused.Form, ct));
        return (FindLayer(digest), FromBaseline, ct => OpenBaselineAsync(digest, ct));
    }

    private async Task<Stream> OpenPatchedAsync(
        Digest digest, StoredBlob stored, CancellationToken cancellationToken)
    {
        var needs = new List<MappedFile>(stored.Needs.Length);
        IDisposable? admission = null;
        try
        {
            foreach (var need in stored.Needs)
            {
                var (blob, status, open) = FindReused(need);
                needs.Add((await blobs.GetAsync(blob, status, open, cancellationToken)).Map());
            }
            admission = await blobs.Memory.EnterAsync(stored, cancellationToken);
            var patched = new PatchedStream(LayerCodecs.Get(stored.Codec!).Open(archive.OpenStored(digest), needs),
                needs, $"{digest} in the delta archive '{archive.Path}'", admission);
            return new VerifyingStream(patched, digest, stored.Size,
                $"Blob {digest}, rebuilt from its patch in the delta archive '{archive.Path}',")
            {
                NextAction = PatchedStream.NextAction,
            };
        }
        catch
        {
            admission?.Dispose();
            needs.ForEach(n => n.Dispose());
            throw;
        }
    }

    private async Task<Stream> OpenBaselineAsync(Digest digest, CancellationToken cancellationToken)
    {
        var layer = FindLayer(digest);
        return new VerifyingStream(await baseline.Source.OpenBlobAsync(layer, cancellationToken), layer.Digest,
            layer.Size, $"Layer {digest} of the baseline {baseline.Source.Reference}")
        {
            NextAction = "Fetch or save the baseline again: it is damaged. The delta archive is not to blame.",
        };
    }

    private Descriptor FindLayer(Digest digest) => baseline.Manifest.Layers.FirstOrDefault(l => l.Digest == digest)
        ?? throw new DiffahException(
            DiffahErrors.BlobMissing, $"The baseline {baseline.Source.Reference} has no layer {digest}.");
}
