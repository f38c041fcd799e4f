using System.Collections.Immutable;
using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Restoring;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations;

/// <summary>What to rebuild an image from, and where to.</summary>
public sealed record RestoreImageRequest : RestoreRequest
{
    /// <summary>Name of the image in a bundle; null is the only image of the archive.</summary>
    public string? ImageName { get; init; }

    /// <summary>The baseline the delta was made from. A path in it is absolute.</summary>
    public required ImageReference Baseline { get; init; }

    /// <summary>Where the image goes. A path in it is absolute.</summary>
    public required ImageReference Destination { get; init; }
}

/// <summary>An image that was rebuilt.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Destination">Where it is now.</param>
/// <param name="ManifestDigest">Digest of its manifest, read back from the destination and found right; a daemon that
/// keeps no manifests is asked for the image's id and diff ids instead.</param>
/// <param name="MediaType">Media type of its manifest.</param>
/// <param name="LayerCount">Its layers.</param>
/// <param name="BaselineLayerCount">Of these, taken from the baseline as they are.</param>
/// <param name="PatchedLayerCount">Of these, rebuilt from patches.</param>
/// <param name="FullLayerCount">Of these, taken from the archive whole.</param>
/// <param name="ImageBytes">Bytes of manifest, configuration and distinct layers.</param>
public sealed record RestoredImage(
    string Name, string Destination, string ManifestDigest, string MediaType, int LayerCount,
    int BaselineLayerCount, int PatchedLayerCount, int FullLayerCount, long ImageBytes)
{
    /// <summary>
    /// What travelled for it: of an archive's only image the whole file; in a bundle what is stored of its blobs. Of a
    /// chain, that of all its archives.
    /// </summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that did not travel; negative where more travelled than the image has.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>
    /// The image's id, the digest of its configuration: what docker and podman call it by. A conversion leaves it. Null
    /// for an index.
    /// </summary>
    public required string? ImageId { get; init; }

    /// <summary>The platforms of an index's images, each once; empty for one image.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>
    /// Manifests that refer to it and were written with it: signatures, SBOMs, attestations.
    /// </summary>
    public int ReferrerCount { get; init; }

    /// <summary>
    /// What a conversion changed; null where the image is what the archive promised, digest for digest.
    /// </summary>
    public ImageConversion? Conversion { get; init; }

    /// <summary>
    /// How it came, where it was restored by the name that it has in a registry; null for one of an archive that was
    /// given.
    /// </summary>
    public ImagePull? Pull { get; init; }

    /// <summary>Where it is.</summary>
    public override string ToString() => Destination;

    private Savings Savings => new(ImageBytes, ArchiveBytes);
}

/// <summary>Rebuilds one image from a delta archive and its baseline.</summary>
/// <param name="transports">Where images come from and go to.</param>
public sealed class RestoreImage(ITransportCatalog transports)
{
    private const int StepCount = 2;

    /// <summary>Rebuilds the image.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<RestoredImage> RunAsync(
        RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<RestoredImage> RunHereAsync(
        RestoreImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await CheckRequestAsync(request, cancellationToken);
        using var progress = events.BeginOperation("Restoring an image", "checking archive and baseline", StepCount);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.Destination));
        var context = new TransportContext(work, events) { Bounds = request.Decompression };
        if (await new OciDeltaRestore(transports, request, context).RunAsync(cancellationToken) is { } foreign)
            return foreign;
        await using var session = await RestoreSession.OpenAsync(transports, request, context, cancellationToken);
        var (tree, place, describe) = await PrepareTreeAsync(session, request, cancellationToken);
        await using var destination = await session.Delivery.OpenAsync(place, cancellationToken);
        progress.BeginStep("rebuilding layers");
        var delivered = await session.Delivery.WriteAsync(tree, destination, cancellationToken);
        await delivered.Staged.CommitAsync(cancellationToken);
        var restored = describe(delivered.Written) with { ReferrerCount = delivered.Staged.ReferrerCount };
        events.Verbose($"Wrote {restored.Destination}: {ClosingLine.Of(restored, clock.Elapsed)}.");
        return restored;
    }

    /// <summary>What is to be restored, an image or an index, where it goes, and how it is told of.</summary>
    private static async Task<(ImageTree Tree, ImageReference Place, Func<FittedImage, RestoredImage> Describe)>
        PrepareTreeAsync(RestoreSession session, RestoreImageRequest request, CancellationToken cancellationToken)
    {
        if (IndexChoice.Whole(session.Indexes, request) is { } whole)
        {
            var index = await session.PrepareAsync(whole, request.Baseline, request.Destination, cancellationToken);
            return index.Problem is { } wrong ? throw wrong : (index.Tree!, index.Destination, index.Describe);
        }
        var image = await PrepareAsync(session, request, cancellationToken);
        return image.Problem is { } problem
            ? throw problem
            : (image.Tree!, image.Destination!, image.Describe);
    }

    /// <summary>
    /// Says what <see cref="RunAsync"/> would do, after the same checks of archive, baseline and kind of destination;
    /// looks at nothing that is there already, and writes nothing. That archive and baseline together lack something is
    /// in the plan; all else is an error.
    /// </summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<RestorePlan> PlanAsync(
        RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => PlanHereAsync(request, events, cancellationToken));

    private async Task<RestorePlan> PlanHereAsync(
        RestoreImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        await CheckRequestAsync(request, cancellationToken);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var context = new TransportContext(work, events) { Bounds = request.Decompression };
        await new OciDeltaRestore(transports, request, context).RefuseAsync(cancellationToken);
        await using var session = await RestoreSession.OpenAsync(
            transports, request with { Overwrite = true }, context, cancellationToken);
        if (IndexChoice.Whole(session.Indexes, request) is { } whole)
        {
            var index = await session.PrepareAsync(whole, request.Baseline, request.Destination, cancellationToken);
            return index is { Problem: { } wrong, IsIncomplete: false }
                ? throw wrong
                : await session.PlanAsync(index.Images, cancellationToken);
        }
        var image = await PrepareAsync(session, request, cancellationToken);
        if (image is { Problem: { } problem, IsIncomplete: false })
            throw problem;
        return await session.PlanAsync([image], cancellationToken);
    }

    private static Task<PreparedImage> PrepareAsync(
        RestoreSession session, RestoreImageRequest request, CancellationToken cancellationToken) =>
        session.PrepareAsync(
            new AskedImage(Choose(session, request), request.Baseline, request.Destination), cancellationToken);

    private static ArchiveImage Choose(RestoreSession session, RestoreImageRequest request) =>
        request.ImageName is null && session.Indexes is [var index] && index.Images.Length == session.Images.Length
            ? IndexChoice.One(session, index, request.Platform, request.Destination)
            : ImageChoice.One(session, request.ImageName);

    private async Task CheckRequestAsync(RestoreImageRequest request, CancellationToken cancellationToken)
    {
        request.Validate();
        RequestGuard.AbsolutePath(request.Baseline);
        RequestGuard.AbsolutePath(request.Destination);
        var inUse = RestoreInputs.Of(request, transports, [request.Baseline]);
        await inUse.RequireFreeAsync(request.Destination, cancellationToken);
    }
}
