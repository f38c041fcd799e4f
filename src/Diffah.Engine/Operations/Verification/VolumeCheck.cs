using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Verification;

/// <summary>Checks each volume of an archive alone: <c>volume</c>.</summary>
internal static class VolumeCheck
{
    private const string Check = "volume";

    /// <summary>Checks the volumes; an archive in one file has none.</summary>
    /// <param name="path">Absolute path of the archive, or of its first volume.</param>
    /// <param name="findings">Where findings go.</param>
    /// <param name="events">Told how far it is.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    public static async Task RunAsync(
        string path, FindingList findings, EventSink events, CancellationToken cancellationToken)
    {
        VolumeSet? volumes;
        try
        {
            volumes = await VolumeSet.FindAsync(path, cancellationToken);
        }
        catch (DiffahException e) when (FindingList.IsFault(e))
        {
            return; // the opening says it
        }
        if (volumes is { Digests.IsEmpty: true })
            findings.Skipped(Check, findings.ArchiveName,
                $"{volumes.Paths.Length} volumes, and no list of their checksums",
                $"Copy {Path.GetFileName(VolumeNames.SumsOf(volumes.Archive))} beside them to check each alone.");
        else if (volumes is not null)
            await CheckAsync(volumes, findings, events, cancellationToken);
    }

    private static async Task CheckAsync(
        VolumeSet volumes, FindingList findings, EventSink events, CancellationToken cancellationToken)
    {
        foreach (var other in volumes.Others)
            findings.Warn(Check, Path.GetFileName(other), "it is no volume of this archive, and is not read",
                "Remove it: it may be left of an older archive of the same name.");
        for (var i = 0; i < volumes.Paths.Length; i++)
        {
            var name = Path.GetFileName(volumes.Paths[i]);
            if (await volumes.CheckAsync(i, events, cancellationToken) is { } wrong)
                findings.Fail(Check, name, wrong);
            else
                findings.Ok(Check, name, $"volume {i + 1} of {volumes.Paths.Length}, as the list says");
        }
    }
}
