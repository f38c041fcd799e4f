using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// Chooses of each blob the smallest way in which it may travel. The patch of a content counts once, for all blobs that
/// are made of it.
/// </summary>
internal static class SmallestBlobs
{
    private const long Slack = 64;
    private const long SlackBytes = 256;

    /// <summary>Chooses.</summary>
    /// <param name="ways">The ways of each blob; of equal ones the first is taken.</param>
    /// <param name="anyForm">Whether baselines in any form restore what is made of contents, which is worth a little: from
    /// version 2 on.</param>
    public static ImmutableSortedDictionary<Digest, EncodedBlob> Choose(
        IEnumerable<KeyValuePair<Digest, ImmutableArray<EncodedBlob>>> ways, bool anyForm)
    {
        var all = ways.ToImmutableSortedDictionary();
        var bySharing = all.ToLookup(
            w => w.Value.Select(b => b.Content?.DiffId).FirstOrDefault(c => c is not null), w => w);
        var chosen = ImmutableSortedDictionary.CreateBuilder<Digest, EncodedBlob>();
        foreach (var group in bySharing)
        {
            var pays = group.Key is not null && Pays([.. group.Select(w => w.Value)], anyForm);
            foreach (var (digest, blobs) in group)
                chosen[digest] = pays ? blobs.First(b => b.Content is not null) : Smallest(blobs);
        }
        return chosen.ToImmutable();
    }

    /// <summary>
    /// What a patch of a blob as it is stored may save in vain: it needs that very blob, and ties the image to baselines
    /// that are stored so. The smallest layers are of some hundred bytes, and are many.
    /// </summary>
    /// <param name="bytes">What the patch takes.</param>
    public static long Tie(long bytes) => bytes / Slack + SlackBytes;

    private static bool Pays(ImmutableArray<EncodedBlob>[] group, bool anyForm)
    {
        var made = group.Select(ways => ways.First(b => b.Content is not null)).ToArray();
        var with = made[0].Content!.Patch.ArchiveSize + made.Sum(b => b.OwnSize);
        var without = group.Select(Smallest).ToArray();
        var ties = anyForm ? without.Where(b => b.Entry.Origin == BlobOrigin.Patch).Sum(b => Tie(b.Size)) : 0;
        return with < without.Sum(b => b.Size) + ties;
    }

    /// <summary>The smallest that needs no content.</summary>
    private static EncodedBlob Smallest(ImmutableArray<EncodedBlob> ways) =>
        ways.Where(b => b.Content is null).MinBy(b => b.Size)!;
}
