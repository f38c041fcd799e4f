namespace Diffah.Engine.Configuration;

/// <summary>Something in a configuration file that can't be used.</summary>
/// <param name="Line">The line it is in, counted from 1; null where it is no matter of a line.</param>
/// <param name="Key">The key it is about; null where it is about none.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
public sealed record ConfigurationProblem(int? Line, string? Key, string Message)
{
    /// <summary>What is wrong, with the line where there is one.</summary>
    public override string ToString() => Line is { } line ? $"line {line}: {Message}" : Message;

    /// <summary>The problem with its place, for a message.</summary>
    /// <param name="path">Path of the file.</param>
    public string Describe(string path)
    {
        var place = (Line is { } line ? $", line {line}" : "") + (Key is null ? "" : $", key '{Key}'");
        return $"The configuration file '{path}'{place}: {Message}";
    }
}
