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
    private readonly ConcurrentDictionary<Digest, Lazy<Task<string>>> _contents = new();
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

    /// <summary>Absolute path of a layer's content, the plain tar; that of its blob where the blob is plain.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">InvalidImage (the compression is damaged), CompressionUnknown,
    /// ContentTooLarge.</exception>
    public Task<string> ContentAsync(Layer layer, CancellationToken cancellationToken) =>
        _contents.GetOrAdd(
            layer.Digest, _ => new Lazy<Task<string>>(() => DecompressAsync(layer, cancellationToken))).Value;

    /// <summary>The map of a layer's entries; null where its content is no tar.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="progress">Told of stages and bytes by whoever comes first; may be null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<LayerMap?> MapAsync(Layer layer, ProgressScope? progress, CancellationToken cancellationToken) =>
        _maps.GetOrAdd(
            layer.Digest, _ => new Lazy<Task<LayerMap?>>(() => ReadMapAsync(layer, progress, cancellationToken))).Value;

    private async Task<string> DecompressAsync(Layer layer, CancellationToken cancellationToken)
    {
        var blob = await BlobAsync(layer, null, cancellationToken);
        var (kind, content) = await CompressionFormat.OpenAsync(blob.OpenRead(), Stored(layer), cancellationToken);
        await using (content)
        {
            if (kind == CompressionKind.None)
                return blob.Path;
            var path = work.NewFilePath($"{layer.Digest.ShortHex}.tar");
            await using var file = new FileStream(
                path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
            await content.CopyDecompressedAsync(file, $"layer {layer.Digest}", cancellationToken);
            return path;
        }
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
