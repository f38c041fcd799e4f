using System.Globalization;
using System.IO.Compression;

namespace Diffah.Bench;

/// <summary>A command that reads a content and writes gzip or zlib; {level} stands for its level.</summary>
internal sealed record GzipTool(string Name, string Command)
{
    /// <summary>The command at each level; once where it has none.</summary>
    public IEnumerable<GzipTool> At(string[] levels) => Command.Contains("{level}", StringComparison.Ordinal)
        ? levels.Select(level => new GzipTool(
            $"{Name} -{level.TrimStart('-')}", Command.Replace("{level}", level, StringComparison.Ordinal)))
        : [this];
}

/// <summary>The encoders that are on this machine; small programs for those that are libraries.</summary>
internal static class GzipTools
{
    private const string Python = """
        import sys, zlib
        c = zlib.compressobj(int(sys.argv[1]), zlib.DEFLATED, 31, int(sys.argv[2]))
        while True:
            d = sys.stdin.buffer.read(1 << 20)
            sys.stdout.buffer.write(c.compress(d) if d else c.flush())
            if not d: break
        """;

    private const string Java = """
        import java.io.*;
        import java.util.zip.*;
        public class Compress {
            public static void main(String[] a) throws IOException {
                int level = Integer.parseInt(a[1]);
                OutputStream out = a[0].equals("gzip")
                    ? new GZIPOutputStream(System.out, 65536) {{ def.setLevel(level); }}
                    : new DeflaterOutputStream(System.out, new Deflater(level), 65536);
                System.in.transferTo(out);
                out.close();
                System.out.flush();
            }
        }
        """;

    private const string Go = """
        package main
        import ("compress/gzip"; "io"; "os"; "strconv")
        func main() {
            level, _ := strconv.Atoi(os.Args[1])
            w, err := gzip.NewWriterLevel(os.Stdout, level)
            if err == nil { _, err = io.Copy(w, os.Stdin) }
            if err == nil { err = w.Close() }
            if err != nil { panic(err) }
        }
        """;

    /// <summary>What there is, made ready.</summary>
    /// <param name="asked">Which; null for all.</param>
    /// <param name="work">Where programs are built.</param>
    public static async Task<List<GzipTool>> FindAsync(string[]? asked, TemporaryFolder work)
    {
        var tools = new List<GzipTool>();
        foreach (var (name, program, make) in Known)
            if (asked is null ? IsThere(program) : asked.Contains(name))
                tools.AddRange(await make(work));
        return tools;
    }

    /// <summary>What everybody compresses layers with, gzip and Go at level 6; null where it is not installed.
    /// </summary>
    public static async Task<IReadOnlyList<GzipTool?>> YardsticksAsync(TemporaryFolder work)
    {
        var gzip = IsThere("gzip") ? new GzipTool("gzip -6", "gzip -6") : null;
        var go = IsThere("go") ? (await GoAsync(work))[0].At(["6"]).Single() : null;
        return [gzip, go];
    }

    private static (string Name, string Program, Func<TemporaryFolder, Task<GzipTool[]>> Make)[] Known =>
    [
        ("gzip", "gzip", Plain(
            new("gzip", "gzip -{level}"), new("gzip -n", "gzip -n -{level}"),
            new("gzip --rsyncable", "gzip --rsyncable -{level}"))),
        ("pigz", "pigz", Plain(
            new("pigz", "pigz -{level}"), new("pigz -p 1", "pigz -p 1 -{level}"), new("pigz -i", "pigz -i -{level}"))),
        ("zlib", "python3", PythonAsync),
        ("java", "javac", JavaAsync),
        ("dotnet", "dotnet", Plain(
            new("GZipStream", $"{Self} {GzipStep.Verb} gzip {{level}}"),
            new("ZLibStream", $"{Self} {GzipStep.Verb} zlib {{level}}"))),
        ("go", "go", GoAsync),
        ("libdeflate", "libdeflate-gzip", Plain(new GzipTool("libdeflate", "libdeflate-gzip -{level}"))),
        ("zopfli", "zopfli", Plain(new GzipTool("zopfli", "zopfli -c /dev/stdin"))),
    ];

    private static string Self => string.Join(' ', Measured.Self.Select(part => $"'{part}'"));

    private static Func<TemporaryFolder, Task<GzipTool[]>> Plain(params GzipTool[] tools) =>
        _ => Task.FromResult(tools);

    private static async Task<GzipTool[]> PythonAsync(TemporaryFolder work)
    {
        await File.WriteAllTextAsync(work["compress.py"], Python);
        return [new("zlib (Python)", $"python3 '{work["compress.py"]}' {{level}} 8"),
            new("zlib (Python), memLevel 9", $"python3 '{work["compress.py"]}' {{level}} 9")];
    }

    private static async Task<GzipTool[]> JavaAsync(TemporaryFolder work)
    {
        await File.WriteAllTextAsync(work["Compress.java"], Java);
        await Measured.RunAsync(null, "javac", "-d", work["java"], work["Compress.java"]);
        var start = $"java -cp '{work["java"]}' Compress";
        return [new("GZIPOutputStream", $"{start} gzip {{level}}"),
            new("DeflaterOutputStream", $"{start} zlib {{level}}")];
    }

    private static async Task<GzipTool[]> GoAsync(TemporaryFolder work)
    {
        await File.WriteAllTextAsync(work["compress.go"], Go);
        await Measured.RunAsync(null, "go", "build", "-o", work["compress-go"], work["compress.go"]);
        return [new("Go on PATH", $"'{work["compress-go"]}' {{level}}")];
    }

    private static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>.NET's own encoders, from the input to the output.</summary>
    public static void Compress(string kind, string level)
    {
        var options = new ZLibCompressionOptions
        {
            CompressionLevel = int.Parse(level, CultureInfo.InvariantCulture),
        };
        using var output = Console.OpenStandardOutput();
        using Stream encoder = kind == "zlib" ? new ZLibStream(output, options) : new GZipStream(output, options);
        using var input = Console.OpenStandardInput();
        input.CopyTo(encoder);
    }
}
