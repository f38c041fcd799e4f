using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>Reads what an image is made of; no layer is read.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class GetImage(ITransportCatalog transports)
{
    /// <summary>
    /// Whether the user asked for the platform, so that an image that is in no index and is for another one is refused.
    /// </summary>
    public bool RequirePlatform { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>Reads manifest and configuration.</summary>
    /// <param name="reference">The image. A path in it is absolute.</param>
    /// <param name="platform">Which image of an index is meant.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ImageDetails> RunAsync(
        ImageReference reference, Platform platform, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(reference, platform, events, cancellationToken));

    private async Task<ImageDetails> RunHereAsync(
        ImageReference reference, Platform platform, EventSink events, CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePath(reference);
        using var work = new WorkDirectory(Path.GetTempPath());
        await using var opened = await transports.Get(reference).OpenSourceAsync(
            reference, new TransportContext(work, events) { Bounds = new(MaxLayerSize) }, cancellationToken);
        var sketch = (opened as ISketchedSource)?.Sketch;
        var source = sketch ?? opened;
        var root = await source.GetManifestAsync(null, cancellationToken);
        var image = await Image.OpenAsync(source, platform, cancellationToken);
        if (RequirePlatform)
            image.RequirePlatform(platform, events);
        var details = Describe(reference, image, MediaTypes.IsIndex(root.MediaType) ? ImageIndex.Parse(root) : null);
        return sketch is null ? details : details with { Digest = null };
    }

    private static ImageDetails Describe(ImageReference reference, Image image, ImageIndex? index) => new()
    {
        Reference = reference.ToString(),
        Digest = image.Manifest.Digest.ToString(),
        MediaType = Printable.Line(image.Manifest.MediaType),
        Platform = image.Config.Platform?.ToPrintable(),
        ConfigDigest = image.Manifest.Config.Digest.ToString(),
        ConfigMediaType = Printable.Line(image.Manifest.Config.MediaType),
        ConfigSize = image.Manifest.Config.Size,
        Created = image.Config.Created,
        Layers = [.. image.Layers.Select((l, i) => Describe(image, l, i))],
        Platforms = index is null ? [] : [.. index.Manifests.Select(Describe)],
        IndexDigest = index?.Raw.Digest.ToString(),
    };

    private static ImageLayerDetails Describe(Image image, Layer layer, int index) =>
        new(index, layer.Digest.ToString(), layer.DiffId?.ToString(), layer.Size,
            Printable.Line(layer.MediaType))
        { CreatedBy = image.Config.CreatedBy(index, image.Layers.Length) };

    private static ImagePlatformDetails Describe(Descriptor listed) =>
        new(listed.Platform?.ToPrintable(), listed.Digest.ToString(), Printable.Line(listed.MediaType), listed.Size);
}

/// <summary>What an image is made of. Sizes are bytes; digests are validated.</summary>
public sealed record ImageDetails
{
    /// <summary>Where the image is.</summary>
    public required string Reference { get; init; }

    /// <summary>
    /// Digest of the image's manifest; null for a Docker archive with compressed layers: its manifest is made up when
    /// layers are read, which are plain tars then.
    /// </summary>
    public required string? Digest { get; init; }

    /// <summary>Media type of the image's manifest.</summary>
    public required string MediaType { get; init; }

    /// <summary>Platform, <c>os/arch[/variant]</c>; null where the configuration names none.</summary>
    public required string? Platform { get; init; }

    /// <summary>Digest of the configuration: the image id.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>Media type of the configuration.</summary>
    public required string ConfigMediaType { get; init; }

    /// <summary>Size of the configuration.</summary>
    public required long ConfigSize { get; init; }

    /// <summary>When the image was made, as its configuration says; null where it does not.</summary>
    public required DateTimeOffset? Created { get; init; }

    /// <summary>The layers, base first.</summary>
    public required ImmutableArray<ImageLayerDetails> Layers { get; init; }

    /// <summary>The images of the index the reference names; empty where it names an image.</summary>
    public required ImmutableArray<ImagePlatformDetails> Platforms { get; init; }

    /// <summary>Digest of the index the reference names; null where it names an image.</summary>
    public required string? IndexDigest { get; init; }

    /// <summary>Layers in the image.</summary>
    public int LayerCount => Layers.Length;

    /// <summary>Size of the distinct layers as stored.</summary>
    public long LayerBytes => Layers.DistinctBy(l => l.Digest).Sum(l => l.Size);

    /// <summary>Where it is.</summary>
    public override string ToString() => Reference;
}

/// <summary>One layer of an image.</summary>
/// <param name="Index">Its place, 0 is the base.</param>
/// <param name="Digest">Digest of the blob as stored.</param>
/// <param name="DiffId">Digest of the plain tar; null where the configuration does not say.</param>
/// <param name="Size">Size of the blob as it is stored where the image is, in bytes.</param>
/// <param name="MediaType">Media type, as the manifest says.</param>
public sealed record ImageLayerDetails(int Index, string Digest, string? DiffId, long Size, string MediaType)
{
    /// <summary>What made the layer, as the configuration says, on one line; null where it does not say.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Its place, and its digest's beginning.</summary>
    public override string ToString() => $"{Index}: {ShortText.Digest(Digest)}";
}

/// <summary>One image of an index.</summary>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>; null where the index names none.</param>
/// <param name="Digest">Digest of its manifest.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="Size">Size of its manifest, in bytes.</param>
public sealed record ImagePlatformDetails(string? Platform, string Digest, string MediaType, long Size)
{
    /// <summary>The platform, or the digest's beginning where there is none.</summary>
    public override string ToString() => Platform ?? ShortText.Digest(Digest);
}
