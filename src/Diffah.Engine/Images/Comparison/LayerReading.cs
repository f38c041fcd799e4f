using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>What was read of a layer.</summary>
/// <param name="Tar">What its content turned out to be; null where it can't be decompressed.</param>
/// <param name="Listing">Its entries; null where nobody asked, and where it is no tar and need not be one.</param>
/// <param name="Compression">How the blob is compressed.</param>
internal sealed record ReadLayer(LayerTar? Tar, LayerListing? Listing, CompressionKind Compression);

/// <summary>Reads the layers of one image, and tells how far it has come.</summary>
/// <param name="image">The image.</param>
/// <param name="tars">Reads its layers.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class LayerReading(Image image, LayerTars tars, EventSink events)
{
    /// <summary>Reads the entries of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="budget">Counts what is kept.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading layers throws; nothing for a layer whose media type is that of no
    /// tar.</exception>
    public Task<ReadLayer> ListAsync(Layer layer, EntryBudget budget, CancellationToken cancellationToken) =>
        ReadAsync(layer, content => LayerListing.Read(content, budget, cancellationToken), cancellationToken);

    /// <summary>Reads a layer for its digest.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading layers throws.</exception>
    public Task<ReadLayer> MeasureAsync(Layer layer, CancellationToken cancellationToken) =>
        ReadAsync(layer, _ => null, cancellationToken);

    /// <summary>Whether a layer stays where its manifest says, and can't be read here.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public Task<bool> IsElsewhereAsync(Layer layer, CancellationToken cancellationToken) =>
        image.Source.LeavesElsewhereAsync(layer.Descriptor, cancellationToken);

    private async Task<ReadLayer> ReadAsync(
        Layer layer, Func<Stream, LayerListing?> list, CancellationToken cancellationToken)
    {
        using var progress = events.BeginPart(
            $"layer {ShortText.Digest(layer.Digest.ToString())}", "reading", layer.Size);
        var counted = new Layer(layer.Descriptor, layer.DiffId,
            async ct => new CountingReadStream(await layer.OpenBlobAsync(ct), progress.Advance));
        LayerListing? listing = null;
        LayerTar? tar = null;
        try
        {
            // On a thread of its own: layers of both images are read at the same time.
            tar = await Task.Run(
                () => tars.ReadAsync(counted, content => listing = List(layer, content, list), cancellationToken),
                cancellationToken);
        }
        catch (DiffahException e) when (!IsTar(layer)
            && (e.Error == DiffahErrors.CompressionUnknown || e.Error == DiffahErrors.InvalidImage))
        {
            // What is no layer may be anything: its digest says what it is.
        }
        progress.EndStage();
        return new ReadLayer(tar, tar is null ? null : listing, CompressionOf(layer, tar));
    }

    private static LayerListing? List(Layer layer, Stream content, Func<Stream, LayerListing?> list)
    {
        try
        {
            return list(content);
        }
        catch (InvalidDataException) when (!IsTar(layer))
        {
            return null;
        }
    }

    private static bool IsTar(Layer layer) =>
        MediaTypes.IsLayer(layer.MediaType) || MediaTypes.IsForeignLayer(layer.MediaType);

    // Where the content was at hand, nobody saw how the blob is compressed: its media type tells.
    private CompressionKind CompressionOf(Layer layer, LayerTar? tar) =>
        tar is { Compression: CompressionKind.None } && image.Source is IContentImageSource
            ? MediaTypeTwins.Compression(layer.MediaType)
            : tar?.Compression ?? CompressionKind.None;
}
