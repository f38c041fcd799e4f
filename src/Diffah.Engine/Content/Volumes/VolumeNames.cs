using System.Globalization;

namespace Diffah.Engine.Content.Volumes;

/// <summary>
/// How the files of an archive in volumes are called: <c>NAME.001</c> to <c>NAME.999</c>, and <c>NAME.sha256</c>.
/// </summary>
internal static class VolumeNames
{
    /// <summary>How many volumes an archive has at the most.</summary>
    public const int Most = 999;

    /// <summary>What the path of the list of checksums has more than the archive's.</summary>
    public const string SumsSuffix = ".sha256";

    private const int SuffixLength = 4;

    /// <summary>Path of a volume.</summary>
    /// <param name="archive">Path of the archive without a number.</param>
    /// <param name="number">1 for the first.</param>
    public static string Of(string archive, int number) =>
        archive + number.ToString("'.'000", CultureInfo.InvariantCulture);

    /// <summary>Path of the list of checksums.</summary>
    /// <param name="archive">Path of the archive without a number.</param>
    public static string SumsOf(string archive) => archive + SumsSuffix;

    /// <summary>Tells the number of a volume by its name; what has none, is no volume.</summary>
    /// <param name="path">A path or name.</param>
    /// <param name="archive">The same without the number.</param>
    /// <param name="number">1 for the first.</param>
    public static bool TryParse(string path, out string archive, out int number)
    {
        (archive, number) = (path, 0);
        if (path.Length <= SuffixLength || path[^SuffixLength] != '.'
            || !int.TryParse(path.AsSpan(path.Length - SuffixLength + 1), NumberStyles.None,
                CultureInfo.InvariantCulture, out var found) || found == 0)
            return false;
        (archive, number) = (path[..^SuffixLength], found);
        return true;
    }

    /// <summary>Path of the file beside an archive that has a suffix: it belongs to all volumes.</summary>
    /// <param name="path">Path of the archive, or of its first volume.</param>
    /// <param name="suffix">With the dot.</param>
    public static string Beside(string path, string suffix) =>
        TryParse(path, out var archive, out var number) && number == 1 && !File.Exists(path + suffix)
            ? archive + suffix
            : path + suffix;

    /// <summary>All files of an archive: itself, or its volumes and the list of them.</summary>
    /// <param name="path">Absolute path of the archive, or of its first volume.</param>
    public static IEnumerable<string> FilesOf(string path) =>
        TryParse(path, out var archive, out var number) && number == 1
            ? [path, .. Existing(archive).Values.Where(p => p != path), SumsOf(archive)]
            : [path];

    /// <summary>The volumes that are there, by their numbers.</summary>
    /// <param name="archive">Absolute path of the archive without a number.</param>
    public static SortedDictionary<int, string> Existing(string archive)
    {
        var found = new SortedDictionary<int, string>();
        var folder = Path.GetDirectoryName(archive)!;
        if (!Directory.Exists(folder))
            return found;
        var name = Path.GetFileName(archive);
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (TryParse(Path.GetFileName(path), out var stem, out var number) && stem == name)
                found[number] = path;
        }
        return found;
    }
}
