using System.CommandLine;
using System.CommandLine.Parsing;
using Diffah.Cli.Hosting;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Cli.Options;

/// <summary>A value that may stand for a standard stream.</summary>
/// <param name="Name">The argument or option.</param>
/// <param name="IsStream">Whether it does.</param>
/// <param name="IsOutput">Whether it is written.</param>
internal sealed record StreamedValue(string Name, bool IsStream, bool IsOutput)
{
    /// <summary>The value of an argument that is the path of a delta archive.</summary>
    public static StreamedValue Archive(string name, string? value, bool isOutput = false) =>
        new(name, value is not null && StandardStreams.AreMeant(value), isOutput);

    /// <summary>The value of an argument that is an image reference.</summary>
    public static StreamedValue Image(string name, string? value, bool isOutput = false) =>
        new(name, ImageReference.TryParse(value, out var image) && image.IsStandardStream, isOutput);
}

/// <summary>What a line may do with the standard streams.</summary>
internal static class StreamRules
{
    /// <summary>Files that lead to standard input.</summary>
    private static readonly string[] InputFiles = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

    /// <summary>Refuses a line that would read standard input twice, or have a person see or type an archive.</summary>
    /// <param name="parsed">The line.</param>
    /// <param name="values">Its values that may be streams.</param>
    /// <param name="host">The host.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void Require(ParseResult parsed, IReadOnlyCollection<StreamedValue> values, CommandLineHost host)
    {
        var inputs = values.Where(v => v is { IsStream: true, IsOutput: false }).Select(v => v.Name).ToArray();
        if (inputs is [var input, ..])
        {
            if (inputs.Concat(OtherReaders(parsed)).Skip(1).FirstOrDefault() is { } other)
                throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"Standard input can be read once, and both {input} and {other} are to be read from it.",
                    "Name a file for one of them.");
            if (host.InputIsTerminal)
                throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"{input} is to be read from standard input, and that is a terminal.",
                    "Pipe an archive in (docker save app:v1 | diffah ...), redirect a file (< app.tar), or name the "
                        + "file.");
        }
        if (values.FirstOrDefault(v => v is { IsStream: true, IsOutput: true }) is { } output && host.OutputIsTerminal)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{output.Name} is to go to standard output, and that is a terminal.",
                "Pipe it into a program (diffah ... | docker load), redirect it (> app.tar), or name a file.");
    }

    private static IEnumerable<string> OtherReaders(ParseResult parsed) => parsed.CommandResult.Children
        .Where(child => child.Tokens.Any(t => InputFiles.Contains(t.Value)) || child is OptionResult option
            && option.Option.Name.EndsWith(Passphrase.OptionSuffix, StringComparison.Ordinal)
            && option is { Implicit: false } && option.GetValueOrDefault<bool>())
        .Select(child => child is OptionResult option ? option.Option.Name : ((ArgumentResult)child).Argument.Name);
}
