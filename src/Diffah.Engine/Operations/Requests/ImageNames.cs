using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Requests;

/// <summary>
/// The names of images in archives that are written: lower-case letters, digits, <c>_</c> and <c>-</c>.
/// </summary>
internal static partial class ImageNames
{
    public const string Rule =
        "a name is lower-case letters, digits, _ and -, begins with a letter or digit, and has at most 255 characters";

    private const int MaximumLength = 255;

    public static bool IsAllowed(string name) => name.Length <= MaximumLength && Form().IsMatch(name);

    /// <exception cref="DiffahException">InvalidArgument: a name that is not allowed, one that is there twice, or more
    /// names than an archive may hold.</exception>
    public static void RequireUnique(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!IsAllowed(name))
                throw new DiffahException(
                    DiffahErrors.InvalidArgument, $"'{Shown(name)}' is no name for an image: {Rule}.");
            if (!seen.Add(name))
                throw new DiffahException(DiffahErrors.InvalidArgument, $"The name '{name}' is given to two images.",
                    "Give each image of the bundle a name of its own.");
            if (seen.Count > ArchiveManifest.MaximumImages)
                throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"A bundle holds at most {ArchiveManifest.MaximumImages} images.", "Make several bundles.");
        }
    }

    /// <summary>A name as far as it fits into a message.</summary>
    public static string Shown(string name) => ShortText.Cut(name, 80);

    /// <summary>The names of an archive's images, as far as they fit into a message.</summary>
    public static string Listing(ImmutableArray<ArchiveImage> images) =>
        ShortText.List([.. images.Select(i => i.Name)]);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
