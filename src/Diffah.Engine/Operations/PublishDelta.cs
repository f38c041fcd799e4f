using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Publishing;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>Which delta to publish, and where.</summary>
public sealed record PublishDeltaRequest
{
    /// <summary>Absolute path of the delta archive; its signature is the file beside it.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// The repository of the image that the delta makes; a tag or digest in it must be that image, or an index that
    /// lists it.
    /// </summary>
    public required ImageReference Image { get; init; }

    /// <summary>
    /// Absolute path of a public key that must have signed the archive, or what a user wrote that is no path; null
    /// publishes whatever signature there is.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }
}

/// <summary>A delta that was published, or was there.</summary>
/// <param name="Delta">What is in the registry.</param>
/// <param name="SentBytes">Bytes that travelled, the manifest's too; 0 where all was there.</param>
/// <param name="WasPublished">Whether it was there already, so that nothing was changed.</param>
public sealed record DeltaPublication(PublishedDelta Delta, long SentBytes, bool WasPublished)
{
    /// <summary>Where the delta is: <c>docker://HOST/REPOSITORY@DIGEST</c>.</summary>
    public string Reference => Delta.Reference;

    /// <summary>Digest of the delta's manifest.</summary>
    public string Digest => Delta.Digest;

    /// <summary>Digest of the manifest of the image that it makes.</summary>
    public string TargetDigest => Delta.TargetDigest;

    /// <summary>Bytes of all its entries.</summary>
    public long Bytes => Delta.Bytes;

    /// <summary>Where the delta is.</summary>
    public override string ToString() => Reference;
}

/// <summary>Puts a delta archive into a registry, beside the image that it makes.</summary>
/// <param name="transports">Where the registry is.</param>
public sealed class PublishDelta(ITransportCatalog transports)
{
    private const int StepCount = 2;

    /// <summary>
    /// Publishes an archive of one image. What is there already is not sent again, and an archive that is published
    /// already is left as it is.
    /// </summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nobody sees the delta then.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<DeltaPublication> RunAsync(
        PublishDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<DeltaPublication> RunHereAsync(
        PublishDeltaRequest request, EventSink events, CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePath(request.ArchivePath);
        PublishedPlace.Require(request.Image);
        using var verifier = request.VerificationKeyPath is { } key
            ? await ArchiveVerifier.LoadAsync(key, cancellationToken) : null;
        using var progress = events.BeginOperation("Publishing a delta", "reading the archive", StepCount);
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        SidecarCheck? check = verifier is null
            ? null : (s, ct) => verifier.VerifyAsync(request.ArchivePath, s, ct);
        using var archive = await ArchiveReader.OpenAsync(
            request.ArchivePath, work, events, cancellationToken, check);
        var image = OnlyImage(archive);
        var context = new TransportContext(work, events);
        await using var source = await PublishedSubject.OpenAsync(
            transports, request.Image, image, context, cancellationToken);
        var content = await new DeltaArtifactWriter(archive).MakeAsync(
            await SignatureAsync(request.ArchivePath, cancellationToken),
            await PublishedSubject.TryFindConfigAsync(source, image.Baseline.ManifestDigest, cancellationToken),
            null, cancellationToken);
        var published = new PublishedArchive(
            content.Manifest, source.Reference.AtDigest(content.Manifest.Raw.Digest)!.ToString());
        var delta = PublishedDeltas.Describe(published, archive.Manifest) with { SignedBy = verifier?.Fingerprint };
        progress.BeginStep("publishing entries");
        if (await IsThereAsync(source, content.Manifest, cancellationToken))
        {
            events.Verbose($"{published.Reference} is published already.");
            return new DeltaPublication(delta, 0, true);
        }
        var sent = await SendAsync(source, content, context, cancellationToken);
        events.Verbose($"Published {published.Reference}, a delta of {image.Target.ManifestDigest}: "
            + $"{Human.Size(sent)} were sent of {Human.Size(content.Manifest.Bytes)}.");
        return new DeltaPublication(delta, sent, false);
    }

    private static ArchiveImage OnlyImage(ArchiveReader archive) => archive.Manifest switch
    {
        { Images: [var only] } => only,
        { Indexes: [var index, ..], Images: var images } => throw new DiffahException(DiffahErrors.InvalidArgument,
            $"'{archive.Path}' makes the {index.Shown} with images of {images.Length} platforms; a delta that is "
                + "published makes one image.",
            "Make a delta of each with Platform (--platform), without AllPlatforms (--all-platforms), and publish these; "
                + "the index is in the registry already."),
        { Images: var images } => throw new DiffahException(DiffahErrors.InvalidArgument,
            $"'{archive.Path}' holds {images.Length} images; a delta that is published makes one.",
            "Make a delta of each image with New-DiffahDelta (diffah diff), and publish these."),
    };

    private static async Task<byte[]?> SignatureAsync(string archivePath, CancellationToken cancellationToken) =>
        ArchiveSignature.IsBeside(archivePath)
            ? ArchiveSignature.Encode(await ArchiveSignature.ReadAsync(archivePath, cancellationToken))
            : null;

    private static async Task<bool> IsThereAsync(
        IReferrerSource source, DeltaArtifact artifact, CancellationToken cancellationToken) =>
        (await source.ListReferrersAsync(
            artifact.Subject.Subject.Digest, artifact.Subject.ArtifactType, cancellationToken))
        .Any(r => r.Descriptor.Digest == artifact.Raw.Digest)
        && await PublishedSubject.HasAsync(source, artifact.Raw.Digest, cancellationToken);

    private async Task<long> SendAsync(
        IReferrerSource source, ArtifactContent content, TransportContext context, CancellationToken cancellationToken)
    {
        await using var destination = await transports.Get(source.Reference)
            .OpenDestinationAsync(source.Reference, true, context, cancellationToken);
        var upload = new ArchiveUpload((IReferrerDestination)destination, context.Events);
        await upload.SendAsync(content, cancellationToken);
        if (!await IsThereAsync(source, content.Manifest, cancellationToken))
            throw new DiffahException(DiffahErrors.ReadBackFailed,
                $"{source.Reference} does not list the delta {content.Manifest.Raw.Digest} that was put beside it.");
        return upload.SentBytes;
    }
}
