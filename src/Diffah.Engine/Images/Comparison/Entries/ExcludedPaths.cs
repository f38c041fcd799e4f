using System.Text;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.Comparison.Entries;

/// <summary>Paths that a comparison passes over.</summary>
internal sealed class ExcludedPaths
{
    private const int MaximumLength = 4096;

    private readonly Regex[] _patterns;

    private ExcludedPaths(Regex[] patterns) => _patterns = patterns;

    /// <summary>Reads patterns.</summary>
    /// <param name="globs">
    /// Paths with or without a slash before them: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> crosses
    /// folders. A folder stands for all that is in it.
    /// </param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static ExcludedPaths Parse(IEnumerable<string> globs) => new([.. globs.Select(Pattern)]);

    /// <summary>Whether a path is passed over; that of a whiteout is where the path is that it takes away.</summary>
    /// <param name="path">A canonical path.</param>
    public bool Contains(string path) =>
        _patterns.Length > 0 && (IsMatch(path) || (Hidden(path) is { } hidden && IsMatch(hidden)));

    private bool IsMatch(string path) => Array.Exists(_patterns, p => p.IsMatch(path));

    private static string? Hidden(string path)
    {
        var name = EntryPath.NameOf(path);
        if (!name.StartsWith(EntryPath.WhiteoutPrefix, StringComparison.Ordinal))
            return null;
        return name.StartsWith(EntryPath.MetadataPrefix, StringComparison.Ordinal)
            ? EntryPath.FolderOf(path)
            : EntryPath.Join(EntryPath.FolderOf(path), name[EntryPath.WhiteoutPrefix.Length..]);
    }

    private static Regex Pattern(string glob)
    {
        var segments = (glob ?? "").Split('/').Where(s => s is not ("" or ".")).ToArray();
        if (segments.Length == 0 || glob!.Length > MaximumLength || segments.Contains("..")
            || glob.Contains("***", StringComparison.Ordinal) || glob.Contains('\0', StringComparison.Ordinal))
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{Printable.Line(ShortText.Cut(glob, 100))}' is no pattern for paths.",
                "Write a path of the image, for example var/cache or **/*.pyc: * and ? stand for names or letters "
                    + "within a folder, ** for any number of folders.");
        // What can't backtrack takes time by the length of the path alone.
        return new Regex(Translate(string.Join('/', segments)),
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static string Translate(string glob)
    {
        var pattern = new StringBuilder(@"\A(?:");
        for (var i = 0; i < glob.Length; i++)
        {
            var rest = glob.AsSpan(i);
            var isFirst = i == 0 || glob[i - 1] == '/';
            if (isFirst && rest.StartsWith("**/"))
            {
                pattern.Append("(?:.*/)?");
                i += 2;
            }
            else if (rest.StartsWith("**"))
            {
                pattern.Append(".*");
                i++;
            }
            else
            {
                pattern.Append(glob[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    var c => Regex.Escape(c.ToString()),
                });
            }
        }
        return pattern.Append(@")(?:/.*)?\z").ToString();
    }
}
