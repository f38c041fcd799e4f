namespace Diffah.Bench;

/// <summary>Which encoders, levels and contents to measure.</summary>
/// <param name="Inputs">Contents to compress.</param>
/// <param name="Streams">Gzip streams that are there, by name.</param>
/// <param name="Encoders">Commands, by name.</param>
/// <param name="Tools">Which of the tools on PATH; null for all.</param>
/// <param name="Levels">What takes the place of {level} in a command.</param>
/// <param name="WorkFolder">Where streams go.</param>
/// <param name="IsApart">Each step in a process of its own.</param>
/// <param name="HasYardsticks">Next to each row, how fast gzip and Go compress the same content.</param>
internal sealed record GzipOptions(
    IReadOnlyList<GzipContent> Inputs, IReadOnlyList<(string Name, string File)> Streams,
    IReadOnlyList<(string Name, string Command)> Encoders, string[]? Tools, string[] Levels, string WorkFolder,
    bool IsApart, bool HasYardsticks)
{
    public const string Usage = """
        Measures recipes of gzip streams: encoder × level × content.

          dotnet run -c Release --project bench -- --gzip [options]

          --input NAME=FILE       a content, which each encoder compresses; as many as you like
          --generate NAME=KIND:BYTES  a content that is made while it is read, and never stored; as many as you like.
                                  KIND is layer, random or zeros
          --stream NAME=FILE      a gzip file that is there; as many as you like
          --encoder NAME=COMMAND  reads a content, writes gzip (or zlib) to its output; {level} stands for the level
          --tools LIST            which of those on PATH: gzip,pigz,zlib,java,dotnet,go,libdeflate,zopfli
                                  or all or none  (all)
          --levels LIST           what {level} stands for, one after the other  (1,2,3,4,5,6,7,8,9)
          --apart BOOL            each step in a process of its own, so that memory can be told: slower  (true)
          --beside BOOL           next to each row, how fast gzip -6 and Go -6 compress the same content  (true)
          --work DIR              where streams go  (the system's temporary folder)
        """;

    public static GzipOptions? Parse(string[] args)
    {
        if (args.Length % 2 != 0)
            return null;
        var given = args.Chunk(2).ToLookup(p => p[0], p => p[1], StringComparer.Ordinal);
        string[] known =
        [
            "--input", "--generate", "--stream", "--encoder", "--tools", "--levels", "--work", "--apart", "--beside",
        ];
        string[] named = ["--input", "--generate", "--stream", "--encoder"];
        if (given.Any(g => !known.Contains(g.Key))
            || named.SelectMany(n => given[n]).Any(v => !v.Contains('=', StringComparison.Ordinal)))
            return null;
        GzipContent[] generated = [.. given["--generate"].Select(Split).Select(p => new GzipContent(p.Name, p.Value))];
        if (generated.Any(g => GeneratedContent.LengthOf(g.Source) is null))
            return null;
        return new GzipOptions(
            [.. Files(given["--input"]).Select(f => new GzipContent(f.Name, f.File)), .. generated],
            Files(given["--stream"]), [.. given["--encoder"].Select(Split)],
            given["--tools"].LastOrDefault("all") switch { "all" => null, "none" => [], var list => List(list) },
            List(given["--levels"].LastOrDefault("1,2,3,4,5,6,7,8,9")),
            Path.GetFullPath(given["--work"].LastOrDefault(Path.GetTempPath())),
            bool.Parse(given["--apart"].LastOrDefault("true")),
            bool.Parse(given["--beside"].LastOrDefault("true")));
    }

    private static string[] List(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static (string Name, string File)[] Files(IEnumerable<string> values) =>
        [.. values.Select(Split).Select(p => (p.Name, Path.GetFullPath(p.Value)))];

    private static (string Name, string Value) Split(string value)
    {
        var at = value.IndexOf('=', StringComparison.Ordinal);
        return (value[..at], value[(at + 1)..]);
    }
}
