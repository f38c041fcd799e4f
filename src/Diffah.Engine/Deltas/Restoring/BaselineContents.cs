using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The contents of the layers of baselines. Their configurations say which they are, and what they say is checked when
/// a content is used.
/// </summary>
/// <param name="baselines">The images.</param>
/// <param name="blobs">Keeps its blobs that are needed more than once.</param>
/// <param name="contents">Keeps what was decompressed.</param>
internal sealed class BaselineContents(BaselineImages baselines, SharedBlobs blobs, SharedContents contents)
    : IContentSource
{
    private readonly Dictionary<Digest, BaselineLayer> _layers = baselines.Layers
        .Where(l => l.Layer.DiffId is not null).DistinctBy(l => l.Layer.DiffId)
        .ToDictionary(l => l.Layer.DiffId!.Value);

    /// <summary>True where a configuration does not say of all layers what they hold.</summary>
    public bool IsSilent =>
        baselines.Layers.Any(l => l.Layer.DiffId is not { Algorithm: Digest.DefaultAlgorithm });

    /// <summary>The blob that has a content; null where the baselines lack it.</summary>
    /// <param name="diffId">The content.</param>
    public Digest? BlobOf(Digest diffId) => _layers.GetValueOrDefault(diffId)?.Layer.Digest;

    /// <inheritdoc/>
    public bool Has(Digest diffId) => _layers.ContainsKey(diffId);

    /// <inheritdoc/>
    public Task<ContentFile> GetAsync(Digest diffId, CancellationToken cancellationToken)
    {
        var layer = _layers[diffId];
        return contents.GetAsync(diffId, "reading from the baseline", layer.Layer.Size, async progress =>
        {
            var content = await ReadAsync(layer, progress, keep: true, cancellationToken);
            if (content.DiffId == diffId)
                return new ContentFile(diffId, content.Size, content.Path);
            File.Delete(content.Path);
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"The content of {layer.Name} has the digest {content.DiffId}, not {diffId} as its configuration says.",
                BaselineLayer.NextAction);
        });
    }

    /// <summary>
    /// Reads all layers to find out what they hold, where the configuration does not say, or is wrong.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task FindOutAsync(CancellationToken cancellationToken)
    {
        foreach (var layer in baselines.Layers.Where(l => !l.Layer.HasUrls).DistinctBy(l => l.Layer.Digest))
        {
            try
            {
                var content = await ReadAsync(layer, null, keep: false, cancellationToken);
                _layers.TryAdd(content.DiffId, layer);
            }
            catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
            {
                // It holds nothing that can be used; what is missing is told of by whoever looks for it.
            }
        }
    }

    private async Task<LayerContent> ReadAsync(
        BaselineLayer layer, ProgressScope? progress, bool keep, CancellationToken cancellationToken)
    {
        var path = keep ? contents.Work.NewFilePath($"{layer.Layer.Digest.ShortHex}.tar") : null;
        try
        {
            var blob = await blobs.OpenAsync(layer, cancellationToken);
            if (progress is not null)
                blob = new CountingReadStream(blob, progress.Advance);
            return await LayerContent.ReadAsync(
                blob, new StoredContent(layer.Name, layer.Layer.Size, contents.Bounds), path, cancellationToken);
        }
        catch
        {
            if (path is not null)
                File.Delete(path);
            throw;
        }
    }
}
