using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// Chooses of each blob the smallest way in which it may travel. The patch of a content counts once, for all blobs that
/// are made of it.
/// </summary>
internal static class SmallestBlobs
{
    // A patch of a blob as it is stored needs that very blob; what is made of contents is restored from a baseline in
    // any form. That is worth a 64th.
    public const long Slack = 64;

    /// <summary>Chooses.</summary>
    /// <param name="ways">The ways of each blob; of equal ones the first is taken.</param>
    public static ImmutableSortedDictionary<Digest, EncodedBlob> Choose(
        IEnumerable<KeyValuePair<Digest, ImmutableArray<EncodedBlob>>> ways)
    {
        var all = ways.ToImmutableSortedDictionary();
        var bySharing = all.ToLookup(
            w => w.Value.Select(b => b.Content?.DiffId).FirstOrDefault(c => c is not null), w => w);
        var chosen = ImmutableSortedDictionary.CreateBuilder<Digest, EncodedBlob>();
        foreach (var group in bySharing)
        {
            var pays = group.Key is not null && Pays([.. group.Select(w => w.Value)]);
            foreach (var (digest, blobs) in group)
                chosen[digest] = pays ? blobs.First(b => b.Content is not null) : Smallest(blobs);
        }
        return chosen.ToImmutable();
    }

    private static bool Pays(ImmutableArray<EncodedBlob>[] group)
    {
        var made = group.Select(ways => ways.First(b => b.Content is not null)).ToArray();
        var with = made[0].Content!.Patch.StoredSize + made.Sum(b => b.OwnSize);
        var without = group.Select(Smallest).ToArray();
        var patches = without.Where(b => b.Entry.Origin == BlobOrigin.Patch).Sum(b => b.Size);
        return with < without.Sum(b => b.Size) + (patches / Slack);
    }

    /// <summary>The smallest that needs no content.</summary>
    private static EncodedBlob Smallest(ImmutableArray<EncodedBlob> ways) =>
        ways.Where(b => b.Content is null).MinBy(b => b.Size)!;
}
