using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>Paths of entries, however tars write them.</summary>
internal static class EntryPath
{
    /// <summary>What stands for the root.</summary>
    public const string Root = ".";

    /// <summary>What begins the name of an entry that takes files of lower layers away (OCI image spec,
    /// layer.md).</summary>
    public const string WhiteoutPrefix = ".wh.";

    /// <summary>What begins the names of entries that are no files: AUFS had some of its own.</summary>
    public const string MetadataPrefix = ".wh..wh.";

    /// <summary>The name of an entry that takes all away that lower layers have in its folder.</summary>
    public const string OpaqueMark = ".wh..wh..opq";

    /// <summary>
    /// The canonical form: no slash before or behind it, no <c>.</c> in it, and no <c>..</c> but in one that climbs
    /// above the root, which is left as it is.
    /// </summary>
    /// <param name="name">The name as found.</param>
    public static string Of(string name) => IsPlain(name) ? name : TarPath.TryNormalize(name) ?? Segments(name);

    /// <summary>The folder of a path; the root's for one without a slash.</summary>
    /// <param name="path">A canonical path.</param>
    public static string FolderOf(string path) =>
        path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : Root;

    /// <summary>The last part of a path.</summary>
    /// <param name="path">A canonical path.</param>
    public static ReadOnlySpan<char> NameOf(string path) => path.AsSpan(path.LastIndexOf('/') + 1);

    /// <summary>The path in a folder.</summary>
    /// <param name="folder">A canonical path.</param>
    /// <param name="name">The name there.</param>
    public static string Join(string folder, ReadOnlySpan<char> name) =>
        folder == Root ? name.ToString() : $"{folder}/{name}";

    // Most are, but for a slash behind folders.
    private static bool IsPlain(string name) =>
        name.Length > 0 && name[0] is not ('/' or '.') && name[^1] is not ('/' or '.')
        && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("/.", StringComparison.Ordinal);

    private static string Segments(string name)
    {
        var path = string.Join('/', name.Split('/').Where(s => s is not ("" or ".")));
        return path.Length == 0 ? Root : path;
    }
}
