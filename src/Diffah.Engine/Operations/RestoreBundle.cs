using System.Collections.Immutable;
using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Restoring;
using Diffah.Engine.Operations.Story;

namespace Diffah.Engine.Operations;

/// <summary>What to rebuild a bundle's images from, and where to.</summary>
public sealed record RestoreBundleRequest : RestoreRequest
{
    /// <summary>The baselines by the images' names. Paths in them are absolute.</summary>
    public required ImmutableSortedDictionary<string, ImageReference> Baselines { get; init; }

    /// <summary>Where the images go, by their names. Paths in them are absolute.</summary>
    public required ImmutableSortedDictionary<string, ImageReference> Destinations { get; init; }

    /// <summary>Names of the images to restore; empty is all of the archive.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Names of images that were asked for and then declined: nothing is done or said about them.</summary>
    public ImmutableArray<string> Declined { get; init; } = [];

    /// <summary>
    /// Whether every image must be restorable: all problems are listed and nothing is written otherwise. Where false,
    /// what can be restored is.
    /// </summary>
    public bool Strict { get; init; }
}

/// <summary>
/// How the restore of one image of a bundle ended. A word, not a number: what people compare, and what JSON, CSV and a
/// job of another process keep.
/// </summary>
public static class RestoreStatus
{
    /// <summary>It is at its destination.</summary>
    public const string Restored = nameof(Restored);

    /// <summary>It could not be restored.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>No baseline or no destination was given for it.</summary>
    public const string Skipped = nameof(Skipped);
}

/// <summary>What became of one image of a bundle.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Status">How it ended: a word of <see cref="RestoreStatus"/>.</param>
/// <param name="Destination">Where it was to go; null where none was given.</param>
/// <param name="Image">The image; null unless it was restored.</param>
/// <param name="Error">What went wrong, and what to do; null where it was restored.</param>
public sealed record RestoreOutcome(
    string Name, string Status, string? Destination, RestoredImage? Image, DiffahProblem? Error)
{
    /// <summary>Name, and how it ended.</summary>
    public override string ToString() => $"{Name}: {Status}";
}

/// <summary>What became of a bundle.</summary>
/// <param name="Archive">What the archive says of itself as a whole.</param>
/// <param name="Images">What became of each image asked for, in the archive's order.</param>
public sealed record RestoredBundle(DeltaArchiveHead Archive, ImmutableArray<RestoreOutcome> Images)
{
    /// <summary>
    /// Size of the images that were restored, as the archive promised them, in bytes, each distinct blob once.
    /// </summary>
    public required long ImageBytes { get; init; }

    /// <summary>The archives that lead to it from the baselines, in the order of the chain; none without one.</summary>
    public ImmutableArray<DeltaArchiveHead> PrecedingArchives { get; init; } = [];

    /// <summary>Size of all archives: what travelled.</summary>
    public long ArchiveBytes => Archive.ArchiveBytes + PrecedingArchives.Sum(a => a.ArchiveBytes);

    /// <summary>
    /// Bytes of <see cref="ImageBytes"/> that did not travel; negative for an archive that is larger.
    /// </summary>
    public long SparedBytes => Savings.SparedBytes;

    /// <summary><see cref="SparedBytes"/> as a fraction of <see cref="ImageBytes"/>.</summary>
    public double SparedRatio => Savings.SparedRatio;

    /// <summary>The archive's path.</summary>
    public override string ToString() => Archive.Path;

    private Savings Savings => new(ImageBytes, ArchiveBytes);
}

/// <summary>Rebuilds images of a bundle. What they share is fetched and rebuilt once.</summary>
/// <param name="transports">Where images come from and go to.</param>
public sealed class RestoreBundle(ITransportCatalog transports)
{
    /// <summary>Rebuilds the images; all are checked before the first layer of any moves.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell; an image that can't be restored is also a warning.</param>
    /// <param name="cancellationToken">Stops the work; nothing half-written is left behind.</param>
    /// <exception cref="DiffahException"> The archive can't be used, a name is not in it, none succeeded, or (strict)
    /// one can't be restored; with several problems the error is of the first one's kind and lists them all.
    /// </exception>
    public Task<RestoredBundle> RunAsync(
        RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<RestoredBundle> RunHereAsync(
        RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await CheckRequestAsync(request, cancellationToken);
        using var progress = events.BeginOperation("Restoring images", "checking archive and baselines",
            1 + (request.Names.IsEmpty ? request.Destinations.Count : request.Names.Length));
        using var work = new WorkDirectory(request.WorkDirectory ?? SpoolFolder(request));
        await using var session = await RestoreSession.OpenAsync(
            transports, request, new TransportContext(work, events) { Bounds = request.Decompression },
            cancellationToken);
        var images = await PrepareAsync(session, request, cancellationToken);
        var delivery = new BundleDelivery(session.Delivery, progress, events);
        var outcomes = request.Strict
            ? await delivery.AllAsync(images, cancellationToken)
            : await delivery.EachAsync(images, cancellationToken);
        var bundle = new RestoredBundle(session.DescribeHead(), outcomes)
        {
            ImageBytes = WeightOf(images, outcomes),
            PrecedingArchives = session.DescribePreceding(),
        };
        events.Verbose($"Restored {ClosingLine.Of(bundle, clock.Elapsed)}.");
        return bundle;
    }

    /// <summary>Says what <see cref="RunAsync"/> would do, after the same checks; writes nothing.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">The archive can't be used, or a name is not in it; what is wrong with an image
    /// is in the plan.</exception>
    public Task<RestorePlan> PlanAsync(
        RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => PlanHereAsync(request, events, cancellationToken));

    private async Task<RestorePlan> PlanHereAsync(
        RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken)
    {
        await CheckRequestAsync(request, cancellationToken);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        await using var session = await RestoreSession.OpenAsync(
            transports, request, new TransportContext(work, events) { Bounds = request.Decompression },
            cancellationToken);
        var images = await PrepareAsync(session, request, cancellationToken);
        return await session.PlanAsync(images, cancellationToken);
    }

    private static long WeightOf(ImmutableArray<PreparedImage> images, ImmutableArray<RestoreOutcome> outcomes) =>
        ImageWeight.Of(
            images.Zip(outcomes).Where(pair => pair.Second.Status == RestoreStatus.Restored)
                .Select(pair => pair.First.Manifest!));

    private static async Task<ImmutableArray<PreparedImage>> PrepareAsync(
        RestoreSession session, RestoreBundleRequest request, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<PreparedImage>();
        foreach (var asked in ImageChoice.Several(session, request))
            images.Add(await session.PrepareAsync(asked, cancellationToken));
        return images.ToImmutable();
    }

    private static string SpoolFolder(RestoreBundleRequest request) =>
        request.Destinations.IsEmpty
            ? Path.GetTempPath()
            : RequestGuard.SpoolFolderFor(request.Destinations.First().Value);

    private async Task CheckRequestAsync(RestoreBundleRequest request, CancellationToken cancellationToken)
    {
        request.Validate();
        foreach (var reference in request.Baselines.Values.Concat(request.Destinations.Values))
            RequestGuard.AbsolutePath(reference);
        var inUse = RestoreInputs.Of(request, transports, request.Baselines.Values);
        foreach (var (name, destination) in request.Destinations)
        {
            if (request.Names.IsEmpty || request.Names.Contains(name))
                await inUse.RequireFreeAsync(destination, cancellationToken);
        }
    }
}
