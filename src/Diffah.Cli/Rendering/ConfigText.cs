using Diffah.Cli.Json;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Rendering;

/// <summary>The results of <c>config show</c> and <c>config validate</c> for people.</summary>
internal static class ConfigText
{
    public static void Write(TextWriter output, EffectiveConfiguration configuration)
    {
        output.WriteLine($"file: {configuration.Path ?? "none"}{(configuration.Exists || configuration.Path is null ? "" : " (not there)")}");
        var table = new TextTable("key", "value", "source");
        foreach (var value in configuration.Values)
            table.Add(value.Key, value.Value is null ? "-" : value.Text, ConfigValueJson.SourceName(value.Source));
        table.Write(output, "");
    }

    public static void Write(TextWriter output, ConfigurationCheck check)
    {
        output.WriteLine($"{check.Path}: {(check.IsValid ? check.Exists ? "valid" : "not there, defaults apply" : "not valid")}");
        foreach (var problem in check.Problems)
            output.WriteLine($"  {Place(problem)}{problem.Message}");
    }

    private static string Place(ConfigurationProblem problem) => (problem.Line, problem.Key) switch
    {
        (null, _) => "",
        (var line, null) => $"line {line}: ",
        var (line, key) => $"line {line}, {key}: ",
    };
}
