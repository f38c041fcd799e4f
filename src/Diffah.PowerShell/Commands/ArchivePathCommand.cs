using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Diffah.PowerShell.Completion;
using Diffah.PowerShell.Parameters;

namespace Diffah.PowerShell.Commands;

/// <summary>What the cmdlets share that read delta archives: -Path with wildcards, and -LiteralPath.</summary>
public abstract class ArchivePathCommand : DiffahCommand
{
    /// <summary>The parameter set of <see cref="Path"/>.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set of <see cref="LiteralPath"/>.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    /// <summary>Delta archives; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArchivePathTransformation]
    [ArgumentCompleter(typeof(ArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] Path { get; set; } = [];

    /// <summary>Delta archives; wildcard characters stand for themselves.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LiteralArchivePathCompleter))]
    [SuppressMessage("Performance", "CA1819", Justification = "PowerShell binds arrays.")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The paths as the user passed them.</summary>
    private protected string[] GivenPaths => ParameterSetName == LiteralPathSet ? LiteralPath : Path;

    /// <summary>What an error names: the path as the user passed it, or what a pattern came to.</summary>
    /// <param name="given">The path as the user passed it.</param>
    /// <param name="archive">One of the absolute paths it means.</param>
    private protected string Target(string given, string archive) =>
        ParameterSetName == PathSet && given.AsSpan().IndexOfAny("*?[`") >= 0 ? archive : given;

    /// <summary>The absolute paths one given path means.</summary>
    /// <param name="given">The path as the user passed it.</param>
    private protected IReadOnlyList<string> Resolve(string given) =>
        ParameterSetName == LiteralPathSet ? [Paths.ResolveLiteral(given)] : Paths.ResolveWildcards(given);
}
