using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>
/// The blobs of a merged archive that are made of what the first image has, and of nothing that the archive makes: they
/// are what a delta from the first image would have.
/// </summary>
internal static class FlatParts
{
    /// <summary>Finds them, ready for an archive.</summary>
    /// <param name="delta">The merged archive.</param>
    /// <param name="cancellationToken">Stops the reading of accounts.</param>
    public static async Task<ImmutableSortedDictionary<Digest, EncodedBlob>> FindAsync(
        MergedDelta delta, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<Digest, EncodedContent>();
        foreach (var group in delta.Contents.Where(c => IsFlat(c.Value.Patch, delta)).GroupBy(c => c.Value.Archive))
        {
            var accounts = await AccountReader.ReadAsync(group.Key, cancellationToken);
            foreach (var (diffId, content) in group)
                contents[diffId] = new EncodedContent(diffId, content.Patch,
                    accounts.GetValueOrDefault(diffId) ?? Unknown, () => delta.Open(ArchivePart.Content(diffId)));
        }
        return delta.Blobs.Where(b => IsFlat(b.Value.Stored, delta, contents)).ToImmutableSortedDictionary(
            b => b.Key, b => new EncodedBlob(b.Value.Stored, () => OpenOwn(b.Key, b.Value.Stored, delta))
            {
                Content = b.Value.Stored.Form is { } form ? contents.GetValueOrDefault(form.Content) : null,
            });
    }

    private static ContentAccount Unknown { get; } =
        new([.. Enumerable.Repeat(default(OriginAccount), ContentAccount.OriginCount)], []);

    private static bool IsFlat(ContentPatch patch, MergedDelta delta) =>
        !patch.Sources.Any(s => delta.Contents.ContainsKey(s) || delta.Held.ContainsKey(s));

    private static bool IsFlat(StoredBlob stored, MergedDelta delta, Dictionary<Digest, EncodedContent> contents) =>
        !stored.Needs.Any(delta.Blobs.ContainsKey)
            && (stored.Form is not { } form || contents.ContainsKey(form.Content)
                || (!delta.Contents.ContainsKey(form.Content) && !delta.Held.ContainsKey(form.Content)));

    // Of a blob that is made of a content its recipe, where that is an entry.
    private static Stream OpenOwn(Digest blob, StoredBlob stored, MergedDelta delta) => stored.Form is null
        ? delta.Open(ArchivePart.Blob(blob))
        : stored.ArchiveSize > 0 ? delta.Open(ArchivePart.Recipe(blob)) : Stream.Null;
}
