using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;

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
    public async Task<RestoredImage> RunAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        using var progress = events.BeginOperation("Restoring an image", "checking archive and baseline", StepCount);
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.Destination));
        var context = new TransportContext(work, events);
        await using var restorable = await RestorableImage.OpenAsync(transports, request, context, cancellationToken).ConfigureAwait(false);
        restorable.Require();
        var destination = await transports.Get(request.Destination).OpenDestinationAsync(request.Destination, request.Overwrite, context, cancellationToken).ConfigureAwait(false);
        await using (destination.ConfigureAwait(false))
        {
            progress.BeginStep("rebuilding layers");
            var fitted = await ImageConverter.FitAsync(ImageTree.Of(restorable.Target), destination, request.AllowConvert, context, cancellationToken).ConfigureAwait(false);
            await ImageCopier.CopyAsync(fitted.Tree, destination, events, cancellationToken).ConfigureAwait(false);
            return restorable.Describe(request.Destination, fitted);
        }
    }

    /// <summary>Says what <see cref="RunAsync"/> would do, after the same checks of archive, baseline and kind of destination; writes nothing there.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public async Task<RestorePlan> PlanAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var context = new TransportContext(work, events);
        await using var restorable = await RestorableImage.OpenAsync(transports, request, context, cancellationToken).ConfigureAwait(false);
        var convert = restorable.IsComplete && await WouldConvertAsync(restorable.Target, request, context, cancellationToken).ConfigureAwait(false);
        return await restorable.PlanAsync(request.Destination, convert, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a destination of the same kind, in the work directory, so that nothing is touched where the real one would be.</summary>
    private async Task<bool> WouldConvertAsync(Image target, RestoreImageRequest request, TransportContext context, CancellationToken cancellationToken)
    {
        var probe = request.Destination.IsFile ? request.Destination.WithPath(context.Work.NewFilePath("destination")) : request.Destination;
        await using var opened = await transports.Get(probe).OpenDestinationAsync(probe, overwrite: true, context, cancellationToken).ConfigureAwait(false);
        return ImageConverter.WouldConvert(ImageTree.Of(target), opened, request.AllowConvert, request.Destination);
    }

    private static void CheckRequest(RestoreImageRequest request)
    {
        RequestGuard.AbsolutePath(request.ArchivePath);
        RequestGuard.AbsolutePath(request.Baseline);
        RequestGuard.AbsolutePath(request.Destination);
    }
}
