using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// The layers of an image and of its baseline for who wants to know what is in them, and not how they are stored:
/// contents that a patch makes or is made of are made once, and nothing is compressed. All other layers are read as
/// they are stored, whatever a configuration says of them.
/// </summary>
internal sealed class ContentsAtHand : IContentImageSource
{
    private readonly DeltaImageSource _image;
    private readonly HashSet<Digest> _contents = [];

    /// <param name="image">The image; not owned.</param>
    /// <param name="wanted">What its layers hold, by their blobs; those that are not there are read as they are
    /// stored.</param>
    /// <param name="archive">What the archive says.</param>
    /// <param name="baselines">What the image is rebuilt from.</param>
    /// <param name="held">What these hold.</param>
    public ContentsAtHand(
        DeltaImageSource image, IReadOnlyDictionary<Digest, Digest> wanted, ArchiveManifest archive,
        BaselineImages baselines, BaselineContents held)
    {
        _image = image;
        foreach (var (blob, content) in wanted)
        {
            var isWhole = archive.Blobs.GetValueOrDefault(blob) is { Origin: BlobOrigin.Full };
            if (isWhole || baselines.Stores(blob))
                continue;
            _contents.Add(content);
            if (!held.Has(content) && archive.Contents.TryGetValue(content, out var patch))
                _contents.UnionWith(patch.Sources);
        }
    }

    /// <inheritdoc/>
    public ImageReference Reference => _image.Reference;

    /// <inheritdoc/>
    public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken) =>
        _image.GetManifestAsync(digest, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _image.OpenBlobAsync(blob, cancellationToken);

    /// <inheritdoc/>
    public async Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken) =>
        _contents.Contains(diffId) ? await _image.FindContentAsync(diffId, cancellationToken) : null;

    /// <inheritdoc/>
    public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _image.PrepareAsync(blob, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
