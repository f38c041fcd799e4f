using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Tar;

/// <summary>
/// Names inside an archive. Its root is where names begin, with or without a slash, and nothing is above it.
/// </summary>
internal static class TarPath
{
    private const int MaximumLength = 4096;

    /// <summary>
    /// The canonical form of a name: no empty or <c>.</c> segments, <c>..</c> resolved; null where it climbs above the
    /// root or is no name.
    /// </summary>
    /// <param name="name">The name as found.</param>
    public static string? TryNormalize(string name) => Join([], name);

    /// <summary>The canonical form of a name that a document of the archive refers to.</summary>
    /// <param name="name">The name as found.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static string Normalize(string name) => TryNormalize(name) ?? throw Refused(name);

    /// <summary>
    /// The canonical name that a symbolic link leads to: from the link's own folder, or from the root.
    /// </summary>
    /// <param name="link">The link's own canonical name.</param>
    /// <param name="target">What the link holds.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static string Follow(string link, string target) =>
        Join(target.StartsWith('/') ? [] : link.Split('/')[..^1], target) ?? throw Refused(target);

    private static string? Join(IEnumerable<string> folder, string name)
    {
        if (name.Length is 0 or > MaximumLength || name.Contains('\0', StringComparison.Ordinal))
            return null;
        var path = folder.ToList();
        foreach (var segment in name.Split('/').Where(s => s is not ("" or ".")))
        {
            if (segment != "..")
                path.Add(segment);
            else if (path.Count > 0)
                path.RemoveAt(path.Count - 1);
            else
                return null;
        }
        return path.Count > 0 ? string.Join('/', path) : null;
    }

    private static DiffahException Refused(string name) => new(
        DiffahErrors.InvalidImage,
        $"The name '{ShortText.Cut(name, 80)}' would lead out of its archive, or is no name.",
        "Do not use this file: it is damaged or was made to do harm. Get it again from its source.");
}
