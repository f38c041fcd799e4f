using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The contents of a baseline's layers. Its configuration says which they are, and what it says is checked when a
/// content is used.
/// </summary>
/// <param name="baseline">The image; not owned.</param>
/// <param name="blobs">Keeps its blobs that are needed more than once.</param>
/// <param name="contents">Keeps what was decompressed.</param>
internal sealed class BaselineContents(Image baseline, SharedBlobs blobs, SharedContents contents) : IContentSource
{
    private const string NextAction =
        "Fetch or save the baseline again: it is damaged. The delta archive is not to blame.";

    private readonly Dictionary<Digest, Layer> _layers = baseline.Layers
        .Where(l => l.DiffId is not null).DistinctBy(l => l.DiffId).ToDictionary(l => l.DiffId!.Value);

    /// <summary>True where the configuration does not say of all layers what they hold.</summary>
    public bool IsSilent => baseline.Layers.Any(l => l.DiffId is not { Algorithm: Digest.DefaultAlgorithm });

    /// <summary>The blob that has a content; null where the baseline lacks it.</summary>
    /// <param name="diffId">The content.</param>
    public Digest? BlobOf(Digest diffId) => _layers.GetValueOrDefault(diffId)?.Digest;

    /// <inheritdoc/>
    public bool Has(Digest diffId) => _layers.ContainsKey(diffId);

    /// <inheritdoc/>
    public Task<ContentFile> GetAsync(Digest diffId, CancellationToken cancellationToken)
    {
        var layer = _layers[diffId];
        return contents.GetAsync(diffId, "reading from the baseline", layer.Size, async progress =>
        {
            var content = await ReadAsync(layer, progress, keep: true, cancellationToken);
            if (content.DiffId == diffId)
                return new ContentFile(diffId, content.Size, content.Path);
            File.Delete(content.Path);
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"The content of layer {layer.Digest} of the baseline {baseline.Source.Reference} has the digest "
                    + $"{content.DiffId}, not {diffId} as its configuration says.", NextAction);
        });
    }

    /// <summary>
    /// Reads all layers to find out what they hold, where the configuration does not say, or is wrong.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task FindOutAsync(CancellationToken cancellationToken)
    {
        foreach (var layer in baseline.Layers.Where(l => !l.HasUrls).DistinctBy(l => l.Digest))
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
        Layer layer, ProgressScope? progress, bool keep, CancellationToken cancellationToken)
    {
        var path = keep ? contents.Work.NewFilePath($"{layer.Digest.ShortHex}.tar") : null;
        try
        {
            Stream blob = await OpenAsync(layer, cancellationToken);
            if (progress is not null)
                blob = new CountingReadStream(blob, progress.Advance);
            var what = $"layer {layer.Digest} of the baseline {baseline.Source.Reference}";
            return await LayerContent.ReadAsync(
                blob, new StoredContent(what, layer.Size, contents.Bounds), path, cancellationToken);
        }
        catch
        {
            if (path is not null)
                File.Delete(path);
            throw;
        }
    }

    private async Task<Stream> OpenAsync(Layer layer, CancellationToken cancellationToken) =>
        blobs.IsNeededAgain(layer.Digest)
            ? (await blobs.GetAsync(new Descriptor(layer.MediaType, layer.Digest, layer.Size),
                "reading from the baseline", ct => OpenVerifiedAsync(layer, ct), cancellationToken)).OpenRead()
            : await OpenVerifiedAsync(layer, cancellationToken);

    /// <summary>Opens a layer as it is stored; where it is damaged, the baseline is to blame.</summary>
    private async Task<Stream> OpenVerifiedAsync(Layer layer, CancellationToken cancellationToken)
    {
        var descriptor = new Descriptor(layer.MediaType, layer.Digest, layer.Size);
        return new VerifyingStream(await baseline.Source.OpenBlobAsync(descriptor, cancellationToken), layer.Digest,
            layer.Size, $"Layer {layer.Digest} of the baseline {baseline.Source.Reference}")
        {
            NextAction = NextAction,
        };
    }
}
