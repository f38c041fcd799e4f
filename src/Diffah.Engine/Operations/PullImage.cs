using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Pulling;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations;

/// <summary>
/// Brings an image of a registry where it is wanted, in the cheapest way that there is from what is there already: by a
/// published delta, by a chain of them, or plainly.
/// </summary>
/// <param name="transports">Where images come from and go to.</param>
public sealed class PullImage(ITransportCatalog transports)
{
    /// <summary>Brings the image, as a restore of a delta archive would.</summary>
    /// <param name="request">Which, from what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<RestoredImage> RestoreAsync(
        PullImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(async () =>
        {
            var clock = Stopwatch.StartNew();
            var pulled = await RunHereAsync("Restoring an image", request, events, cancellationToken);
            var image = pulled.ToRestored(request);
            events.Verbose($"Wrote {image.Destination}: {ClosingLine.Of(image, clock.Elapsed)}.");
            return image;
        });

    /// <summary>Brings the image, as a copy would.</summary>
    /// <param name="request">Which, from what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<CopiedImage> CopyAsync(
        PullImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(async () =>
        {
            var clock = Stopwatch.StartNew();
            var pulled = await RunHereAsync("Copying an image", request, events, cancellationToken);
            var image = pulled.ToCopied(request);
            events.Verbose($"Wrote {image.Destination}: {ClosingLine.Of(image, clock.Elapsed)}.");
            return image;
        });

    /// <summary>Says which ways there are, what they cost, and which would be taken; writes nothing.</summary>
    /// <param name="request">Which, from what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<PullPlan> PlanAsync(PullImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => PlanHereAsync(request, events, cancellationToken));

    private async Task<PullPlan> PlanHereAsync(
        PullImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        await CheckRequestAsync(request, cancellationToken);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        await using var run = await PullRun.OpenAsync(
            transports, request with { Overwrite = true, ResumeDirectory = null }, work, events, cancellationToken);
        var found = await run.FindWaysAsync(cancellationToken);
        if (found.Ways.IsEmpty)
            throw run.WhyNone();
        return new PullPlan(request.Image.ToString(), run.Session.Target.Manifest.Digest.ToString(),
            request.Destination.ToString(), found.Shown, found.Why)
        {
            ListedDeltas = found.Search.Listed,
            ReadDeltas = found.Search.Read,
            IsCut = found.Search.IsCut,
        };
    }

    private async Task<PulledImage> RunHereAsync(
        string title, PullImageRequest request, EventSink events, CancellationToken cancellationToken)
    {
        await CheckRequestAsync(request, cancellationToken);
        using var progress = events.BeginOperation(title, "looking for deltas", 2);
        using var resume = request.ResumeDirectory is { } folder ? ResumeFolder.Take(folder) : null;
        using var work = new WorkDirectory(request.WorkDirectory ?? RequestGuard.SpoolFolderFor(request.Destination));
        PulledImage pulled;
        await using (var run = await PullRun.OpenAsync(transports, request, work, events, cancellationToken))
            pulled = await run.PullAsync(progress, cancellationToken);
        resume?.Clear();
        return pulled;
    }

    private async Task CheckRequestAsync(PullImageRequest request, CancellationToken cancellationToken)
    {
        request.Validate();
        var inUse = new FilesInUse(request.FilesInUse, transports);
        inUse.Add("the verification key", request.VerificationKeyPath);
        foreach (var baseline in request.AdditionalBaselines.Prepend(request.Baseline))
            inUse.Add("the baseline", baseline);
        await inUse.RequireFreeAsync(request.Destination, cancellationToken);
    }
}
