using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>A layer of an image, and what is known of the bytes an archive stores of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Uses">How often the archive's images use it.</param>
/// <param name="Compression">How it is compressed; null where the archive does not tell.</param>
/// <param name="PatchWindow">How far its patch looks back, in bytes; null where it is no patch.</param>
internal sealed record StoredLayer(DeltaArchiveLayer Layer, int Uses, CompressionKind? Compression, ulong? PatchWindow)
{
    /// <summary>Whether it is made of a content, so that its compression hides nothing.</summary>
    public bool IsOfContent { get; init; }
}

/// <summary>
/// Looks at the layers of an archive: at manifests, the sidecar, and the first bytes of what is stored.
/// </summary>
internal sealed class LayerInspection
{
    // Of all images together; of one, ImageConfig bounds it.
    private const long MaximumConfigs = 64 * 1024 * 1024;

    private readonly ArchiveReader _archive;
    private readonly Dictionary<Digest, int> _uses;
    private readonly ContentInspection _contents;
    private readonly Dictionary<Digest, ImageConfig?> _configs = [];

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="manifests">The manifests of its images.</param>
    /// <param name="contents">Says what layers are made of.</param>
    /// <exception cref="DiffahException">ArchiveInvalid: the configurations are too large together.</exception>
    public LayerInspection(
        ArchiveReader archive, IReadOnlyCollection<ImageManifest> manifests, ContentInspection contents)
    {
        _contents = contents;
        (_archive, _uses) = (archive, manifests.SelectMany(m => m.Layers).CountBy(l => l.Digest).ToDictionary());
        var configs = ByteSize.Sum(manifests.Select(m => m.Config.Digest).Distinct()
            .Select(d => archive.Manifest.Blobs.GetValueOrDefault(d)?.Size ?? 0)
            .Where(size => size <= ImageConfig.MaximumSize));
        if (configs > MaximumConfigs)
            throw new DiffahException(DiffahErrors.ArchiveInvalid, $"The configurations of the images of "
                + $"'{archive.Path}' have {configs} bytes together, more than the {MaximumConfigs} that are read.");
    }

    /// <summary>The layers of an image, base first.</summary>
    public async Task<ImmutableArray<StoredLayer>> DescribeAsync(
        ImageManifest manifest, CancellationToken cancellationToken)
    {
        var config = await ConfigAsync(manifest, cancellationToken);
        var layers = ImmutableArray.CreateBuilder<StoredLayer>(manifest.Layers.Length);
        foreach (var layer in manifest.Layers)
        {
            var stored = await DescribeAsync(layers.Count, layer, cancellationToken);
            layers.Add(
                stored with
                {
                    Layer = stored.Layer with { CreatedBy = config?.CreatedBy(layers.Count, manifest.Layers.Length) }
                });
        }
        return layers.MoveToImmutable();
    }

    /// <summary>Images of a bundle may share a configuration: it is read once.</summary>
    private async Task<ImageConfig?> ConfigAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        var digest = manifest.Config.Digest;
        if (!_configs.TryGetValue(digest, out var config))
            _configs[digest] = config = await _archive.TryReadConfigAsync(manifest, cancellationToken);
        return config;
    }

    private async Task<StoredLayer> DescribeAsync(int index, Descriptor layer, CancellationToken cancellationToken)
    {
        var blob = _archive.Manifest.Blobs.GetValueOrDefault(layer.Digest);
        var described = await _contents.DescribeAsync(
            Describe(index, layer, blob), layer.Digest, cancellationToken);
        if (blob is null)
            return new StoredLayer(described, _uses[layer.Digest], null, null);
        if (blob.Form is { } form)
            return new StoredLayer(described, _uses[layer.Digest],
                WrappingRecipes.CompressionOf(form.Wrapping.Kind), null)
            {
                IsOfContent = true,
            };
        if (blob.Codec is not { } name)
        {
            var whole = await _archive.ReadStartAsync(layer.Digest, CompressionFormat.SniffLength, cancellationToken);
            return new StoredLayer(described, _uses[layer.Digest], CompressionFormat.Detect(whole), null);
        }
        var codec = LayerCodecs.Get(name);
        var start = await _archive.ReadStartAsync(layer.Digest, codec.StartLength, cancellationToken);
        return new StoredLayer(described, _uses[layer.Digest], Named(layer.MediaType), codec.WindowOf(start));
    }

    private DeltaArchiveLayer Describe(int index, Descriptor layer, StoredBlob? blob) => new(
        index, layer.Digest.ToString(), Printable.Line(layer.MediaType), (blob?.Origin ?? BlobOrigin.Reuse).ToString(),
        blob?.Size ?? layer.Size, _archive.Manifest.StoredOf(layer.Digest),
        blob?.Needs.Select(n => n.ToString()).FirstOrDefault());

    // Docker's media type says gzip of plain layers, too: only that of OCI can be relied on.
    private static CompressionKind? Named(string mediaType) => mediaType switch
    {
        MediaTypes.OciLayerGzip => CompressionKind.Gzip,
        MediaTypes.OciLayerZstd => CompressionKind.Zstd,
        MediaTypes.OciLayer => CompressionKind.None,
        _ => null,
    };
}
