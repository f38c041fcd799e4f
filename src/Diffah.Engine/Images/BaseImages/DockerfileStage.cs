using System.Text.RegularExpressions;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>A stage of a Dockerfile.</summary>
/// <param name="Base">What it is built from, as written.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="Platform">The platform of what it is built from, as written; null where it says none.</param>
/// <param name="Line">The line of its FROM, from 1.</param>
internal sealed partial record DockerfileStage(string Base, string? Name, string? Platform, int Line)
{
    private const string Dashes = "--";
    private const string PlatformFlag = $"{Dashes}platform=";

    /// <summary>Reads <c>[--platform=PLATFORM] IMAGE [AS NAME]</c>.</summary>
    /// <exception cref="Diagnostics.DiffahException">DockerfileInvalid.</exception>
    public static DockerfileStage Parse(DockerfileInstruction from, DockerfileFaults faults)
    {
        var words = from.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var flags = words.TakeWhile(w => w.StartsWith("--", StringComparison.Ordinal)).ToArray();
        if (Array.Find(flags, f => !f.StartsWith(PlatformFlag, StringComparison.Ordinal)) is { } unknown)
            throw faults.At(from.Line, $"FROM has the flag {DockerfileFaults.Quoted(unknown)}, and {PlatformFlag}... "
                + "is the only one it can have");
        var name = words[flags.Length..] switch
        {
            [_] => null,
            [_, var word, var stage] when word.Equals("AS", StringComparison.OrdinalIgnoreCase) => stage,
            _ => throw faults.At(from.Line, "FROM is followed by an image, or by an image, AS and a name"),
        };
        if (name is not null && !NameForm().IsMatch(name))
            throw faults.At(from.Line, $"{DockerfileFaults.Quoted(name)} is no name for a stage");
        return new DockerfileStage(
            words[flags.Length], name, flags.LastOrDefault()?[PlatformFlag.Length..], from.Line);
    }

    [GeneratedRegex(
        @"\A[a-z][a-z0-9_.-]*\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NameForm();
}
