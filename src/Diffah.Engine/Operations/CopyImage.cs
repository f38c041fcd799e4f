using System.Collections.Immutable;
using System.Diagnostics;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations;

/// <summary>What to copy, and where to.</summary>
public sealed record CopyImageRequest
{
    /// <summary>The image to copy. A path in it is absolute.</summary>
    public required ImageReference Source { get; init; }

    /// <summary>Where it goes. A path in it is absolute.</summary>
    public required ImageReference Destination { get; init; }

    /// <summary>Which image of an index is meant; not looked at with <see cref="All"/>.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>
    /// Whether the user asked for the platform, so that an image that is in no index and is for another one is refused.
    /// </summary>
    public bool RequirePlatform { get; init; }

    /// <summary>Whether an index is copied whole, with the images of all its platforms.</summary>
    public bool All { get; init; }

    /// <summary>
    /// Whether the image may be converted where the destination can't hold it as it is; its manifest's digest changes
    /// then.
    /// </summary>
    public bool AllowConvert { get; init; }

    /// <summary>Whether an image that is there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Whether what refers to the image is copied with it: signatures, SBOMs and attestations that name it as their
    /// subject, and what refers to these.
    /// </summary>
    public bool IncludeReferrers { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the folder of the destination.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;

    /// <summary>
    /// Absolute paths of further files that the command has read (configuration, lists of images), which no output may
    /// replace.
    /// </summary>
    public ImmutableArray<string> FilesInUse { get; init; } = [];
}

/// <summary>An image that was copied.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Destination">Where it is now.</param>
/// <param name="Digest">Digest of its manifest or index, as written: the same on both sides where nothing was
/// converted.</param>
/// <param name="MediaType">Media type of its manifest or index.</param>
/// <param name="Platforms">The platforms copied, each once, <c>os/arch[/variant]</c>; "unknown" for images that name
/// none.</param>
/// <param name="ImageCount">Images copied: 1, or those of an index.</param>
/// <param name="LayerCount">Distinct layers of them.</param>
/// <param name="CopiedBytes">Bytes that were written, manifests too: what travelled. Blobs that were there already do
/// not count.</param>
/// <param name="ImageBytes">Bytes of all distinct blobs and manifests.</param>
public sealed record CopiedImage(
    string Source, string Destination, string Digest, string MediaType, ImmutableArray<string> Platforms,
    int ImageCount, int LayerCount, long CopiedBytes, long ImageBytes)
{
    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that the destination had already, or that did not travel; negative where more
    /// travelled than the image has.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>
    /// The image's id, the digest of its configuration: what docker and podman call it by. Null for an index.
    /// </summary>
    public string? ImageId { get; init; }

    /// <summary>What a conversion changed; null where the copy is digest for digest.</summary>
    public ImageConversion? Conversion { get; init; }

    /// <summary>
    /// How it came, where a baseline was given: what was fetched of its registry is what travelled then. Null for a
    /// copy without one.
    /// </summary>
    public ImagePull? Pull { get; init; }

    /// <summary>Where it is now.</summary>
    public override string ToString() => Destination;

    /// <summary>
    /// Manifests that refer to it and were copied with it: signatures, SBOMs, attestations.
    /// </summary>
    public int ReferrerCount { get; init; }

    /// <summary>Bytes that travelled.</summary>
    internal long TravelledBytes => Pull?.FetchedBytes ?? CopiedBytes;

    private Savings Savings => new(ImageBytes, TravelledBytes);
}

/// <summary>
/// Copies an image from any transport to any other, digest for digest unless a conversion is needed and allowed.
/// </summary>
/// <param name="transports">Where images come from and go to.</param>
public sealed class CopyImage(ITransportCatalog transports)
{
    private const int StepCount = 2;
    private const string UnknownPlatform = "unknown";

    /// <summary>Copies the image, reads it back, and only then lets it appear.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<CopiedImage> RunAsync(
        CopyImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<CopiedImage> RunHereAsync(
        CopyImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        RequestGuard.AbsolutePath(request.Source);
        RequestGuard.AbsolutePath(request.Destination);
        var inUse = new FilesInUse(request.FilesInUse, transports);
        inUse.Add("the source", request.Source);
        await inUse.RequireFreeAsync(request.Destination, cancellationToken);
        using var progress = events.BeginOperation("Copying an image", "reading manifests", StepCount);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.Destination));
        var context = new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) };
        await using var source = await transports.Get(request.Source)
            .OpenSourceAsync(request.Source, context, cancellationToken);
        var tree = request.All
            ? await ImageTree.OpenAsync(source, cancellationToken)
            : ImageTree.Of(await OpenAsync(source, request, events, cancellationToken));
        StoryLines.TellOpened(events, request.Source, tree.Manifests);
        if (request.IncludeReferrers)
            tree = tree.With(await ReferrerTrees.TakeAlongAsync(
                source, tree.Manifests.Manifests.Select(m => m.Digest), events, cancellationToken));
        await using var destination = await transports.Get(request.Destination)
            .OpenDestinationAsync(request.Destination, request.Overwrite, context, cancellationToken);
        progress.BeginStep("copying layers");
        var fitted = await ImageConverter.FitAsync(tree, destination, request.AllowConvert, context, cancellationToken);
        var staged = await ImageCopier.StageAsync(fitted.Tree, destination, null, events, cancellationToken);
        await staged.CommitAsync(cancellationToken);
        var image = Describe(request, fitted.Tree.Manifests, staged.WrittenBytes) with
        {
            ReferrerCount = staged.ReferrerCount,
            ImageId = fitted.Tree.Image?.Manifest.Config.Digest.ToString(),
            Conversion = fitted.Conversion,
        };
        events.Verbose($"Wrote {image.Destination}: {ClosingLine.Of(image, clock.Elapsed)}.");
        return image;
    }

    private static async Task<Image> OpenAsync(
        IImageSource source, CopyImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var image = await Image.OpenAsync(source, request.Platform, cancellationToken);
        if (request.RequirePlatform)
            image.RequirePlatform(request.Platform, events);
        return image;
    }

    private static CopiedImage Describe(CopyImageRequest request, ManifestTree tree, long copied) => new(
        request.Source.ToString(), request.Destination.ToString(), tree.Root.Digest.ToString(), tree.Root.MediaType,
        PlatformsOf(tree), tree.Images.Length, tree.Layers.Length, copied, tree.TotalBytes);

    /// <summary>The platforms of a copy's images, each once.</summary>
    internal static ImmutableArray<string> PlatformsOf(ManifestTree tree) =>
        [.. tree.Platforms.Select(Name).Distinct()];

    // Builders list their attestations as images for unknown/unknown.
    private static string Name(Platform? platform) =>
        platform is null or { OperatingSystem: UnknownPlatform } ? UnknownPlatform : platform.ToPrintable();
}
