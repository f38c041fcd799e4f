using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Packages.Versions;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>The versions of an image in a registry, by their tags.</summary>
internal static class PolicyVersions
{
    /// <summary>The most versions before the image that a policy is asked about.</summary>
    public const int Maximum = 1000;

    /// <summary>The tag of the new version.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="DiffahException">InvalidArgument: it is in no registry, or has no tag.</exception>
    public static string TagOf(ImageReference image)
    {
        var location = PublishedPlace.Require(image).Location;
        return !location.Contains('@', StringComparison.Ordinal) && ImageName.SplitTag(location).Tag is { } tag
            ? tag
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{image}' has no tag, and a policy goes by the order of versions.",
                "Write docker://HOST/REPOSITORY:TAG, without a digest.");
    }

    /// <summary>The image of another tag in the same repository.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tag">The tag.</param>
    public static ImageReference At(ImageReference image, string tag) =>
        ImageReference.Parse($"{image.Transport}:{ImageName.SplitTag(image.Location).Before}:{tag}");

    /// <summary>Refuses tags that can't be the versions before an image, in their order.</summary>
    /// <param name="image">The image.</param>
    /// <param name="previous">The tags.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void Check(ImageReference image, ImmutableArray<string> previous)
    {
        if (previous.FirstOrDefault(t => !ImageName.IsTag(t)) is { } wrong)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"'{Printable.Line(wrong)}' is not a tag.",
                "Name versions by their tags in the image's repository, such as v1.");
        if (previous.Append(TagOf(image)).GroupBy(t => t, StringComparer.Ordinal)
            .FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"The version {twice.Key} was named twice.",
                "Name each version before the image once, the oldest first.");
        if (previous.Length > Maximum)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"{previous.Length} versions were named, and a policy looks at {Maximum} at the most.",
                "Name the newest of them.");
    }

    /// <summary>
    /// Picks the tags that are versions before the image's, the oldest first: those that are written as the image's
    /// is, in numbers, and as many of them. Others may be names that move, or variants of the image.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="tags">All tags of the repository.</param>
    /// <exception cref="DiffahException">InvalidArgument: the image's tag is no version in numbers, no tag is an
    /// earlier one, or two are the same version.</exception>
    public static ImmutableArray<string> Before(ImageReference image, IEnumerable<string> tags)
    {
        var newest = TagOf(image);
        var shape = ShapeOf(newest) ?? throw Unordered($"The tag '{newest}' is no version in numbers");
        var earlier = tags.Where(t => ShapeOf(t) == shape && Compare(t, newest) <= 0 && t != newest)
            .Order(Comparer<string>.Create(Compare)).ToArray();
        var same = earlier.Append(newest).Zip(earlier.Append(newest).Skip(1))
            .FirstOrDefault(p => Compare(p.First, p.Second) == 0);
        if (same.First is not null)
            throw Unordered($"The tags '{same.First}' and '{same.Second}' are the same version");
        return earlier.Length > 0
            ? [.. earlier.TakeLast(Maximum)]
            : throw Unordered($"No tag of the repository is an earlier version than '{newest}'");
    }

    /// <summary>Says how a version of numbers is written; null for a tag that is none.</summary>
    private static (bool HasLetter, int Numbers)? ShapeOf(string tag)
    {
        var numbers = (tag.StartsWith('v') ? tag[1..] : tag).Split('.');
        return numbers.All(n => DigitRuns.IsNumber(n)) ? (tag.StartsWith('v'), numbers.Length) : null;
    }

    private static int Compare(string? one, string? other) => SemanticVersion.Compare(one!, other!)!.Value;

    private static DiffahException Unordered(string why) => new(DiffahErrors.InvalidArgument,
        $"{why}, so the order of versions is not known.",
        "Name the versions before the image with Previous (--previous), the oldest first.");
}
