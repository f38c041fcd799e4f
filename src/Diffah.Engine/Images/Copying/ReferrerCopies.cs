using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images.Copying;

/// <summary>Writes what refers to an image beside it: signatures, SBOMs and attestations.</summary>
internal static class ReferrerCopies
{
    /// <summary>
    /// Writes what refers to an image, each after its blobs. Where the destination can't hold that, a warning says what
    /// is left out.
    /// </summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="workers">The most blobs at the same time; null is as many as the destination takes.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>What was written, and how many bytes that were.</returns>
    /// <exception cref="DiffahException">ReadBackFailed, and what source and destination throw.</exception>
    public static async Task<(ImmutableArray<ReferrerTree> Written, long Bytes)> RunAsync(
        ImageTree tree, IImageDestination destination, int? workers, EventSink events,
        CancellationToken cancellationToken)
    {
        if (tree.Referrers.IsEmpty)
            return ([], 0);
        if (destination is not IReferrerDestination holder)
        {
            events.Warn($"{destination.Reference} can't hold what refers to an image: {ReferrerTrees.Count(tree.Referrers.Length)} "
                + $"left out ({Types(tree.Referrers)}).");
            return ([], 0);
        }
        var bytes = 0L;
        foreach (var referrer in tree.Referrers)
        {
            bytes += await new BlobCopies(ImageTree.Of(referrer), holder, workers, events).RunAsync(cancellationToken);
            foreach (var child in referrer.Tree.Children)
                await holder.PutChildManifestAsync(child, cancellationToken);
            await holder.PutReferrerAsync(referrer.Tree.Root, cancellationToken);
            bytes += referrer.Tree.Manifests.Sum(m => (long)m.Bytes.Length);
        }
        return (tree.Referrers, bytes);
    }

    private static string Types(ImmutableArray<ReferrerTree> referrers) => ShortText.List(
        [.. referrers.Select(r => r.ArtifactType.Length == 0 ? "no type" : Printable.Line(r.ArtifactType)).Distinct()
            .Order(StringComparer.Ordinal)]);
}
