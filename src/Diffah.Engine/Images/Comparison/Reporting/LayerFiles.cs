using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>A file of a layer, with its content at hand until the next one is opened.</summary>
/// <param name="Entry">The entry that it is.</param>
/// <param name="Size">Bytes of its content, holes included; null where its map of holes can't be right.</param>
/// <param name="OpenContent">Opens the content, holes as zeros; once.</param>
internal sealed record LayerFile(TarEntry Entry, long? Size, Func<Stream> OpenContent);

/// <summary>Opens files of layers, in any order. The tar that was used last stays open.</summary>
/// <param name="opened">Told of each layer once: the bytes of its plain tar.</param>
internal sealed class LayerFiles(Action<long> opened) : IAsyncDisposable
{
    private readonly HashSet<Digest> _told = [];
    private (Digest Layer, FileStream Tar)? _open;

    /// <summary>Opens a file.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="tars">Reads the layers of its image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading the layer throws.</exception>
    public async Task<LayerFile> OpenAsync(
        FilePlace place, LayerTars tars, CancellationToken cancellationToken)
    {
        var tar = await TarAsync(place.Layer, tars, cancellationToken);
        try
        {
            tar.Position = place.HeaderOffset;
            var reader = new TarReader(tar);
            var entry = reader.Next(cancellationToken) ?? throw new InvalidDataException("it is cut short");
            return Describe(entry, reader);
        }
        catch (InvalidDataException e)
        {
            throw new DiffahException(DiffahErrors.InvalidImage,
                $"The tar of layer {place.Layer.Digest} is damaged: {e.Message}", inner: e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_open is var (_, tar))
            await tar.DisposeAsync();
        _open = null;
    }

    private static LayerFile Describe(TarEntry entry, TarReader reader)
    {
        if (!entry.IsSparse)
            return new LayerFile(entry, entry.StoredSize, reader.OpenContent);
        try
        {
            var map = entry.Sparse!;
            return new LayerFile(entry, map.Length, () => new SparseStream(reader.OpenContent(), map));
        }
        catch (InvalidDataException)
        {
            return new LayerFile(entry, null, () => Stream.Null);
        }
    }

    private async Task<FileStream> TarAsync(Layer layer, LayerTars tars, CancellationToken cancellationToken)
    {
        if (_open is var (digest, tar) && digest == layer.Digest)
            return tar;
        await DisposeAsync();
        var content = await tars.KeepAsync(layer, cancellationToken);
        if (_told.Add(layer.Digest))
            opened(content.Size);
        tar = content.OpenRead();
        _open = (layer.Digest, tar);
        return tar;
    }
}
