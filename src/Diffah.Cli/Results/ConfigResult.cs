using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Configuration;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>The data of <c>config show</c>: every key with its value, flat, and where each value comes from.</summary>
internal sealed record ConfigJson(
    string? Path, bool Exists, IReadOnlyDictionary<string, ConfigValueJson> Values,
    IReadOnlyList<ConfigProblemJson> Problems)
{
    private const long NanosecondsPerTick = 100;

    /// <summary>The object that is written.</summary>
    public static JsonObject Of(EffectiveConfiguration configuration)
    {
        var values = configuration.Values.ToDictionary(v => v.Key, ConfigValueJson.Of, StringComparer.Ordinal);
        var problems = configuration.Problems.Select(ConfigProblemJson.Of).ToArray();
        var named = new ConfigJson(configuration.Path, configuration.Exists, values, problems);
        var data = JsonSerializer.SerializeToNode(named, CliJsonContext.Default.ConfigJson)!.AsObject();
        foreach (var value in configuration.Values)
            data.Add(value.Key, FlatValue(value));
        return data;
    }

    // As a Go program writes its configuration: a length of time is nanoseconds, a size is text, and where there is
    // none it is 0 or "".
    private static JsonValue FlatValue(ConfigurationValue value) => value switch
    {
        { Value: bool on } => JsonValue.Create(on),
        { Value: int number } => JsonValue.Create(number),
        { Value: TimeSpan time } => JsonValue.Create(time.Ticks * NanosecondsPerTick),
        _ when value.Key == Knobs.RetryDelay.Name => JsonValue.Create(0),
        _ => JsonValue.Create(value.Text),
    };
}

/// <summary>
/// One value: a number (bytes for a size) or a string, null where there is none. The source is default, file or
/// environment.
/// </summary>
internal sealed record ConfigValueJson(JsonNode? Value, string Source)
{
    public static ConfigValueJson Of(ConfigurationValue value) => new(Node(value), SourceName(value.Source));

    public static string SourceName(string source) => source.ToLowerInvariant();

    private static JsonValue? Node(ConfigurationValue value) => value.Value switch
    {
        null => null,
        bool on => JsonValue.Create(on),
        int number => JsonValue.Create(number),
        long bytes => JsonValue.Create(bytes),
        _ => JsonValue.Create(value.Text),
    };
}

/// <summary>
/// Something in a configuration file that can't be used; line and key are null where it is about none.
/// </summary>
internal sealed record ConfigProblemJson(int? Line, string? Key, string Message)
{
    public static ConfigProblemJson Of(ConfigurationProblem problem) => new(problem.Line, problem.Key, problem.Message);
}

/// <summary>The data of <c>config validate</c>.</summary>
internal sealed record ConfigCheckJson(string? Path, bool Exists, bool Valid, IReadOnlyList<ConfigProblemJson> Problems)
{
    public static ConfigCheckJson Of(ConfigurationCheck check) =>
        new(check.Path, check.Exists, check.IsValid, [.. check.Problems.Select(ConfigProblemJson.Of)]);
}

/// <summary>The data of <c>config init</c>.</summary>
internal sealed record ConfigInitJson(string Path);

/// <summary>The results of <c>config show</c> and <c>config validate</c> for people.</summary>
internal static class ConfigText
{
    public static void Write(TextWriter output, EffectiveConfiguration configuration)
    {
        var isMissing = configuration.Path is not null && !configuration.Exists;
        output.WriteLine($"file: {configuration.Path ?? "none"}{(isMissing ? " (not there)" : "")}");
        var table = new TextTable("key", "value", "source");
        foreach (var value in configuration.Values)
            table.Add(value.Key, value.Value is null ? "-" : value.Text, ConfigValueJson.SourceName(value.Source));
        table.Write(output, "");
    }

    public static void Write(TextWriter output, ConfigurationCheck check)
    {
        output.WriteLine(
            $"{check.Path}: {(check.IsValid ? check.Exists ? "valid" : "not there, defaults apply" : "not valid")}");
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
