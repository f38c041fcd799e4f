using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

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
        Background.RunAsync(() => RunHereAsync(archivePath, StandardStreams.None, events, cancellationToken));

    /// <summary>The same where the archive may come through standard input.</summary>
    /// <param name="archivePath">Absolute path of the archive, or <see cref="StandardStreams.Name"/>.</param>
    /// <param name="streams">The standard streams.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld,
    /// DigestMismatch, InvalidArgument.</exception>
    public static Task<DeltaArchive> RunAsync(
        string archivePath, StandardStreams streams, EventSink events, CancellationToken cancellationToken) =>
        Background.RunAsync(() => RunHereAsync(archivePath, streams, events, cancellationToken));

    private static async Task<DeltaArchive> RunHereAsync(
        string archivePath, StandardStreams streams, EventSink events, CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePathOrStream(archivePath);
        using var work = new WorkDirectory(Path.GetTempPath());
        var file = await ArchiveInput.FindAsync(archivePath, streams, work, events, cancellationToken);
        using var archive = await ArchiveReader.OpenAsync(
            file, work, events, cancellationToken, shown: archivePath);
        var described = await ArchiveInspector.DescribeAsync(archive, cancellationToken);
        return described with { IsSigned = ArchiveSignature.IsBeside(archivePath) };
    }
}
