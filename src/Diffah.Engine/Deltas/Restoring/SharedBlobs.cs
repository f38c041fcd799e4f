using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// What is needed more than once to rebuild the images of an archive: each such blob is fetched from a baseline, or
/// rebuilt from a patch, once, and kept in a spool. What is needed once goes straight to where it is needed.
/// </summary>
/// <param name="fetched">Keeps the blobs of baselines.</param>
/// <param name="rebuilt">Keeps the blobs that are made, apart from those of baselines: one may be made of a content
/// that a baseline has in the same blob.</param>
/// <param name="memory">What patches may take of memory, all together.</param>
/// <param name="events">Told of what is fetched or rebuilt.</param>
internal sealed class SharedBlobs(
    LayerStore fetched, LayerStore rebuilt, PatchMemory memory, EventSink events)
{
    private readonly EventSink _events = events.For("deltas");
    private readonly Dictionary<Digest, int> _uses = [];
    private readonly HashSet<Digest> _contents = [];

    /// <summary>What patches may take of memory, all together.</summary>
    public PatchMemory Memory => memory;

    /// <summary>Counts what an image needs. To be called for every image before the first layer of any moves.</summary>
    /// <param name="sidecar">The archive's.</param>
    /// <param name="target">The image's manifest.</param>
    /// <param name="baselines">What it is rebuilt from.</param>
    /// <param name="contents">The contents of that.</param>
    public void Expect(
        ArchiveManifest sidecar, ImageManifest target, BaselineImages baselines, BaselineContents contents)
    {
        foreach (var layer in target.Layers.Select(l => l.Digest).Distinct())
        {
            var stored = sidecar.Blobs.GetValueOrDefault(layer);
            if (stored is null or { Origin: BlobOrigin.Patch })
                Count(layer);
            foreach (var needed in stored?.Needs ?? [])
                Count(needed);
            if (stored?.Form is { } form && !baselines.Stores(layer))
                ExpectContent(form.Content, sidecar, contents);
        }
    }

    /// <summary>A blob of the baseline may be needed as it is, too. As a content it is needed once, for all.</summary>
    private void ExpectContent(Digest diffId, ArchiveManifest sidecar, BaselineContents baseline)
    {
        IEnumerable<Digest> needed = baseline.Has(diffId)
            ? [diffId]
            : sidecar.Contents.TryGetValue(diffId, out var patch) ? patch.Sources : [];
        foreach (var content in needed.Where(_contents.Add))
        {
            if (baseline.BlobOf(content) is { } blob)
                Count(blob);
            else if (sidecar.IsChained)
                ExpectContent(content, sidecar, baseline);
        }
    }

    /// <summary>True for a blob that is needed more than once.</summary>
    public bool IsNeededAgain(Digest digest) => _uses.GetValueOrDefault(digest) > 1;

    /// <summary>Opens a layer of a baseline as it is stored.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Stream> OpenAsync(BaselineLayer layer, CancellationToken cancellationToken) =>
        IsNeededAgain(layer.Layer.Digest)
            ? (await FetchAsync(layer, cancellationToken)).OpenRead()
            : await layer.OpenAsync(cancellationToken);

    /// <summary>A layer of a baseline as a file, read the first time it is asked for.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<SpooledBlob> FetchAsync(BaselineLayer layer, CancellationToken cancellationToken) => GetAsync(
        fetched, layer.Layer.Descriptor, "reading from the baseline", layer.OpenAsync, cancellationToken);

    /// <summary>A blob that the archive makes, as a file, made the first time it is asked for.</summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="open">Opens its bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<SpooledBlob> RebuildAsync(
        Descriptor blob, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken) =>
        GetAsync(rebuilt, blob, "rebuilding", open, cancellationToken);

    private async Task<SpooledBlob> GetAsync(
        LayerStore store, Descriptor blob, string status, Func<CancellationToken, Task<Stream>> open,
        CancellationToken cancellationToken)
    {
        ProgressScope? progress = null;
        try
        {
            return await store.BlobAsync(blob, BeginAsync, bytes => progress?.Advance(bytes), cancellationToken);
        }
        finally
        {
            progress?.Dispose();
        }

        // Called by whoever comes first, alone.
        Task<Stream> BeginAsync(CancellationToken token)
        {
            progress = _events.BeginPart($"layer {blob.Digest.ShortHex}", status, blob.Size);
            return open(token);
        }
    }

    private void Count(Digest digest) => _uses[digest] = _uses.GetValueOrDefault(digest) + 1;
}
