using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Verification;

/// <summary>Checks that an archive can be opened: <c>container</c> and <c>sidecar</c>.</summary>
/// <param name="findings">Where findings go.</param>
/// <param name="work">Where a compressed archive is decompressed to.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class ContainerCheck(FindingList findings, WorkDirectory work, EventSink events)
{
    private const string Container = "container";
    private const string Head = "sidecar";

    /// <summary>Opens the archive; null where it can't be used, which one finding says then.</summary>
    /// <param name="path">Absolute path of the archive.</param>
    /// <param name="shown">What people call it.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public async Task<ArchiveReader?> RunAsync(string path, string shown, CancellationToken cancellationToken)
    {
        try
        {
            var archive = await ArchiveReader.OpenAsync(path, work, events, cancellationToken, shown: shown);
            Tell(archive);
            return archive;
        }
        catch (Exception e) when (FindingList.IsFault(e))
        {
            findings.Fail(await IsOfSidecarAsync(path, cancellationToken) ? Head : Container, findings.ArchiveName,
                DiffahException.From(e));
            return null;
        }
    }

    /// <summary>True where the sidecar can be taken out of the archive and is not valid.</summary>
    private static async Task<bool> IsOfSidecarAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await ArchiveOpening.ReadSidecarAsync(path, cancellationToken);
            return !IsValid(bytes);
        }
        catch (Exception e) when (FindingList.IsFault(e))
        {
            return false;
        }
    }

    private static bool IsValid(byte[] sidecar)
    {
        try
        {
            Sidecars.Read(sidecar, EventSink.None);
            return true;
        }
        catch (DiffahException)
        {
            return false;
        }
    }

    private void Tell(ArchiveReader archive)
    {
        var sidecar = archive.Manifest;
        findings.Ok(Container, findings.ArchiveName,
            $"a tar with {sidecar.Parts.Count() + 1} entries, {sidecar.Parts.Sum(p => p.Size)} bytes of blobs");
        findings.Ok(Head, findings.ArchiveName,
            $"version {sidecar.Version}, {sidecar.Images.Length} image(s), "
                + $"written by {sidecar.Tool} {sidecar.ToolVersion} at {sidecar.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }
}
