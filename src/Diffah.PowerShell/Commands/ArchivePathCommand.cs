using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>
/// What the cmdlets share that read delta archives and no images: -Path with wildcards, and -LiteralPath.
/// </summary>
public abstract class ArchivePathCommand : DiffahCommand
{
    /// <summary>Delta archives; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ArchivePaths.PathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(ArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Path { get; set; } = [];

    /// <summary>Delta archives; wildcard characters stand for themselves.</summary>
    [Parameter(ParameterSetName = ArchivePaths.LiteralPathSet, Mandatory = true, HelpMessage = HelpMessages.Archive,
        ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>What was passed, and what it means.</summary>
    private protected ArchivePaths Archives => ArchivePaths.Of(ParameterSetName, Path, LiteralPath, Paths);
}
