using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>
/// What the parts of an archive are made of. It may be other parts only where the archive is chained.
/// </summary>
internal static class PartNeeds
{
    /// <summary>The most parts that are made one of the other.</summary>
    public const int MaximumDepth = 256;

    /// <summary>
    /// What a blob or a content is made of: nothing, where it is stored whole; null where the archive does not say how
    /// to make it.
    /// </summary>
    /// <param name="archive">What the archive says.</param>
    /// <param name="part">The blob or the content.</param>
    public static ImmutableArray<ArchivePart>? Of(ArchiveManifest archive, ArchivePart part) =>
        part.Kind == ArchivePartKind.Content ? OfContent(archive, part.Digest) : OfBlob(archive, part.Digest);

    /// <summary>
    /// True where no part is made of itself, be it by way of others, and none of more than
    /// <see cref="MaximumDepth"/> one after the other.
    /// </summary>
    /// <param name="archive">What the archive says.</param>
    public static bool AreOrdered(ArchiveManifest archive)
    {
        ArchivePart[] all =
        [
            .. archive.Blobs.Keys.Select(ArchivePart.Blob), .. archive.Contents.Keys.Select(ArchivePart.Content),
            .. archive.Held.Keys.Select(ArchivePart.Content),
        ];
        var needs = all.ToDictionary(p => p, p => Of(archive, p)!.Value);
        var waiting = needs.ToDictionary(n => n.Key, n => n.Value.Count(needs.ContainsKey));
        var users = needs.SelectMany(n => n.Value, (user, need) => (user.Key, need)).ToLookup(u => u.need, u => u.Key);
        var (ready, ordered) = (all.Where(p => waiting[p] == 0).ToList(), 0);
        for (var depth = 0; ready.Count > 0 && depth < MaximumDepth; depth++)
        {
            ordered += ready.Count;
            ready = [.. ready.SelectMany(p => users[p]).Where(user => --waiting[user] == 0)];
        }
        return ordered == all.Length;
    }

    private static ImmutableArray<ArchivePart>? OfContent(ArchiveManifest archive, Digest diffId) =>
        archive.Contents.TryGetValue(diffId, out var patch) ? [.. patch.Sources.Select(ArchivePart.Content)]
        : archive.Held.TryGetValue(diffId, out var blob) ? [ArchivePart.Blob(blob)]
        : null;

    private static ImmutableArray<ArchivePart>? OfBlob(ArchiveManifest archive, Digest blob)
    {
        if (!archive.Blobs.TryGetValue(blob, out var stored))
            return archive.Reused.TryGetValue(blob, out var reused)
                ? [ArchivePart.Content(reused.Form.Content)]
                : null;
        return stored.Form is { } form
            ? [ArchivePart.Content(form.Content), .. stored.Needs.Select(ArchivePart.Blob)]
            : [.. stored.Needs.Select(ArchivePart.Blob)];
    }
}
