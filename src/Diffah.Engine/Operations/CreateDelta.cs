using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Producing;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>What to make a delta from, and where to.</summary>
public sealed record CreateDeltaRequest : CreateArchiveRequest
{
    /// <summary>
    /// The image the other side has; a path in it is absolute. Null where it is named in another way: by
    /// <see cref="BaselineManifestPath"/>, <see cref="DockerfilePath"/> or <see cref="IsBaselineFromImage"/>.
    /// </summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// Further images beside <see cref="Baseline"/>: the other side has any one of them, or all of them where
    /// <see cref="NeedsAllBaselines"/> says so.
    /// </summary>
    public ImmutableArray<ImageReference> OtherBaselines { get; init; } = [];

    /// <summary>
    /// Whether the other side has all of the baselines, so that all may be used at the same time; otherwise the archive
    /// is restored from any one of them.
    /// </summary>
    public bool NeedsAllBaselines { get; init; }

    /// <summary>
    /// Absolute path of a file with the baseline's manifest, where the image itself is gone; null where there is a
    /// <see cref="Baseline"/>. Its layers can be left out, but none can be patched from.
    /// </summary>
    public string? BaselineManifestPath { get; init; }

    /// <summary>
    /// Absolute path of the Dockerfile that the target was built by; the baseline is the image that its last stage is
    /// built on. Null where the baseline is named in another way.
    /// </summary>
    public string? DockerfilePath { get; init; }

    /// <summary>What the build was given for the Dockerfile's variables (<c>--build-arg</c>).</summary>
    public ImmutableSortedDictionary<string, string> BuildArguments { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the baseline is the image that the target says it is built on, by annotations or labels
    /// (<c>org.opencontainers.image.base.name</c>).
    /// </summary>
    public bool IsBaselineFromImage { get; init; }

    /// <summary>The image the other side is to get. A path in it is absolute.</summary>
    public required ImageReference Target { get; init; }

    /// <summary>
    /// Whether the images of all platforms of the target's index are meant, each made from the baseline's image for the
    /// same platform, and the index itself. A target that is one image is one image all the same.
    /// </summary>
    public bool AllPlatforms { get; init; }

    /// <summary>
    /// Whether what refers to the target travels too: signatures, SBOMs and attestations that name it as their subject,
    /// and what refers to these. Of an index, if it is meant, and of each image.
    /// </summary>
    public bool IncludeReferrers { get; init; }
}

/// <summary>Makes a delta archive for one image.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateDelta(ITransportCatalog transports)
{
    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(
        CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).RunAsync("Making a delta", cancellationToken));

    /// <summary>
    /// Says what <see cref="RunAsync"/> would do. Reads both images and tries patches quickly; writes nothing but to
    /// the work directory.
    /// </summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(
        CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(
            async () => await Production(request, events).PlanAsync("Planning a delta", cancellationToken));

    private ArchiveProduction Production(CreateDeltaRequest request, EventSink events)
    {
        RequireOneBaseline(request);
        var pair = new ArchivePair(
            ArchiveManifest.SingleImageName, request.Baseline, request.BaselineManifestPath, request.Target)
        {
            Search = SearchOf(request),
            OtherBaselines = request.OtherBaselines,
            NeedsAllBaselines = request.NeedsAllBaselines,
            AllPlatforms = request.AllPlatforms,
            IncludeReferrers = request.IncludeReferrers,
        };
        return new(transports, request, [pair], events);
    }

    private static BaselineSearch? SearchOf(CreateDeltaRequest request) =>
        request.DockerfilePath is { } dockerfile ? new DockerfileSearch(dockerfile, request.BuildArguments)
        : request.IsBaselineFromImage ? new MarksSearch()
        : null;

    private static void RequireOneBaseline(CreateDeltaRequest request)
    {
        const string choice = "Give the baseline image, or the file with its manifest where the image is gone, or the "
            + "target's Dockerfile, or let the target say it.";
        string[] given =
        [
            .. request.Baseline is null ? [] : (string[])["a baseline"],
            .. request.BaselineManifestPath is null ? [] : (string[])["a baseline's manifest"],
            .. request.DockerfilePath is null ? [] : (string[])["a Dockerfile"],
            .. request.IsBaselineFromImage ? (string[])["the image that the target names"] : [],
        ];
        if (given.Length == 0)
            throw new DiffahException(DiffahErrors.InvalidArgument, "No baseline is given.", choice);
        if (given.Length > 1)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The baseline is given in more than one way: {string.Join(" and ", given)}.", choice);
        RequireRoomForSeveral(request);
        if (request.DockerfilePath is null && !request.BuildArguments.IsEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Build arguments are given, and no Dockerfile that they are for.",
                "Name the Dockerfile with Dockerfile (--dockerfile), or leave BuildArg (--build-arg) out.");
    }

    private static void RequireRoomForSeveral(CreateDeltaRequest request)
    {
        if (request.OtherBaselines.IsEmpty)
            return;
        if (request.Baseline is null)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Several baselines can't be combined with a manifest file, a Dockerfile, or what the target names.",
                "Name all baselines as images.");
        if (request.OtherBaselines.Length >= ArchiveImage.MaximumBaselines)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{request.OtherBaselines.Length + 1} baselines are given, more than the "
                    + $"{ArchiveImage.MaximumBaselines} that one delta is made from.",
                "Make several deltas.");
        if (request.Encoding.FormatVersion == 1)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Version 1 of the format knows one baseline for each image.",
                "Give one baseline, or make the archive of version 2.");
    }
}
