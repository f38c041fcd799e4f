using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Operations.Restoring;

namespace Diffah.Engine.Operations;

/// <summary>Reads what a delta archive says of itself.</summary>
public static class InspectArchive
{
    /// <summary>Reads container, sidecar and manifests; patches are not applied.</summary>
    /// <param name="archivePath">Absolute path of the archive.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// DigestMismatch.</exception>
    public static Task<DeltaArchive> RunAsync(
        string archivePath, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(archivePath, null, StandardStreams.None, events, cancellationToken));

    /// <summary>
    /// The same where the archive may come through standard input, and where it may have to be signed.
    /// </summary>
    /// <param name="archivePath">Absolute path of the archive, or <see cref="StandardStreams.Name"/>.</param>
    /// <param name="verificationKeyPath">
    /// Absolute path of a public key that the archive must be signed with; null looks at no signature.
    /// </param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// DigestMismatch, InvalidArgument, SignatureMissing, SignatureInvalid, KeyInvalid, SigningReserved.</exception>
    public static Task<DeltaArchive> RunAsync(
        string archivePath, string? verificationKeyPath, StandardStreams streams, EventSink events,
        CancellationToken cancellationToken) =>
        Background.RunAsync(
            () => RunHereAsync(archivePath, verificationKeyPath, streams, events, cancellationToken));

    private static async Task<DeltaArchive> RunHereAsync(
        string archivePath, string? verificationKeyPath, StandardStreams streams, EventSink events,
        CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePathOrStream(archivePath);
        using var work = new WorkDirectory(Path.GetTempPath());
        using var archive = verificationKeyPath is null
            ? await OpenAsync(archivePath, streams, work, events, cancellationToken)
            : await TrustedArchive.OpenAsync(
                archivePath, verificationKeyPath, streams, work, events, cancellationToken);
        var described = await ArchiveInspector.DescribeAsync(archive, cancellationToken);
        return described with { IsSigned = TrustedArchive.IsSigned(archive) };
    }

    // Who only looks at what an archive says of itself is not warned of one that nobody signed.
    private static async Task<ArchiveReader> OpenAsync(
        string archivePath, StandardStreams streams, WorkDirectory work, EventSink events,
        CancellationToken cancellationToken)
    {
        var file = await ArchiveInput.FindAsync(archivePath, streams, work, events, cancellationToken);
        return await ArchiveReader.OpenAsync(file, work, events, cancellationToken, shown: archivePath);
    }
}
