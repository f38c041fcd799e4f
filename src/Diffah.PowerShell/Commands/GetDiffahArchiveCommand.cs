using System.Management.Automation;
using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Commands;

/// <summary>Says what is in delta archives.</summary>
[Cmdlet(VerbsCommon.Get, "DiffahArchive", DefaultParameterSetName = PathSet)]
[OutputType(typeof(DeltaArchive))]
public sealed class GetDiffahArchiveCommand : ArchivePathCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in GivenPaths)
        {
            if (TryFor(given, () => Resolve(given), out var archives))
                Emit(archives, given);
        }
    }

    private void Emit(IReadOnlyList<string> archives, string given)
    {
        foreach (var archive in archives)
            Emit(Target(given, archive), (events, token) => InspectArchive.RunAsync(archive, events, token));
    }
}
