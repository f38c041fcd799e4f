using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Publishing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>Of which image deltas are asked for.</summary>
public sealed record FindDeltasRequest
{
    /// <summary>The image that the deltas make, in a registry.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>
    /// Images that are there; deltas are told that can be applied to one of them. None tells all deltas.
    /// </summary>
    public ImmutableArray<ImageReference> Baselines { get; init; } = [];

    /// <summary>Which image of an index is meant.</summary>
    public Platform Platform { get; init; } = Platform.Default;

    /// <summary>
    /// Absolute path of a public key, or what a user wrote that is no path: deltas are told that it signed. Null looks
    /// at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that an image archive that is compressed as a whole may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;
}

/// <summary>Finds the deltas that are published beside an image.</summary>
/// <param name="transports">Where images are.</param>
public sealed class FindDeltas(ITransportCatalog transports)
{
    /// <summary>
    /// Finds deltas. With baselines those that fit come, the smallest first; without, all of them, the newest first.
    /// </summary>
    /// <param name="request">Of which image.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ImmutableArray<PublishedDelta>> RunAsync(
        FindDeltasRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<ImmutableArray<PublishedDelta>> RunHereAsync(
        FindDeltasRequest request, EventSink events, CancellationToken cancellationToken)
    {
        PublishedPlace.Require(request.Image);
        foreach (var baseline in request.Baselines)
            RequestGuard.AbsolutePath(baseline);
        using var verifier = request.VerificationKeyPath is { } key
            ? await ArchiveVerifier.LoadAsync(key, cancellationToken) : null;
        using var progress = events.BeginOperation("Finding deltas", "reading manifests", 1);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var context = new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) };
        await using var source = (IReferrerSource)await transports.Get(request.Image)
            .OpenSourceAsync(request.Image, context, cancellationToken);
        var target = await TargetAsync(source, request.Platform, cancellationToken);
        await using var fitting = new FittingBaselines(transports, request.Baselines, request.Platform, context);
        await fitting.OpenAsync(cancellationToken);
        var found = ImmutableArray.CreateBuilder<PublishedDelta>();
        foreach (var archive in await PublishedArchives.ListAsync(source, target, events, cancellationToken))
        {
            if (await TryDescribeAsync(source, archive, verifier, fitting, context, cancellationToken) is { } delta)
                found.Add(delta);
        }
        return request.Baselines.IsEmpty
            ? found.ToImmutable()
            : [.. found.OrderBy(d => d.Bytes).ThenBy(d => d.Digest, StringComparer.Ordinal)];
    }

    private static async Task<Digest> TargetAsync(
        IImageSource source, Platform platform, CancellationToken cancellationToken)
    {
        var root = await source.GetManifestAsync(null, cancellationToken);
        return (await new PlatformChoice(source, platform).FindAsync(root, cancellationToken)).Raw.Digest;
    }

    private static ArchiveImage ImageOf(ArchiveReader reader, PublishedArchive archive) =>
        reader.Manifest.Images.First(i => i.Target.ManifestDigest == archive.Artifact.Subject.Subject.Digest);

    /// <summary>What a delta is; null for one that is not asked for, and for one that is damaged.</summary>
    private static async Task<PublishedDelta?> TryDescribeAsync(
        IImageSource source, PublishedArchive archive, ArchiveVerifier? verifier, FittingBaselines fitting,
        TransportContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = await PublishedArchives.OpenAsync(
                source, archive, verifier, new FetchFolders(context.Work), context.Events, cancellationToken);
            var delta = PublishedDeltas.Describe(archive, reader.Manifest) with { SignedBy = verifier?.Fingerprint };
            return !fitting.AreAsked ? delta
                : await fitting.FindAsync(reader, ImageOf(reader, archive), cancellationToken) is { } fits
                    ? delta with { FittingBaseline = fits }
                    : null;
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.SignatureMissing
            || e.Error == DiffahErrors.SignatureInvalid || e.Error.Category == DiffahErrorCategory.Content)
        {
            context.Events.Warn($"A delta is passed over: {e.Message}");
            return null;
        }
    }
}
