using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Inventories;
using Diffah.Engine.Operations.Producing;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations;

/// <summary>One image of a bundle.</summary>
/// <param name="Name">Its name in the archive: <c>[a-z0-9][a-z0-9_-]*</c>, unique.</param>
/// <param name="Baseline">The image the other side has; null where an inventory says it. A path in it is
/// absolute.</param>
/// <param name="Target">The image the other side is to get. A path in it is absolute.</param>
public sealed record DeltaPair(string Name, ImageReference? Baseline, ImageReference Target);

/// <summary>What to make a bundle from, and where to.</summary>
public sealed record CreateBundleRequest : CreateArchiveRequest
{
    /// <summary>The images, at least one. Their order does not change the archive.</summary>
    public required ImmutableArray<DeltaPair> Pairs { get; init; }

    /// <summary>
    /// Absolute path of the inventory that the site has exported; null where every pair has a baseline. Images that the
    /// site has are left out, and of the others the baseline is found from it.
    /// </summary>
    public string? SincePath { get; init; }

    /// <summary>
    /// Images on this side that the site may have, to make patches from; paths in them are absolute. Those in the
    /// repository of a target are found by digest, and need not be named.
    /// </summary>
    public ImmutableArray<ImageReference> BaselineSources { get; init; } = [];
}

/// <summary>Makes one delta archive for many images. What they share is read, encoded and stored once.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class CreateBundle(ITransportCatalog transports)
{
    /// <summary>Makes the archive.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <returns>What the archive says of itself.</returns>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaArchive> RunAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(async () =>
            await (await PrepareAsync(request, events, cancellationToken)).RunAsync(
                "Making a bundle", cancellationToken));

    /// <summary>Says what <see cref="RunAsync"/> would do, and writes nothing but to the work directory.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPlan> PlanAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(async () =>
            await (await PrepareAsync(request, events, cancellationToken)).PlanAsync(
                "Planning a bundle", cancellationToken));

    private async Task<ArchiveProduction> PrepareAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken)
    {
        if (request.Pairs.IsDefaultOrEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument, "A bundle needs at least one pair of images.",
                "Give a name, a baseline and a target.");
        ImageNames.RequireUnique(request.Pairs.Select(p => p.Name));
        var site = await ReadSiteAsync(request, events, cancellationToken);
        var whole = request.SincePath is { } since
            ? request with { FilesInUse = request.FilesInUse.Add(since) }
            : request;
        return new(transports, whole,
            [.. request.Pairs.Select(p => new ArchivePair(p.Name, p.Baseline, null, p.Target) { Site = site })],
            events);
    }

    private static async Task<SiteBaselines?> ReadSiteAsync(
        CreateBundleRequest request, EventSink events, CancellationToken cancellationToken)
    {
        if (request.SincePath is not { } path)
        {
            RequireBaselines(request);
            return null;
        }
        RequestGuard.AbsolutePath(path);
        if (request.Encoding.FormatVersion == 1)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Version 1 of the format does not say for which inventory an archive was made.",
                "Make an archive of version 2, or name the baselines.");
        return new SiteBaselines(
            await InventoryReader.ReadAsync(path, cancellationToken), request.BaselineSources, events);
    }

    private static void RequireBaselines(CreateBundleRequest request)
    {
        if (request.Pairs.FirstOrDefault(p => p.Baseline is null) is { } pair)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"Image '{pair.Name}' has no baseline, and there is no inventory that it could be found from.",
                "Give the baseline, or the site's inventory with Since (--since).");
        if (!request.BaselineSources.IsEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "Sources of baselines are given, and no inventory that they are for.",
                "Give the site's inventory with Since (--since), or leave BaselineSource (--baseline-source) out.");
    }
}
