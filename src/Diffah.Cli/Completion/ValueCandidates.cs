using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Engine.Images;

namespace Diffah.Cli.Completion;

/// <summary>What may stand in the place of an argument or of an option's value.</summary>
internal static class ValueCandidates
{
    private static readonly Candidate[] Transports =
        [.. TransportTraits.Implemented.Select(t => new Candidate(t.Prefix, t.Summary))];

    // The platforms that images are mostly built for; any other can be typed.
    private static readonly Candidate[] Platforms =
    [
        new("linux/386"), new("linux/amd64"), new("linux/arm/v6"), new("linux/arm/v7"), new("linux/arm64"),
        new("linux/ppc64le"), new("linux/riscv64"), new("linux/s390x"),
    ];

    /// <summary>The values that fit, in order.</summary>
    /// <param name="symbol">The argument or option.</param>
    /// <param name="word">What is typed of the value.</param>
    /// <param name="parsed">The line with an empty word in the value's place.</param>
    /// <param name="host">The host.</param>
    public static IEnumerable<Candidate> Find(
        Symbol symbol, string word, ParseResult parsed, CommandLineHost host) => symbol switch
        {
            ImageArgument or Option { HelpName: ValuePlaceholders.Image } => References(word, host),
            PathArgument or Option { HelpName: ValuePlaceholders.File or ValuePlaceholders.Key } =>
                PathCandidates.Find(word, foldersOnly: false, host),
            Option { HelpName: ValuePlaceholders.Folder } => PathCandidates.Find(word, foldersOnly: true, host),
            Option { HelpName: ValuePlaceholders.Platform } => Platforms,
            _ => symbol.GetCompletions(parsed.GetCompletionContext()).Select(item => new Candidate(item.Label)),
        };

    private static IEnumerable<Candidate> References(string word, CommandLineHost host)
    {
        if (TransportTraits.Begun(word) is not { } transport)
            return Transports;
        return transport.HasPath
            ? PathCandidates.Find(word[transport.Prefix.Length..], transport.IsFolder, host)
                .Select(path => new Candidate(transport.Prefix + path.Text))
            : [];
    }
}
