using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>Finds the images of an archive that a request means.</summary>
internal static class ImageChoice
{
    /// <summary>The image of a name; without one, the only image.</summary>
    /// <exception cref="DiffahException">AmbiguousImage, ImageNotFound.</exception>
    public static ArchiveImage One(RestoreSession session, string? name)
    {
        if (name is not null)
        {
            RequireKnown(session, [name]);
            return session.Images.Single(i => i.Name == name);
        }
        return session.Images is [var only]
            ? only
            : throw new DiffahException(DiffahErrors.AmbiguousImage,
                $"'{session.ArchivePath}' is a bundle of {session.Images.Length} images: "
                    + $"{ImageNames.Listing(session.Images)}.",
                "Name the image with Name (--name), or restore several, with their baselines and destinations by name: "
                    + "Restore-DiffahImage -BaselineSpec (diffah unbundle).");
    }

    /// <summary>The images to restore, in the archive's order, with what was given for each.</summary>
    /// <exception cref="DiffahException">ImageNotFound: a name the archive does not have. InvalidArgument: images with
    /// the same destination.</exception>
    public static ImmutableArray<AskedImage> Several(RestoreSession session, RestoreBundleRequest request)
    {
        RequireKnown(session, request.Names.Concat(request.Baselines.Keys).Concat(request.Destinations.Keys));
        var asked = session.Images
            .Where(i => (request.Names.IsEmpty || request.Names.Contains(i.Name)) && !request.Declined.Contains(i.Name))
            .Select(i => new AskedImage(
                i, request.Baselines.GetValueOrDefault(i.Name), request.Destinations.GetValueOrDefault(i.Name)))
            .ToImmutableArray();
        RequireOwnPlaces(asked);
        RequireOwnFiles(asked);
        return asked;
    }

    private static void RequireKnown(RestoreSession session, IEnumerable<string> names)
    {
        var unknown = names.Except(session.Images.Select(i => i.Name), StringComparer.Ordinal)
            .Select(n => $"'{ImageNames.Shown(n)}'").ToArray();
        if (unknown.Length > 0)
            throw new DiffahException(DiffahErrors.ImageNotFound,
                $"'{session.ArchivePath}' has no image "
                    + $"{ShortText.List(unknown, " and no image ")}. "
                    + $"It has: {ImageNames.Listing(session.Images)}.",
                "Use the names of the listed images.");
    }

    /// <summary>
    /// Only a layout holds several images, and tells them apart by their names; any other place takes one.
    /// </summary>
    private static void RequireOwnPlaces(ImmutableArray<AskedImage> asked)
    {
        foreach (var place in asked.Where(a => a.Destination is not null)
            .GroupBy(a => PlaceOf(a.Destination!), StringComparer.Ordinal))
        {
            var destinations = place.Select(a => a.Destination!).ToArray();
            var areApart = destinations.All(d => d is { Traits.HoldsSeveral: true, Name: not null })
                && destinations.DistinctBy(d => d.Name).Count() == destinations.Length;
            if (destinations.Length > 1 && !areApart)
                throw SamePlace([.. place]);
        }
    }

    /// <summary>Two paths can be names of one file.</summary>
    private static void RequireOwnFiles(ImmutableArray<AskedImage> asked)
    {
        var files = asked.Where(a => a.Destination is { IsFile: true, IsStandardStream: false })
            .Select(a => (Asked: a, Place: new FilePlace(a.Destination!.Path!))).Where(f => f.Place.Exists).ToArray();
        for (var i = 1; i < files.Length; i++)
        {
            if (files.Take(i).FirstOrDefault(f => f.Place.IsSameAs(files[i].Place)) is { Asked: { } same })
                throw SamePlace([same, files[i].Asked]);
        }
    }

    private static DiffahException SamePlace(IReadOnlyCollection<AskedImage> images) =>
        new(DiffahErrors.InvalidArgument,
            $"The images {ShortText.List([.. images.Select(a => a.Name)])} have the same destination: "
                + $"{ShortText.List([.. images.Select(a => $"{a.Destination}").Distinct()])}.",
            "Give each image a destination of its own; in an oci: layout, a name of its own.");

    /// <summary>
    /// The same for every way of writing it: links in a path, and in a registry short names and a tag that is implied.
    /// </summary>
    private static string PlaceOf(ImageReference reference) => reference is { IsFile: true, IsStandardStream: false }
        ? RealPath.Of(reference.Path)
        : reference.FullName?.ToString() ?? reference.ToString(); // what can't be read is its own image's problem
}

/// <summary>An image of an archive that is to be restored.</summary>
/// <param name="Entry">What the archive says of it.</param>
/// <param name="Baseline">Its baseline; null where none was given.</param>
/// <param name="Destination">Where it goes; null where nobody said.</param>
internal sealed record AskedImage(ArchiveImage Entry, ImageReference? Baseline, ImageReference? Destination)
{
    public string Name => Entry.Name;

    /// <summary>True where it is restored as a part of its index, which the destination is to hold.</summary>
    public bool IsPart { get; init; }

    /// <summary>What was not given for it; null where nothing is missing.</summary>
    public DiffahException? WhySkipped => (Baseline, Destination) switch
    {
        (null, null) => NotGiven("neither baseline nor destination is"),
        (null, _) => NotGiven("no baseline is"),
        (_, null) => NotGiven("no destination is"),
        _ => null,
    };

    private DiffahException NotGiven(string what) =>
        new(DiffahErrors.InvalidArgument, $"For image '{Name}' {what} given.",
            $"Give a baseline and a destination for '{Name}', or restore only the images that have both, "
                + "without strict mode.");
}
