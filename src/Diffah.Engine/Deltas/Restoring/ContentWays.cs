using System.Collections.Immutable;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// Chooses, of the ways in which an archive makes each content, the smallest that the contents at hand allow. What is
/// chosen is told as if there were no others, so that nothing else need know of them.
/// </summary>
internal static class ContentWays
{
    /// <summary>Whether each content that the archive makes is there, or can be made.</summary>
    /// <param name="archive">What the archive says.</param>
    /// <param name="held">The contents at hand.</param>
    public static bool AreThere(ArchiveManifest archive, IContentSource held) =>
        archive.Contents.All(c => held.Has(c.Key) || c.Value.Find(held.Has) is not null);

    /// <summary>The archive with one way for each content; the first, where the sources of none are there.</summary>
    /// <param name="archive">What the archive says.</param>
    /// <param name="held">The contents at hand.</param>
    public static ArchiveManifest Choose(ArchiveManifest archive, IContentSource held) => archive with
    {
        Contents = archive.Contents.ToImmutableSortedDictionary(
            c => c.Key, c => (c.Value.Find(held.Has) ?? c.Value) with { Alternatives = [] }),
    };
}
