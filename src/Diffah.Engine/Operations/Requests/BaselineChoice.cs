using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Requests;

/// <summary>Finds which baseline is meant for which image of an archive.</summary>
internal static class BaselineChoice
{
    /// <summary>Refuses baselines that are given in two ways, and paths that are not absolute.</summary>
    /// <param name="only">The baseline of an archive of one image, or null.</param>
    /// <param name="named">Baselines by the images' names.</param>
    /// <param name="others">Images beside the baselines.</param>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    public static void Check(
        ImageReference? only, ImmutableSortedDictionary<string, ImageReference> named,
        ImmutableArray<ImageReference> others)
    {
        foreach (var reference in named.Values.Concat(others))
            RequestGuard.AbsolutePath(reference);
        if (!others.IsEmpty && only is null && named.IsEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "AdditionalBaseline (--additional-baseline) is given, and no baseline that it would be additional to.",
                "Give the first image as Baseline (--baseline).");
        if (only is null)
            return;
        RequestGuard.AbsolutePath(only);
        if (!named.IsEmpty)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                "A baseline is given both for the only image and by names.", "Give one or the other.");
    }

    /// <summary>The baselines by the images' names.</summary>
    /// <param name="only">The baseline of an archive of one image, or null.</param>
    /// <param name="named">Baselines by the images' names.</param>
    /// <param name="archive">What the archive says.</param>
    /// <exception cref="DiffahException">ImageNotFound: a name the archive does not have. InvalidArgument: one baseline
    /// for many images.</exception>
    public static ImmutableSortedDictionary<string, ImageReference> ByName(
        ImageReference? only, ImmutableSortedDictionary<string, ImageReference> named,
        ArchiveManifest archive)
    {
        var images = archive.Images;
        var names = images.Select(i => i.Name).ToArray();
        var listed = ImageNames.Listing(images);
        if (named.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw new DiffahException(DiffahErrors.ImageNotFound,
                $"The archive has no image '{ImageNames.Shown(unknown)}'. It has: {listed}.",
                "Give baselines by the listed names.");
        if (only is null)
            return named;
        // One baseline index is for all images of the one index.
        var isForAll = archive.Indexes is [var index] && index.Images.Length == images.Length;
        return names.Length == 1 || isForAll
            ? named.AddRange(names.Select(name => KeyValuePair.Create(name, only)))
            : throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The archive is a bundle of {names.Length} images: {listed}.", "Give baselines by the listed names.");
    }
}
