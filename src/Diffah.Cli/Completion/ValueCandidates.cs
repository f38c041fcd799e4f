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
            Option { HelpName: ValuePlaceholders.Classes } => Listed(word, Words(symbol, parsed)),
            _ => Words(symbol, parsed),
        };

    private static IEnumerable<Candidate> Words(Symbol symbol, ParseResult parsed) => symbol
        .GetCompletions(parsed.GetCompletionContext()).Select(item => new Candidate(item.Label, item.Documentation));

    // Words behind the commas that are typed; none is offered twice.
    private static IEnumerable<Candidate> Listed(string word, IEnumerable<Candidate> words)
    {
        var begun = word[..(word.LastIndexOf(',') + 1)];
        var given = begun.Split(',');
        return words.Where(w => !given.Contains(w.Text)).Select(w => w with { Text = begun + w.Text });
    }

    private static IEnumerable<Candidate> References(string word, CommandLineHost host)
    {
        if (TransportTraits.Begun(word) is not { } transport)
            return Transports;
        if (transport.Grammar == TransportGrammar.Image)
            return StoreCandidates.Find(transport, host);
        return transport.HasPath
            ? PathCandidates.Find(word[transport.Prefix.Length..], transport.IsFolder, host)
                .Select(path => new Candidate(transport.Prefix + path.Text))
            : [];
    }
}

/// <summary>One word that may stand where the user is typing.</summary>
/// <param name="Text">The whole word.</param>
/// <param name="Description">What it is, in one line; null where the word says all.</param>
internal sealed record Candidate(string Text, string? Description = null);

/// <summary>Files and folders that a path as far as it is typed may mean. A folder's name ends with a slash.</summary>
internal static class PathCandidates
{
    /// <summary>Finds what fits, in order; nothing where a folder can't be read.</summary>
    /// <param name="typed">The path as far as it is typed; <c>~/</c> is the user's home folder.</param>
    /// <param name="foldersOnly">Whether files are left out.</param>
    /// <param name="host">The host, whose current directory relative paths start from.</param>
    public static IEnumerable<Candidate> Find(string typed, bool foldersOnly, CommandLineHost host)
    {
        var nameStart = typed.LastIndexOf('/') + 1;
        var (folder, name) = (typed[..nameStart], typed[nameStart..]);
        return from entry in Read(folder, host)
               where entry.Name.StartsWith(name, StringComparison.Ordinal)
               // What begins with a dot is hidden until a dot is typed, as shells have it.
               where name.Length > 0 || entry.Name[0] != '.'
               // Of a link it is what the link leads to that counts.
               let isFolder = Directory.Exists(entry.FullName)
               where isFolder || !foldersOnly
               orderby entry.Name
               select new Candidate(folder + entry.Name + (isFolder ? "/" : ""));
    }

    private static IReadOnlyList<FileSystemInfo> Read(string folder, CommandLineHost host)
    {
        try
        {
            var directory = new DirectoryInfo(Expand(folder, host));
            // A candidate is a line, so a name with a line's end can't be one.
            return [.. directory.EnumerateFileSystemInfos().Where(e => !e.Name.Any(char.IsControl))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private static string Expand(string folder, CommandLineHost host)
    {
        if (folder.Length == 0)
            return host.CurrentDirectory;
        return folder.StartsWith("~/", StringComparison.Ordinal) && host.ReadVariable("HOME") is { Length: > 0 } home
            ? Path.Join(home, folder[1..])
            : host.Resolve(folder);
    }
}
