using System.Management.Automation;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Operations;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what is in delta archives.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahArchive", DefaultParameterSetName = ArchivePaths.PathSet,
    HelpUri = HelpPages.Folder + "Get-DiffahArchive" + HelpPages.Suffix)]
[OutputType(typeof(DeltaArchive))]
public sealed class GetDiffahArchiveCommand : ArchivePathCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var archives = Archives;
        foreach (var given in archives.Given)
        {
            if (TryFor(given, () => archives.Resolve(given), out var found))
                Emit(found, path => archives.Target(given, path));
        }
    }

    private void Emit(IReadOnlyList<string> archives, Func<string, string> target)
    {
        foreach (var archive in archives)
            Emit(target(archive), (events, token) => InspectArchive.RunAsync(archive, events, token));
    }
}
