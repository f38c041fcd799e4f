using System.Formats.Tar;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

/// <summary>Tars that real writers make of a folder with names and links of all kinds.</summary>
internal static class RealTars
{
    private const string Python = """
        import sys, tarfile
        formats = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT, "ustar": tarfile.USTAR_FORMAT}
        with tarfile.open(sys.argv[2], "w", format=formats[sys.argv[1]]) as tar:
            tar.add(sys.argv[3], arcname=".")
        """;

    /// <summary>Writes a tar with GNU tar in one of its formats.</summary>
    public static async Task<string> GnuAsync(TemporaryFolder folder, string format, int seed = 1)
    {
        var tree = Tree(folder, seed, hasLongNames: format is "gnu" or "pax" or "oldgnu");
        var path = folder[$"gnu-{format}-{seed}.tar"];
        await ExternalTool.RunAsync("tar", "--sort=name", "-H", format, "-cf", path, "-C", tree, ".");
        return path;
    }

    /// <summary>Writes a tar with Python's tarfile in one of its formats.</summary>
    public static async Task<string> PythonAsync(TemporaryFolder folder, string format, int seed = 1)
    {
        var tree = Tree(folder, seed, hasLongNames: format != "ustar");
        var path = folder[$"python-{format}-{seed}.tar"];
        await ExternalTool.RunAsync("python3", "-c", Python, format, path, tree);
        return path;
    }

    /// <summary>Writes a tar with .NET in one of its formats.</summary>
    public static async Task<string> DotnetAsync(TemporaryFolder folder, TarEntryFormat format, int seed = 1)
    {
        var tree = Tree(folder, seed, hasLongNames: format is TarEntryFormat.Gnu or TarEntryFormat.Pax);
        var path = folder[$"dotnet-{format}-{seed}.tar"];
        await using var file = File.Create(path);
        await using var writer = new TarWriter(file, format);
        foreach (var entry in Directory.EnumerateFileSystemEntries(tree, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
            await writer.WriteEntryAsync(entry, Path.GetRelativePath(tree, entry));
        return path;
    }

    // The same names for each seed, but for a version, and with other times and contents.
    private static string Tree(TemporaryFolder folder, int seed, bool hasLongNames)
    {
        var root = folder[$"tree-{seed}-{hasLongNames}"];
        if (Directory.Exists(root))
            return root;
        var random = new Random(seed);
        var (deep, far) = hasLongNames ? (new string('n', 120), new string('f', 130)) : ("n", "f");
        string[] names = ["a.txt", "lib/python3.1" + seed + "/os.py", "lib/python3.1" + seed + "/re.py", "päth/ü.txt",
            $"deep/{deep}/x", $"{new string('p', 40)}/{new string('q', 40)}/r", "empty"];
        foreach (var name in names)
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var content = new byte[name == "empty" ? 0 : random.Next(1, 3000)];
            random.NextBytes(content);
            File.WriteAllBytes(path, content);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_700_000_000 + random.Next(1000)));
        }
        File.CreateSymbolicLink(Path.Combine(root, "link"), far);
        return root;
    }
}
