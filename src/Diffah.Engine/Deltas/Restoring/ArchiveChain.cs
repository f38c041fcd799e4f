using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>Archives of which each continues from images that the one before it makes.</summary>
internal static class ArchiveChain
{
    /// <summary>The most archives of one chain.</summary>
    public const int MaximumArchives = 100;

    /// <summary>
    /// Puts archives in the one order in which each continues from the one before it. Where their digests do not say
    /// it, they stay as they were given: from version 2 on contents decide.
    /// </summary>
    /// <param name="archives">The archives.</param>
    /// <param name="events">Told of another order.</param>
    public static ImmutableArray<ArchiveReader> Order(ImmutableArray<ArchiveReader> archives, EventSink events)
    {
        if (IsLinked(archives))
            return archives;
        if (Sorted(archives) is { } sorted)
        {
            events.Verbose("The archives follow each other in another order than they were given in: "
                + $"{ShortText.List([.. sorted.Select(a => a.Path)], ", then ")}.");
            return sorted;
        }
        return archives;
    }

    /// <summary>
    /// The images that lead to one, the first that is of use first. A bundle that has nothing for it is passed over.
    /// </summary>
    /// <param name="archives">The archives, in order.</param>
    /// <param name="image">An image of the last.</param>
    /// <param name="isGiven">True for an image whose own baseline is given: nothing before it is needed.</param>
    /// <exception cref="DiffahException">ChainBroken.</exception>
    public static ImmutableArray<(ArchiveReader Archive, ArchiveImage Image)> LinksTo(
        ImmutableArray<ArchiveReader> archives, ArchiveImage image, Func<ArchiveImage, bool> isGiven)
    {
        var links = new List<(ArchiveReader Archive, ArchiveImage Image)> { (archives[^1], image) };
        for (var i = archives.Length - 2; i >= 0; i--)
        {
            var (after, next) = links[^1];
            var isNeeded = !isGiven(next);
            var made = FindMade(archives[i], next);
            var isLinked = made is not null && IsMade(made, next);
            // Contents may do without the digests; for an archive that is not needed nothing else says that it belongs.
            if (!isLinked && (!isNeeded || after.Manifest.Version == FormatVersion.V1))
                made = null;
            if (made is null && archives[i].Manifest.Images.Length == 1 && after.Manifest.Images.Length == 1)
                throw ChainErrors.NotContinued(next, after, archives[i]);
            if (isNeeded && made is not null)
                links.Add((archives[i], made));
            else if (isLinked)
                break;
        }
        links.Reverse();
        return [.. links];
    }

    /// <summary>
    /// The image that another continues from: by its digest, or else by its name, since what matters from version 2 on
    /// are contents.
    /// </summary>
    private static ArchiveImage? FindMade(ArchiveReader archive, ArchiveImage next)
    {
        var images = archive.Manifest.Images;
        var meant = images.Where(i => IsMade(i, next)).ToArray();
        return meant.FirstOrDefault(i => i.Name == next.Name) ?? meant.FirstOrDefault()
            ?? images.FirstOrDefault(i => i.Name == next.Name) ?? (images.Length == 1 ? images[0] : null);
    }

    private static bool IsLinked(ImmutableArray<ArchiveReader> archives) =>
        Enumerable.Range(1, archives.Length - 1).All(i => Continues(archives[i], archives[i - 1]));

    private static bool Continues(ArchiveReader archive, ArchiveReader earlier) =>
        archive.Manifest.Images.Any(next => earlier.Manifest.Images.Any(made => IsMade(made, next)));

    private static bool IsMade(ArchiveImage made, ArchiveImage next) =>
        made.Target.ManifestDigest == next.Baseline.ManifestDigest;

    /// <summary>Null where there is no order, or more than one.</summary>
    private static ImmutableArray<ArchiveReader>? Sorted(ImmutableArray<ArchiveReader> archives)
    {
        var before = archives.ToDictionary(a => a, a => archives.Where(b => b != a && Continues(a, b)).ToArray());
        if (before.Values.Any(b => b.Length > 1)
            || archives.Where(a => before[a].Length == 0).ToArray() is not [var first])
            return null;
        var order = ImmutableArray.CreateBuilder<ArchiveReader>(archives.Length);
        for (ArchiveReader? next = first; next is not null && order.Count < archives.Length;)
        {
            order.Add(next);
            var after = archives.Where(a => before[a] is [var b] && b == order[^1]).ToArray();
            next = after is [var only] ? only : null;
        }
        return order.Count == archives.Length ? order.ToImmutable() : null;
    }
}
