using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Content;

/// <summary>The one place that turns a name from an archive or a manifest into a path.</summary>
public static class ContainedPath
{
    /// <summary>
    /// The canonical form of a relative name: forward slashes, no empty or <c>.</c> segments. Names that are absolute,
    /// climb with <c>..</c>, or hold a NUL or a backslash are refused.
    /// </summary>
    /// <param name="name">The name as found.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static string Normalize(string name)
    {
        if (name.Length is 0 or > 4096 || name[0] == '/' || name.AsSpan().ContainsAny('\0', '\\'))
            throw Refused(name);
        var segments = name.Split('/').Where(s => s is not ("" or ".")).ToArray();
        return segments.Length > 0 && !segments.Contains("..") ? string.Join('/', segments) : throw Refused(name);
    }

    /// <summary>The absolute path of a relative name inside a folder.</summary>
    /// <param name="root">Absolute path of the folder.</param>
    /// <param name="name">The name as found.</param>
    /// <exception cref="DiffahException">InvalidImage.</exception>
    public static string Resolve(string root, string name) => Path.Combine(root, Normalize(name));

    private static DiffahException Refused(string name)
    {
        var shown = ShortText.Cut(name, 80);
        return new DiffahException(
            DiffahErrors.InvalidImage, $"The name '{shown}' would lead out of its folder, or is not a name.",
            "Do not use this file: it is damaged or was made to do harm. Get it again from its source.");
    }
}
