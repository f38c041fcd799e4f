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
/// <param name="given">Of an archive that continues from another: keeps the blobs of images that are there, for all
/// archives. What archives make each keeps for itself, so that none waits for what is made of its own.</param>
internal sealed class SharedBlobs(
    LayerStore fetched, LayerStore rebuilt, PatchMemory memory, EventSink events, SharedBlobs? given = null)
{
    private readonly EventSink _events = events.For("deltas");
    private readonly Dictionary<Digest, int> _uses = [];
    private readonly HashSet<Digest> _read = [];
    private readonly HashSet<Digest> _made = [];

    /// <summary>What patches may take of memory, all together.</summary>
    public PatchMemory Memory => memory;

    /// <summary>Counts a use of a blob.</summary>
    /// <param name="digest">The blob.</param>
    /// <returns>True for the first use.</returns>
    public bool Count(Digest digest) => (_uses[digest] = _uses.GetValueOrDefault(digest) + 1) == 1;

    /// <summary>Counts a use of a layer of a baseline.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>True for the first use.</returns>
    public bool Count(BaselineLayer layer) => KeeperOf(layer).Count(layer.Layer.Digest);

    /// <summary>Notes that a content is read. Nobody reads it twice.</summary>
    /// <param name="diffId">The content.</param>
    /// <returns>True for the first time.</returns>
    public bool CountRead(Digest diffId) => (given ?? this)._read.Add(diffId);

    /// <summary>Notes that a content is made. Nobody makes it twice.</summary>
    /// <param name="diffId">The content.</param>
    /// <returns>True for the first time.</returns>
    public bool CountMade(Digest diffId) => (given ?? this)._made.Add(diffId);

    /// <summary>True for a blob that is needed more than once.</summary>
    public bool IsNeededAgain(Digest digest) => _uses.GetValueOrDefault(digest) > 1;

    /// <summary>Opens a layer of a baseline as it is stored.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Stream> OpenAsync(BaselineLayer layer, CancellationToken cancellationToken) =>
        KeeperOf(layer).IsNeededAgain(layer.Layer.Digest)
            ? (await FetchAsync(layer, cancellationToken)).OpenRead()
            : await layer.OpenAsync(cancellationToken);

    /// <summary>A layer of a baseline as a file, read the first time it is asked for.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<SpooledBlob> FetchAsync(BaselineLayer layer, CancellationToken cancellationToken) =>
        KeeperOf(layer) is var keeper && keeper != this
            ? keeper.FetchAsync(layer, cancellationToken)
            : GetAsync(fetched, layer.Layer.Descriptor,
                layer.Maker is null ? "reading from the baseline" : "rebuilding", layer.OpenAsync, cancellationToken);

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

    private SharedBlobs KeeperOf(BaselineLayer layer) => layer.Maker is null && given is not null ? given : this;
}
