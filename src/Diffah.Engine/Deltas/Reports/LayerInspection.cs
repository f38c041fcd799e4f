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
internal sealed record StoredLayer(DeltaArchiveLayer Layer, int Uses, CompressionKind? Compression, ulong? PatchWindow);

/// <summary>
/// Looks at the layers of an archive: at manifests, the sidecar, and the first bytes of what is stored.
/// </summary>
internal sealed class LayerInspection
{
    private readonly ArchiveReader _archive;
    private readonly Dictionary<Digest, int> _uses;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="manifests">The manifests of its images.</param>
    public LayerInspection(ArchiveReader archive, IEnumerable<ImageManifest> manifests) =>
        (_archive, _uses) = (archive, manifests.SelectMany(m => m.Layers).CountBy(l => l.Digest).ToDictionary());

    /// <summary>The layers of an image, base first.</summary>
    public async Task<ImmutableArray<StoredLayer>> DescribeAsync(
        ImageManifest manifest, CancellationToken cancellationToken)
    {
        var config = await _archive.TryReadConfigAsync(manifest, cancellationToken);
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

    private async Task<StoredLayer> DescribeAsync(int index, Descriptor layer, CancellationToken cancellationToken)
    {
        var blob = _archive.Manifest.Blobs.GetValueOrDefault(layer.Digest);
        var described = Describe(index, layer, blob);
        if (blob is null)
            return new StoredLayer(described, _uses[layer.Digest], null, null);
        if (blob.Codec is not { } name)
        {
            var whole = await _archive.ReadStartAsync(layer.Digest, CompressionFormat.SniffLength, cancellationToken);
            return new StoredLayer(described, _uses[layer.Digest], CompressionFormat.Detect(whole), null);
        }
        var codec = LayerCodecs.Get(name);
        var start = await _archive.ReadStartAsync(layer.Digest, codec.StartLength, cancellationToken);
        return new StoredLayer(described, _uses[layer.Digest], Named(layer.MediaType), codec.WindowOf(start));
    }

    private static DeltaArchiveLayer Describe(int index, Descriptor layer, StoredBlob? blob) => new(
        index, layer.Digest.ToString(), Printable.Line(layer.MediaType), (blob?.Origin ?? BlobOrigin.Reuse).ToString(),
        blob?.Size ?? layer.Size, blob?.ArchiveSize ?? 0, blob?.PatchFrom?.ToString());

    // Docker's media type says gzip of plain layers, too: only that of OCI can be relied on.
    private static CompressionKind? Named(string mediaType) => mediaType switch
    {
        MediaTypes.OciLayerGzip => CompressionKind.Gzip,
        MediaTypes.OciLayerZstd => CompressionKind.Zstd,
        MediaTypes.OciLayer => CompressionKind.None,
        _ => null,
    };
}
