using System.Globalization;
using Diffah.Engine.Oci;

namespace Diffah.Bench;

/// <summary>What to measure, and with what.</summary>
internal sealed record BenchOptions(
    string Diffah, string? Fixtures, int[] GeneratedMebibytes, int[] RegistryMebibytes, int[] CodecMebibytes,
    string WorkFolder, int Level, string[] DiffOptions)
{
    /// <summary>A pair given by references, alone; null for none.</summary>
    public ImagePair? Pair { get; init; }

    /// <summary>Versions of the archive's format that diffah makes, a row each.</summary>
    public string[] FormatVersions { get; init; } = [];

    /// <summary>The zstd tool's level.</summary>
    public int ToolLevel { get; init; }

    /// <summary>A tool that takes more memory is left out, in bytes.</summary>
    public long MostMemory { get; init; }

    public const string Usage = """
        Measures diff and apply next to zstd --patch-from, xdelta3 and bsdiff, in one run. These get the changed layers
        as they are stored and, where they are compressed, decompressed, each with the baseline's layer at the same
        place, or with all of them where the images have different numbers of layers. What they rebuild is compared.
        A tool that is not installed, or that takes too much memory, is named and left out.

          dotnet run -c Release --project bench -- [options]
          dotnet run -c Release --project bench -- --streams target.tar source.tar …   (streams of one layer's patch)
          dotnet run -c Release --project bench -- --compare REFERENCE DIFFERENCE   (next to diff -r of folders)
          dotnet run -c Release --project bench -- --scale                 (a year of a fleet, simulated)
          dotnet run -c Release --project bench -- --merge IMAGE IMAGE IMAGE…   (next to diff from the first to the last)

          dotnet run -c Release --project bench -- --chain IMAGE IMAGE IMAGE…   (a chain next to one delta)
          dotnet run -c Release --project bench -- --diff-pull IMAGE IMAGE…   (by name from a registry, next to skopeo)

          --baseline REF     a pair of your own, as TRANSPORT:PATH (docker-archive:/a/v1.tar, oci-archive:…),
          --target REF       in place of fixtures, generated pairs and registry
          --platform P       of the pair, as linux/arm64       (linux/amd64)
          --formats LIST     versions of the format, a row each  (2,1)
          --tool-level N     the zstd tool's level             (the level of --level)
          --most-memory GIB  leaves out tools that take more   (12; bsdiff takes 17 times the old layer)
          --diffah FILE      the command line to measure       (out/bin/diffah)
          --fixtures DIR     where web/web-v1.docker.tar lies  (../shared/fixtures; left out where it is missing)
          --generated LIST   sizes of generated pairs, MiB     (160)
          --registry LIST    sizes of copies to and from a registry, MiB  (256)
          --codec LIST       sizes of single patches, the built-in zstd next to the tool, MiB  (none)
          --work DIR         where large files go              (the system's temporary folder)
          --level N          zstd level for diffah and zstd    (22)
          --diff-options "…" more options for diffah diff      (none: the defaults)
        """;

    public static BenchOptions? Parse(string[] args)
    {
        if (args.Length % 2 != 0)
            return null;
        var given = args.Chunk(2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        string[] known =
            ["--baseline", "--target", "--platform", "--formats", "--tool-level", "--most-memory", "--diffah",
                "--fixtures", "--generated", "--registry", "--codec", "--work", "--level", "--diff-options"];
        if (given.Keys.Except(known).Any() || given.ContainsKey("--baseline") != given.ContainsKey("--target"))
            return null;
        var fixtures = Path.GetFullPath(given.GetValueOrDefault("--fixtures", "../shared/fixtures"));
        var isPair = given.ContainsKey("--target");
        var level = given.GetValueOrDefault("--level", "22");
        return new BenchOptions(
            Path.GetFullPath(given.GetValueOrDefault("--diffah", "out/bin/diffah")),
            Directory.Exists(fixtures) ? fixtures : null,
            Sizes(given.GetValueOrDefault("--generated", "160")),
            Sizes(given.GetValueOrDefault("--registry", isPair ? "" : "256")),
            Sizes(given.GetValueOrDefault("--codec", "")),
            Path.GetFullPath(given.GetValueOrDefault("--work", Path.GetTempPath())),
            Number(level),
            given.GetValueOrDefault("--diff-options", "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Pair = isPair ? PairOf(given) : null,
            FormatVersions = given.GetValueOrDefault("--formats", "2,1").Split(','),
            ToolLevel = Number(given.GetValueOrDefault("--tool-level", level)),
            MostMemory = (long)Number(given.GetValueOrDefault("--most-memory", "12")) << 30,
        };
    }

    private static ImagePair PairOf(Dictionary<string, string> given) =>
        new(Path.GetFileName(given["--target"]), given["--baseline"], given["--target"])
        {
            Platform = Platform.Parse(given.GetValueOrDefault("--platform", Platform.Default.ToString())),
        };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int[] Sizes(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(Number)];
}
