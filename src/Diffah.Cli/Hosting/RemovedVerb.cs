using System.CommandLine;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Hosting;

/// <summary>Verbs of old scripts, answered with what does their work now.</summary>
internal static class RemovedVerb
{
    private static readonly Dictionary<string, (string Message, string NextAction)> Known = new(StringComparer.Ordinal)
    {
        ["export"] = ("'export' was removed: 'diffah diff' makes the archive of one image, 'diffah bundle' that of many.",
            "Write 'diffah diff BASELINE TARGET DELTA-OUT' in place of --pair, --baseline, --target and --output, with transport:path for each image, or list the pairs in a file: 'diffah bundle SPEC OUT'; other options keep their names."),
        ["import"] = ("'import' was removed: 'diffah apply' rebuilds one image, 'diffah unbundle' those of a bundle.",
            "Write 'diffah apply DELTA BASELINE TARGET' in place of --delta, --baseline and --output, with transport:path for each image, or list baselines and outputs in files: 'diffah unbundle DELTA BASELINE-SPEC OUTPUT-SPEC'; other options keep their names."),
    };

    /// <summary>Refuses a line whose verb is one of them, whatever else is on it.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-')) is { } verb && Known.TryGetValue(verb, out var answer))
            throw new DiffahException(DiffahErrors.InvalidArgument, answer.Message, answer.NextAction);
    }
}
