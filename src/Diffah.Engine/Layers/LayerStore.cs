using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>
/// Layers in a work directory: of each its blob, its content, and the map of its entries. Each is made at most once,
/// and only when it is asked for, however many ask at the same time. All who ask are expected to share one operation's
/// token.
/// </summary>
/// <param name="work">Where the files go.</param>
/// <param name="bounds">What decompressing may cost.</param>
internal sealed class LayerStore(WorkDirectory work, DecompressionBounds bounds)
{
    private readonly BlobSpool _blobs = new(work);
    private readonly ConcurrentDictionary<Digest, Lazy<Task<LayerContent>>> _contents = new();
    private readonly ConcurrentDictionary<Digest, Lazy<Task<LayerMap?>>> _maps = new();

    /// <summary>A layer's blob as a file.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="progress">Told of bytes as they arrive; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<SpooledBlob> BlobAsync(Layer layer, Action<long>? progress, CancellationToken cancellationToken) =>
        _blobs.GetAsync(layer.Digest, layer.Size, layer.OpenBlobAsync, progress, cancellationToken);

    /// <summary>A blob that is no layer of an image at hand, such as one that is rebuilt from a patch.</summary>
    /// <param name="blob">Its descriptor; what <paramref name="open"/> gives is verified against it.</param>
    /// <param name="open">Opens its bytes; called at most once, and again only where that failed.</param>
    /// <param name="progress">Told of bytes as they arrive; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<SpooledBlob> BlobAsync(
        Descriptor blob, Func<CancellationToken, Task<Stream>> open, Action<long>? progress,
        CancellationToken cancellationToken) =>
        _blobs.GetAsync(blob.Digest, blob.Size, open, progress, cancellationToken);

    /// <summary>A layer's content, the plain tar, as a file.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage (the compression is damaged), CompressionUnknown,
    /// ContentTooLarge.</exception>
    public Task<LayerContent> ContentAsync(Layer layer, CancellationToken cancellationToken) =>
        _contents.GetOrAdd(
            layer.Digest, _ => new Lazy<Task<LayerContent>>(() => DecompressAsync(layer, cancellationToken))).Value;

    /// <summary>The same; null where the layer can't be decompressed, and travels as it is.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<LayerContent?> FindContentAsync(Layer layer, CancellationToken cancellationToken)
    {
        try
        {
            return await ContentAsync(layer, cancellationToken);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.CompressionUnknown
            || e.Error == DiffahErrors.InvalidImage)
        {
            return null;
        }
    }

    /// <summary>The map of a layer's entries; null where its content is no tar.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="progress">Told of stages and bytes by whoever comes first; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<LayerMap?> MapAsync(Layer layer, ProgressScope? progress, CancellationToken cancellationToken) =>
        _maps.GetOrAdd(
            layer.Digest, _ => new Lazy<Task<LayerMap?>>(() => ReadMapAsync(layer, progress, cancellationToken))).Value;

    private async Task<LayerContent> DecompressAsync(Layer layer, CancellationToken cancellationToken)
    {
        var blob = await BlobAsync(layer, null, cancellationToken);
        if (await IsPlainAsync(blob, cancellationToken))
        {
            var content = layer.Digest.Algorithm == Digest.DefaultAlgorithm
                ? new LayerContent(layer.Digest, blob.Size, blob.Path, CompressionKind.None)
                : await LayerContent.ReadAsync(blob.OpenRead(), Stored(layer), null, cancellationToken);
            return content with { Path = blob.Path };
        }
        var path = work.NewFilePath($"{layer.Digest.ShortHex}.tar");
        return await LayerContent.ReadAsync(blob.OpenRead(), Stored(layer), path, cancellationToken);
    }

    private static async Task<bool> IsPlainAsync(SpooledBlob blob, CancellationToken cancellationToken)
    {
        await using var file = blob.OpenRead();
        var start = new byte[CompressionFormat.SniffLength];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return CompressionFormat.Detect(start.AsSpan(0, read)) == CompressionKind.None;
    }

    // From the blob, not from a file of the content: nobody may ever need that file.
    private async Task<LayerMap?> ReadMapAsync(
        Layer layer, ProgressScope? progress, CancellationToken cancellationToken)
    {
        var blob = await BlobAsync(layer, progress is null ? null : progress.Advance, cancellationToken);
        progress?.BeginStage("comparing contents", layer.Size);
        Stream stored = blob.OpenRead();
        if (progress is not null)
            stored = new CountingReadStream(stored, progress.Advance);
        var map = await ReadMapAsync(stored, Stored(layer), cancellationToken);
        progress?.EndStage();
        return map;
    }

    private static async Task<LayerMap?> ReadMapAsync(
        Stream stored, StoredContent what, CancellationToken cancellationToken)
    {
        try
        {
            var (_, content) = await CompressionFormat.OpenAsync(stored, what, cancellationToken);
            using (content)
                return LayerMap.Read(content, cancellationToken);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.CompressionUnknown)
        {
            return null; // it travels as it is, and nobody needs its content
        }
    }

    private StoredContent Stored(Layer layer) => new($"layer {layer.Digest}", layer.Size, bounds);
}
