using System.Globalization;
using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.Comparison.Reporting;

/// <summary>The name of a file in a report's tree: its platform, its layer, and its path in the image.</summary>
internal sealed class ReportName
{
    // Bytes that every file system holds of a name, and that the system takes of a path. What it takes beyond is for
    // the folder that the report lies in.
    private const int LongestName = 255;
    private const int LongestPath = 3072;

    private readonly string? _name;

    /// <summary>Makes the name.</summary>
    /// <param name="difference">A difference of a file.</param>
    public ReportName(ImageDifference difference)
    {
        // Linux has names with a backslash (units of systemd), which no path here may have.
        var path = (difference.Path ?? "").Replace("\\", "%5C", StringComparison.Ordinal);
        Refused = Refuse(path);
        if (Refused is null)
            _name = ContainedPath.Normalize($"{Folder(difference)}/{path}");
    }

    /// <summary>Why no file can have the name, a word of <see cref="NotWritten"/>; null where one can.</summary>
    public string? Refused { get; }

    /// <summary>The canonical name; not to be asked for where it is refused.</summary>
    public string Normalized => _name ?? throw new InvalidOperationException("The name was refused.");

    private static string Folder(ImageDifference difference)
    {
        var layer = difference.Layer is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"layer-{number}")
            : "files";
        return difference.Platform is { } platform ? $"{PlatformFolder(platform)}/{layer}" : layer;
    }

    // A platform is what somebody wrote into an index.
    private static string PlatformFolder(string platform)
    {
        var name = string.Concat(platform.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));
        return ShortText.Cut(name.Trim('.'), 100) is { Length: > 0 } cut ? cut : "unknown";
    }

    // Of the path alone: behind a folder, an absolute one would look like any other.
    private static string? Refuse(string path)
    {
        try
        {
            if (Encoding.UTF8.GetByteCount(path) > LongestPath
                || path.Split('/').Any(segment => Encoding.UTF8.GetByteCount(segment) > LongestName))
                return NotWritten.NameTooLong;
            ContainedPath.Normalize(path);
            return null;
        }
        catch (DiffahException)
        {
            return NotWritten.NameUnsafe;
        }
    }
}
