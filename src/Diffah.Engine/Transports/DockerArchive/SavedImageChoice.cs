using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>Finds the image of a Docker archive that a reference means.</summary>
internal static class SavedImageChoice
{
    /// <summary>Picks by name, by index (<c>@N</c>), or the only one.</summary>
    /// <param name="images">What the archive holds.</param>
    /// <param name="reference">What is wanted.</param>
    /// <exception cref="DiffahException">ImageNotFound, AmbiguousImage, InvalidImage.</exception>
    public static SavedImage Choose(ImmutableArray<SavedImage> images, ImageReference reference)
    {
        if (images.IsEmpty)
            throw new DiffahException(
                DiffahErrors.InvalidImage, $"'{reference.Shown}' holds no image: its manifest.json lists none.");
        if (reference.Name is not { } name)
            return images.DistinctBy(i => i.Identity).Take(2).ToArray() is [var only]
                ? only
                : throw new DiffahException(DiffahErrors.AmbiguousImage,
                    $"{reference} means {images.Length} images. It has: {Listing(images)}.");
        var found = name.StartsWith('@') ? ByIndex(images, name) : ByName(images, name, reference);
        return found ?? throw new DiffahException(
            DiffahErrors.ImageNotFound, $"'{reference.Shown}' has no image '{name}'. It has: {Listing(images)}.");
    }

    /// <summary>The names that pick an image: its own, and its index where it has none.</summary>
    /// <param name="images">What the archive holds.</param>
    public static IReadOnlyList<string> NamesOf(ImmutableArray<SavedImage> images) =>
        [.. images.SelectMany((image, index) => image.RepoTags.IsEmpty
            ? [IndexName(index)]
            : image.RepoTags.Where(t => ImageName.Normalize(t) is not null))];

    private static SavedImage? ByIndex(ImmutableArray<SavedImage> images, string name) =>
        int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < images.Length ? images[index] : null;

    private static SavedImage? ByName(ImmutableArray<SavedImage> images, string name, ImageReference reference)
    {
        var wanted = ImageName.Normalize(name) ?? name;
        var found = Enumerable.Range(0, images.Length)
            .Where(i => images[i].RepoTags.Any(t => (ImageName.Normalize(t) ?? t) == wanted))
            .DistinctBy(i => images[i].Identity).ToArray();
        return found switch
        {
            [] => null,
            [var only] => images[only],
            _ => throw new DiffahException(DiffahErrors.AmbiguousImage,
                $"'{reference.Shown}' has {found.Length} different images named '{name}': "
                    + $"{ShortText.List([.. found.Select(IndexName)])}.",
                "Name the image by its place in the archive instead, for example @0."),
        };
    }

    private static string Listing(ImmutableArray<SavedImage> images) =>
        ShortText.List([.. images.SelectMany((image, index) =>
            image.RepoTags.IsEmpty ? [IndexName(index)] : image.RepoTags)]);

    private static string IndexName(int index) => string.Create(CultureInfo.InvariantCulture, $"@{index}");
}
