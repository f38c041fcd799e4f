using System.Globalization;

namespace Diffah.Bench;

/// <summary>What to measure, and with what.</summary>
internal sealed record BenchOptions(
    string Diffah, string? Fixtures, int[] GeneratedMebibytes, int[] RegistryMebibytes, int[] CodecMebibytes,
    string WorkFolder, int Level, string[] DiffOptions)
{
    public const string Usage = """
        Measures diff and apply next to zstd --patch-from and xdelta3, in one run.

          dotnet run -c Release --project bench -- [options]

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
            ["--diffah", "--fixtures", "--generated", "--registry", "--codec", "--work", "--level", "--diff-options"];
        if (given.Keys.Except(known).Any())
            return null;
        var fixtures = Path.GetFullPath(given.GetValueOrDefault("--fixtures", "../shared/fixtures"));
        return new BenchOptions(
            Path.GetFullPath(given.GetValueOrDefault("--diffah", "out/bin/diffah")),
            Directory.Exists(fixtures) ? fixtures : null,
            Sizes(given.GetValueOrDefault("--generated", "160")),
            Sizes(given.GetValueOrDefault("--registry", "256")),
            Sizes(given.GetValueOrDefault("--codec", "")),
            Path.GetFullPath(given.GetValueOrDefault("--work", Path.GetTempPath())),
            int.Parse(given.GetValueOrDefault("--level", "22"), CultureInfo.InvariantCulture),
            given.GetValueOrDefault("--diff-options", "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static int[] Sizes(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
}
