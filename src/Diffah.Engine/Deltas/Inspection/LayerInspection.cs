using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Container;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Inspection;

/// <summary>Looks at the layers of an archive: at manifests, the sidecar, and the first bytes of what is stored.</summary>
internal sealed class LayerInspection
{
    private readonly DeltaArchiveReader _archive;
    private readonly Dictionary<Digest, int> _uses;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="manifests">The manifests of its images.</param>
    public LayerInspection(DeltaArchiveReader archive, IEnumerable<ImageManifest> manifests) =>
        (_archive, _uses) = (archive, manifests.SelectMany(m => m.Layers).CountBy(l => l.Digest).ToDictionary());

    /// <summary>The layers of an image, base first.</summary>
    public async Task<ImmutableArray<StoredLayer>> DescribeAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        var config = await _archive.TryReadConfigAsync(manifest, cancellationToken);
        var layers = ImmutableArray.CreateBuilder<StoredLayer>(manifest.Layers.Length);
        foreach (var layer in manifest.Layers)
        {
            var stored = await DescribeAsync(layers.Count, layer, cancellationToken);
            layers.Add(stored with { Layer = stored.Layer with { CreatedBy = config?.CreatedBy(layers.Count, manifest.Layers.Length) } });
        }
        return layers.MoveToImmutable();
    }

    private async Task<StoredLayer> DescribeAsync(int index, Descriptor layer, CancellationToken cancellationToken)
    {
        var blob = _archive.Sidecar.Blobs.GetValueOrDefault(layer.Digest);
        var described = Describe(index, layer, blob);
        if (blob is null)
            return new StoredLayer(described, _uses[layer.Digest], null, null);
        var start = await ReadStartAsync(layer.Digest, cancellationToken);
        return blob.IsFull
            ? new StoredLayer(described, _uses[layer.Digest], CompressionFormat.Detect(start), null)
            : new StoredLayer(described, _uses[layer.Digest], Named(layer.MediaType), ZstdFrameHeader.Read(start)?.WindowSize);
    }

    private static DeltaArchiveLayer Describe(int index, Descriptor layer, SidecarBlob? blob)
    {
        var encoding = blob is null ? LayerEncoding.BaselineOnly : blob.IsFull ? LayerEncoding.Full : LayerEncoding.Patch;
        return new DeltaArchiveLayer(index, layer.Digest.ToString(), Printable.Line(layer.MediaType), encoding, blob?.Size ?? layer.Size, blob?.ArchiveSize ?? 0, blob?.PatchFrom?.ToString());
    }

    // Docker's media type says gzip of plain layers, too: only that of OCI can be relied on.
    private static CompressionKind? Named(string mediaType) => mediaType switch
    {
        MediaTypes.OciLayerGzip => CompressionKind.Gzip,
        MediaTypes.OciLayerZstd => CompressionKind.Zstd,
        MediaTypes.OciLayer => CompressionKind.None,
        _ => null,
    };

    private async Task<byte[]> ReadStartAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var stored = _archive.OpenStored(digest);
        var start = new byte[ZstdFrameHeader.MaximumLength];
        var read = await stored.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return start[..read];
    }
}
