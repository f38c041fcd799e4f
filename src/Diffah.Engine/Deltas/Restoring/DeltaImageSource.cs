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
/// <param name="baselines">What it is rebuilt from.</param>
/// <param name="blobs">Keeps what is needed more than once, by this image or by others.</param>
/// <param name="contents">The contents of the image.</param>
internal sealed class DeltaImageSource(
    ArchiveReader archive, ArchiveImage image, BaselineImages baselines, SharedBlobs blobs, DeltaContents contents)
    : IContentImageSource, IArchiveBlobs
{
    public ImageReference Reference => baselines.First.Source.Reference;

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
            || ((stored.Form is not null || archive.Manifest.IsChained) && baselines.Stores(blob.Digest)))
            return OpenReusedAsync(blob.Digest, cancellationToken);
        return stored.Origin == BlobOrigin.Full
            ? OpenStoredAsync(blob.Digest, stored, cancellationToken)
            : OpenRebuiltAsync(blob with { Size = stored.Size }, ct => OpenStoredAsync(blob.Digest, stored, ct),
                cancellationToken);
    }

    bool IArchiveBlobs.IsInBaseline(Digest blob) => baselines.Find(blob) is not null;

    Task<Stream> IArchiveBlobs.OpenAsync(Digest blob, CancellationToken cancellationToken)
    {
        var stored = archive.Manifest.Blobs[blob];
        return OpenBlobAsync(new Descriptor(stored.MediaType, blob, stored.Size), cancellationToken);
    }

    public async Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (archive.Manifest.Version == FormatVersion.V1 || !contents.Has(diffId))
            return null;
        var content = await contents.GetAsync(diffId, cancellationToken);
        return new SpooledBlob(content.DiffId, content.Size, content.Path);
    }

    public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken) =>
        archive.Manifest.Blobs.GetValueOrDefault(blob.Digest)?.Form is { } form && !baselines.Stores(blob.Digest)
            ? contents.GetAsync(form.Content, cancellationToken)
            : Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Stream> OpenFullAsync(Digest blob, CancellationToken cancellationToken)
    {
        await archive.FetchAsync(ArchivePart.Blob(blob), cancellationToken);
        return archive.OpenFull(blob);
    }

    private async Task<Stream> OpenRebuiltAsync(
        Descriptor blob, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken) =>
        blobs.IsNeededAgain(blob.Digest)
            ? (await blobs.RebuildAsync(blob, open, cancellationToken)).OpenRead()
            : await open(cancellationToken);

    private Task<Stream> OpenStoredAsync(Digest blob, StoredBlob stored, CancellationToken cancellationToken) =>
        stored.Origin == BlobOrigin.Full ? OpenFullAsync(blob, cancellationToken)
        : stored.Form is { } form ? OpenFormAsync(blob, stored.Size, form, cancellationToken)
        : OpenPatchedAsync(blob, stored, cancellationToken);

    private Task<Stream> OpenReusedAsync(Digest digest, CancellationToken cancellationToken) =>
        FindReused(digest) is { } reused
            ? OpenRebuiltAsync(reused.Blob, reused.Open, cancellationToken)
            : blobs.OpenAsync(FindLayer(digest), cancellationToken);

    /// <summary>
    /// How a blob of the baseline is made of its content, which is there in another form; null where the blob is there
    /// as it is, or is missing.
    /// </summary>
    private (Descriptor Blob, Func<CancellationToken, Task<Stream>> Open)? FindReused(Digest digest) =>
        baselines.Find(digest) is null
            && archive.Manifest.Reused.TryGetValue(digest, out var reused) && contents.Has(reused.Form.Content)
            ? (new Descriptor(MediaTypes.OciLayer, digest, reused.Size),
                ct => contents.OpenAsync(digest, reused.Size, reused.Form, null, ct))
            : null;

    /// <summary>How the archive has a blob that another is a patch of; null where the baseline has it.</summary>
    private (Descriptor Blob, Func<CancellationToken, Task<Stream>> Open)? FindMade(Digest digest) =>
        archive.Manifest.IsChained && baselines.Find(digest) is null
            && archive.Manifest.Blobs.TryGetValue(digest, out var stored)
            ? (new Descriptor(stored.MediaType, digest, stored.Size), ct => OpenStoredAsync(digest, stored, ct))
            : null;

    private async Task<Stream> OpenPatchedAsync(
        Digest digest, StoredBlob stored, CancellationToken cancellationToken)
    {
        var needs = new List<MappedFile>(stored.Needs.Length);
        IDisposable? admission = null;
        try
        {
            foreach (var need in stored.Needs)
                needs.Add((await FetchNeededAsync(need, cancellationToken)).Map());
            await archive.FetchAsync(ArchivePart.Blob(digest), cancellationToken);
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

    private async Task<Stream> OpenFormAsync(
        Digest blob, long size, LayerForm form, CancellationToken cancellationToken)
    {
        var reference = form.Wrapping.Reference is { } need
            ? await contents.ReferToAsync(
                await FetchNeededAsync(need, cancellationToken), baselines.Find(need)?.Layer.DiffId, cancellationToken)
            : null;
        return await contents.OpenAsync(blob, size, form, reference, cancellationToken);
    }

    private Task<SpooledBlob> FetchNeededAsync(Digest need, CancellationToken cancellationToken) =>
        (FindReused(need) ?? FindMade(need)) is { } made
            ? blobs.RebuildAsync(made.Blob, made.Open, cancellationToken)
            : blobs.FetchAsync(FindLayer(need), cancellationToken);

    private BaselineLayer FindLayer(Digest digest) => baselines.Find(digest) ?? throw new DiffahException(
        DiffahErrors.BlobMissing, $"The baseline {baselines.Names} has no layer {digest}.");
}
