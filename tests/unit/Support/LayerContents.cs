using Diffah.Engine.Compression;
using Diffah.Engine.Layers;

namespace Diffah.Tests.Support;

/// <summary>What a layer holds, whatever it is stored as.</summary>
internal static class LayerContents
{
    /// <summary>Opens the content, decompressed as the blob's first bytes tell.</summary>
    public static async Task<Stream> OpenContentAsync(this Layer layer, CancellationToken cancellationToken) =>
        (await CompressionFormat.OpenAsync(
            await layer.OpenBlobAsync(cancellationToken), StoredBytes.Of(layer.Size), cancellationToken)).Content;
}
