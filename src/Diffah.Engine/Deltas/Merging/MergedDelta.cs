using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>What a merged archive says, and where the bytes of its parts are.</summary>
/// <param name="Images">Its images.</param>
/// <param name="Manifests">Their manifests, by their names.</param>
/// <param name="Parts">What it has.</param>
/// <param name="Account">What its patches spend on files; empty where nobody says.</param>
internal sealed record MergedDelta(
    ImmutableArray<ArchiveImage> Images, ImmutableDictionary<string, ImageManifest> Manifests, MergedParts Parts,
    ReadOnlyMemory<byte> Account)
{
    /// <summary>Blobs that travel.</summary>
    public ImmutableSortedDictionary<Digest, MergedBlob> Blobs { get; } = Of<MergedBlob>(Parts, ArchivePartKind.Blob);

    /// <summary>Contents that travel as patches.</summary>
    public ImmutableSortedDictionary<Digest, MergedContent> Contents { get; } =
        Of<MergedContent>(Parts, ArchivePartKind.Content);

    /// <summary>Contents that are in blobs that travel.</summary>
    public ImmutableSortedDictionary<Digest, HeldContent> Held { get; } =
        Of<HeldContent>(Parts, ArchivePartKind.Content);

    /// <summary>Layers that do not travel, and how they are made.</summary>
    public ImmutableSortedDictionary<Digest, MergedReuse> Reused { get; } = Parts.Reused
        .Where(r => r.Value is not null && !Parts.Made.ContainsKey(ArchivePart.Blob(r.Key)))
        .ToImmutableSortedDictionary(r => r.Key, r => r.Value!);

    /// <summary>True where parts are made of other parts of the archive.</summary>
    public bool IsChained => !Held.IsEmpty
        || Contents.Values.Any(c => c.Patch.Sources.Any(s => Contents.ContainsKey(s) || Held.ContainsKey(s)))
        || Blobs.Values.Any(b => b.Stored.Needs.Any(Blobs.ContainsKey))
        // One image has it, and another gets it as a patch of what the first need not have.
        || Blobs.Any(b => !b.Value.Stored.Needs.IsEmpty && Parts.Reused.ContainsKey(b.Key));

    /// <summary>What the archive says of itself.</summary>
    /// <param name="head">What one of the deltas says of itself, with a time and a tool that are the archive's
    /// own.</param>
    public ArchiveManifest Describe(ArchiveManifest head) => head with
    {
        Version = IsChained || !Contents.IsEmpty || Blobs.Values.Any(b => b.Stored.Form is not null)
            ? FormatVersion.V2 : head.Version,
        Requires = IsChained ? RequiredFeatures.None.Add(RequiredFeatures.Chained) : RequiredFeatures.None,
        Blobs = Blobs.ToImmutableSortedDictionary(b => b.Key, b => b.Value.Stored),
        Images = Images,
        Since = null,
        Contents = Contents.ToImmutableSortedDictionary(c => c.Key, c => c.Value.Patch),
        Held = Held.ToImmutableSortedDictionary(h => h.Key, h => h.Value.Blob),
        Reused = Reused.ToImmutableSortedDictionary(r => r.Key, r => r.Value.Layer),
        Account = Account.IsEmpty ? null : new StoredAccount(Digest.Compute(Account.Span), Account.Length),
    };

    /// <summary>Opens what an entry of the archive is to hold.</summary>
    /// <param name="part">The entry.</param>
    public Stream Open(ArchivePart part) => part.Kind switch
    {
        ArchivePartKind.Account => new MemoryStream(Account.ToArray(), writable: false),
        ArchivePartKind.Content => Contents[part.Digest].Archive.OpenStored(part),
        ArchivePartKind.Recipe when Reused.TryGetValue(part.Digest, out var reused) =>
            reused.Archive.OpenStored(part),
        _ => Blobs[part.Digest].Archive.OpenStored(part),
    };

    /// <summary>The same archive with the accounts of its patches, as far as the deltas have them.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<MergedDelta> WithAccountAsync(CancellationToken cancellationToken)
    {
        var accounts = new SortedDictionary<Digest, ContentAccount>();
        foreach (var contents in Contents.GroupBy(c => c.Value.Archive))
        {
            var known = await AccountReader.ReadAsync(contents.Key, cancellationToken);
            foreach (var (content, _) in contents)
            {
                if (known.TryGetValue(content, out var account))
                    accounts.Add(content, account);
            }
        }
        return accounts.Count == 0 ? this : this with { Account = AccountWriter.Write(accounts) };
    }

    private static ImmutableSortedDictionary<Digest, T> Of<T>(MergedParts parts, ArchivePartKind kind)
        where T : MergedPart => parts.Made.Where(p => p.Key.Kind == kind && p.Value is T)
            .ToImmutableSortedDictionary(p => p.Key.Digest, p => (T)p.Value);
}
