using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Verification;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations;

/// <summary>What to check of an archive.</summary>
public sealed record VerifyArchiveRequest
{
    /// <summary>Absolute path of the delta archive.</summary>
    public required string ArchivePath { get; init; }

    /// <summary>
    /// Absolute path of a public key that the archive must be signed with, or what a user wrote that is no path (a KMS
    /// URI, which is refused as reserved); null looks at no signature.
    /// </summary>
    public string? VerificationKeyPath { get; init; }

    /// <summary>
    /// The baseline of an archive of one image: the image is rebuilt in memory bounds, and nothing is written. Null
    /// rebuilds nothing.
    /// </summary>
    public ImageReference? Baseline { get; init; }

    /// <summary>
    /// Baselines by the images' names: these images are rebuilt. Not together with <see cref="Baseline"/>.
    /// </summary>
    public ImmutableSortedDictionary<string, ImageReference> Baselines { get; init; } =
        ImmutableSortedDictionary<string, ImageReference>.Empty;

    /// <summary>
    /// Images beside the baselines, that what these lack may come from; of use from version 2 of the format on.
    /// </summary>
    public ImmutableArray<ImageReference> AdditionalBaselines { get; init; } = [];

    /// <summary>Whether an image without a baseline is a failure, so that every image must have been rebuilt.</summary>
    public bool RequireBaseline { get; init; }

    /// <summary>Which image of a baseline index is meant; null goes by the archive's platform.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Absolute path of the folder to spool in; null is the system's temporary folder.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit. See <see
    /// cref="EncodingOptions.MaxLayerSize"/>.
    /// </summary>
    public long MaxLayerSize { get; init; } = DecompressionBounds.DefaultMaximumContent;
}

/// <summary>
/// How a check ended. A word, not a number: what people compare, and what JSON, CSV and a job of another process keep.
/// </summary>
public static class FindingStatus
{
    /// <summary>It is right.</summary>
    public const string Ok = nameof(Ok);

    /// <summary>It could not be checked with what was given.</summary>
    public const string Skipped = nameof(Skipped);

    /// <summary>It is right, with something worth knowing.</summary>
    public const string Warn = nameof(Warn);

    /// <summary>It is wrong.</summary>
    public const string Fail = nameof(Fail);
}

/// <summary>One check of an archive.</summary>
/// <param name="Check">What was checked: <c>volume</c>, <c>container</c>, <c>sidecar</c>, <c>signature</c>,
/// <c>manifest</c>, <c>blob</c>, <c>patch</c>, <c>content</c>, <c>recipe</c>, <c>index</c>, <c>referrer</c>,
/// <c>baseline</c>, <c>rebuild</c>.</param>
/// <param name="Status">How it ended: a word of <see cref="FindingStatus"/>.</param>
/// <param name="Subject">What it is about: an image's name or a blob's digest; the archive's file name
/// otherwise.</param>
/// <param name="Detail">What was found, for people.</param>
/// <param name="Hint">What to do; empty where nothing need be done.</param>
/// <param name="Error">The error; null unless it failed.</param>
public sealed record ArchiveFinding(
    string Check, string Status, string Subject, string Detail, string Hint, DiffahProblem? Error = null)
{
    /// <summary>Check, subject, and how it ended.</summary>
    public override string ToString() => $"{Check} {Subject}: {Status}";
}

/// <summary>What checking an archive found.</summary>
/// <param name="Path">Absolute path of the archive.</param>
/// <param name="Findings">Every check, in the order they were made.</param>
public sealed record ArchiveVerification(string Path, ImmutableArray<ArchiveFinding> Findings)
{
    /// <summary>True where nothing failed.</summary>
    public bool IsValid => Findings.All(f => f.Status != FindingStatus.Fail);
}

/// <summary>Checks an archive as far as it can be checked with what is there.</summary>
/// <param name="transports">Where baselines come from.</param>
public sealed class VerifyArchive(ITransportCatalog transports)
{
    /// <summary>
    /// Checks container, sidecar, signature, every blob that needs no baseline, and with baselines the images rebuilt.
    /// What is wrong with the archive is a finding, not an error, and keeps nothing else from being checked that can
    /// be. Without a key a signature is not looked at: the finding is Skipped, and says whether there is one.
    /// </summary>
    /// <param name="request">What to check.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    /// <exception cref="DiffahException">What keeps from checking at all: FileNotFound, AccessDenied, InvalidArgument,
    /// KeyInvalid, SigningReserved.</exception>
    public Task<ArchiveVerification> RunAsync(
        VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(request, events, cancellationToken));

    private async Task<ArchiveVerification> RunHereAsync(
        VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken)
    {
        CheckRequest(request);
        using var progress = events.BeginOperation("Checking an archive", "reading the archive", null);
        using var verifier =
            request.VerificationKeyPath is { } key ? await ArchiveVerifier.LoadAsync(key, cancellationToken) : null;
        using var work = new WorkDirectory(request.WorkDirectory ?? Path.GetTempPath());
        var file = await ArchiveInput.FindAsync(
            request.ArchivePath, transports.Streams, work, events, cancellationToken);
        var findings = new FindingList(request.ArchivePath, progress);
        await VolumeCheck.RunAsync(file, findings, events, cancellationToken);
        using var archive = await new ContainerCheck(
            findings, work, events).RunAsync(file, request.ArchivePath, cancellationToken);
        if (archive is not null)
        {
            var baselines = BaselineChoice.ByName(request.Baseline, request.Baselines, archive.Manifest);
            await using var rebuild = new RebuildCheck(
                transports, request, archive, findings,
                new TransportContext(work, events) { Bounds = new(request.MaxLayerSize) });
            await rebuild.PrepareAsync(baselines, cancellationToken);
            await SignatureCheck.RunAsync(archive, verifier, findings, cancellationToken);
            var manifests = await new ContentCheck(archive, findings, events).RunAsync(cancellationToken);
            await new IndexCheck(archive, findings).RunAsync(manifests, cancellationToken);
            await rebuild.RunAsync(baselines, manifests, cancellationToken);
        }
        return new ArchiveVerification(request.ArchivePath, findings.ToImmutable());
    }

    private static void CheckRequest(VerifyArchiveRequest request)
    {
        RequestGuard.AbsolutePathOrStream(request.ArchivePath);
        BaselineChoice.Check(request.Baseline, request.Baselines, request.AdditionalBaselines);
    }
}
