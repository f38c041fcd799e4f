using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Publishing;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// Completes the platforms of the image that the command names, or those that images are commonly built for.
/// </summary>
public sealed class PlatformCompleter : IArgumentCompleter
{
    private static readonly string[] Common =
        ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/ppc64le", "linux/riscv64",
            "linux/s390x", "windows/amd64"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var there = PlatformCompletion.Find(SessionDefaults.Add(commandName, fakeBoundParameters)).ToList();
        return Words.MatchingOrTyped(
            (there.Count > 0 ? there : (IEnumerable<string>)Common).Select(platform => (platform, platform)),
            wordToComplete);
    }
}

/// <summary>Completes zstd window logs.</summary>
public sealed class WindowLogCompleter : IArgumentCompleter
{
    private static readonly (string, string)[] Values =
    [
        (WindowLog.Auto, "By the layer's size"),
        .. Enumerable.Range(10, 22).Select(log =>
            (log.ToString(CultureInfo.InvariantCulture), $"A window of {Engine.Diagnostics.Human.Size(1L << log)}")),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Words.MatchingOrTyped(Values, wordToComplete);
}

/// <summary>Completes policies of publishing.</summary>
public sealed class PolicyCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Words.MatchingOrTyped(DeltaPolicy.Names.Select(name => (name, name)), wordToComplete);
}
