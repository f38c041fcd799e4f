using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>Reads what a delta archive says of itself.</summary>
public static class InspectArchive
{
    /// <summary>Reads container, sidecar and manifests; patches are not applied.</summary>
    /// <param name="archivePath">Absolute path of the archive.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, ArchiveInvalid, ArchiveVersionUnknown, ArchiveTooOld, DigestMismatch.</exception>
    public static Task<DeltaArchive> RunAsync(string archivePath, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
