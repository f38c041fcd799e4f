using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The contents of the layers of baselines. Their configurations say which they are, and what they say is checked when
/// a content is used. After an earlier archive these are its image's contents: what its patches make, or what they are
/// made of, is taken as it is; only a layer that is no more than a blob there is decompressed.
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

    // In a chain to look for one is to look for what it is made of: each is looked for once.
    private readonly ConcurrentDictionary<Digest, bool> _found = new();

    /// <summary>True where a configuration does not say of all layers what they hold.</summary>
    public bool IsSilent => IsSilentOfOwn || baselines.Earlier?.Held.IsSilent == true;

    private bool IsSilentOfOwn =>
        baselines.Layers.Any(l => l.Layer.DiffId is not { Algorithm: Digest.DefaultAlgorithm });

    /// <summary>The layer that has a content; null where there is none, or where the content itself is made.</summary>
    /// <param name="diffId">The content.</param>
    public BaselineLayer? LayerOf(Digest diffId) => IsMade(diffId) ? null : FindLayer(diffId);

    /// <inheritdoc/>
    public bool Has(Digest diffId) => baselines.Earlier is null
        ? _layers.ContainsKey(diffId)
        : _found.GetOrAdd(diffId, d => IsMade(d) || FindLayer(d) is not null);

    /// <inheritdoc/>
    public Task<ContentFile> GetAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (IsMade(diffId))
            return baselines.Earlier!.Contents.GetAsync(diffId, cancellationToken);
        var layer = _layers[diffId];
        return contents.GetAsync(diffId, "reading from the baseline", layer.Layer.Size, async progress =>
        {
            var content = await ReadAsync(layer, progress, keep: true, cancellationToken);
            if (content.DiffId == diffId)
                return new ContentFile(diffId, content.Size, content.Path);
            File.Delete(content.Path);
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"The content of {layer.Name} has the digest {content.DiffId}, not {diffId} as its configuration says.",
                layer.Maker is null ? BaselineLayer.NextAction : DiffahErrors.ArchiveInvalid.NextAction);
        });
    }

    /// <summary>
    /// Reads all layers to find out what they hold, where the configuration does not say, or is wrong.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task FindOutAsync(CancellationToken cancellationToken)
    {
        if (baselines.Earlier is { } earlier)
        {
            if (DeltaPreflight.MayHoldMore(earlier.Entry, earlier.Baselines, earlier.Held))
                await earlier.Held.FindOutAsync(cancellationToken);
            Forget();
            if (!IsSilentOfOwn)
                return; // to read a layer is to make it
        }
        await ReadAllAsync(cancellationToken);
        Forget();
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        foreach (var layer in baselines.Layers.Where(l => !l.Layer.HasUrls).DistinctBy(l => l.Layer.Digest)
            .Where(CanOpen))
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

    private void Forget()
    {
        baselines.Forget();
        _found.Clear();
    }

    private bool IsMade(Digest diffId) => baselines.Earlier?.Contents.Has(diffId) == true;

    private BaselineLayer? FindLayer(Digest diffId) =>
        _layers.GetValueOrDefault(diffId) is { } layer && CanOpen(layer) ? layer : null;

    private static bool CanOpen(BaselineLayer layer) => layer.Maker?.CanOpen(layer.Layer.Descriptor) != false;

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
