using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>What a delta archive says of itself, whatever version of the format wrote it; validated.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Feature">Feature of the format.</param>
/// <param name="Tool">Name of the tool that wrote it.</param>
/// <param name="ToolVersion">Version of the tool that wrote it.</param>
/// <param name="CreatedAt">When it was written, in UTC.</param>
/// <param name="Platform">Platform, <c>os/arch[/variant]</c>.</param>
/// <param name="Blobs">What travels, by the digest of the target blob.</param>
/// <param name="Images">The images.</param>
internal sealed record ArchiveManifest(
    string Version,
    string Feature,
    string Tool,
    string ToolVersion,
    DateTimeOffset CreatedAt,
    string Platform,
    ImmutableSortedDictionary<Digest, StoredBlob> Blobs,
    ImmutableArray<ArchiveImage> Images)
{
    /// <summary>The name of the one image of a delta that is no bundle.</summary>
    public const string SingleImageName = "default";

    /// <summary>How many images an archive may hold.</summary>
    public const int MaximumImages = 1000;

    /// <summary>
    /// What a reader must know to restore it (<see cref="RequiredFeatures"/>); nothing before version 2.
    /// </summary>
    public ImmutableSortedSet<string> Requires { get; init; } = RequiredFeatures.None;

    /// <summary>Contents that the archive makes, by diff id; none before version 2.</summary>
    public ImmutableSortedDictionary<Digest, ContentPatch> Contents { get; init; } =
        ImmutableSortedDictionary<Digest, ContentPatch>.Empty;

    /// <summary>
    /// Layers that do not travel, by the digests of their blobs: how to make them where the baseline has their contents
    /// in another form. None before version 2.
    /// </summary>
    public ImmutableSortedDictionary<Digest, ReusedLayer> Reused { get; init; } =
        ImmutableSortedDictionary<Digest, ReusedLayer>.Empty;

    /// <summary>
    /// Contents that are in blobs of the archive, by diff id: the blobs. Of use to a chained archive only.
    /// </summary>
    public ImmutableSortedDictionary<Digest, Digest> Held { get; init; } =
        ImmutableSortedDictionary<Digest, Digest>.Empty;

    /// <summary>Whether parts of the archive are made of other parts of it.</summary>
    public bool IsChained => Requires.Contains(RequiredFeatures.Chained);

    /// <summary>What patches spend on files; null where the archive does not say.</summary>
    public StoredAccount? Account { get; init; }

    /// <summary>Indexes whose images the archive has; none before version 2.</summary>
    public ImmutableArray<ArchiveIndex> Indexes { get; init; } = [];

    /// <summary>What says something of the images and indexes; none before version 2.</summary>
    public ImmutableArray<ArchiveReferrer> Referrers { get; init; } = [];

    /// <summary>What an index says of an image; null where none lists it.</summary>
    /// <param name="name">The image's name.</param>
    public ArchiveIndexImage? ListedAs(string name) =>
        Indexes.SelectMany(i => i.Images).FirstOrDefault(i => i.Name == name);

    /// <summary>The inventory that it was made for; null where it was made for none.</summary>
    public ArchiveSince? Since { get; init; }

    /// <summary>The entries of the archive beside its sidecar, and the bytes of each, in their order.</summary>
    public IEnumerable<(ArchivePart Part, long Size)> Parts =>
    [
        .. Blobs.Where(b => b.Value.Form is null).Select(b => (ArchivePart.Blob(b.Key), b.Value.ArchiveSize)),
        .. Contents.SelectMany(c => c.Value.Ways, (c, w) => (ArchivePart.Way(c.Key, w.Number), w.ArchiveSize)),
        .. Account is { } account ? [(ArchivePart.Account(account.Digest), account.ArchiveSize)]
            : Array.Empty<(ArchivePart, long)>(),
        .. Forms.Where(f => f.Value.Wrapping.StoredRecipe > 0)
            .Select(f => (ArchivePart.Recipe(f.Key), f.Value.Wrapping.StoredRecipe)).OrderBy(f => f.Item1.Digest),
    ];

    /// <summary>How to make the blob of a layer of its content; null where nothing is known of it.</summary>
    /// <param name="blob">The blob's digest.</param>
    public LayerForm? FormOf(Digest blob) =>
        Blobs.GetValueOrDefault(blob)?.Form ?? Reused.GetValueOrDefault(blob)?.Form;

    /// <summary>
    /// Bytes that are stored of a blob, with its recipe and the patch of the content that it is made of.
    /// </summary>
    /// <param name="blob">The blob's digest.</param>
    public long StoredOf(Digest blob) => Blobs.TryGetValue(blob, out var stored)
        ? stored.OwnSize + (stored.Form is { } form
            ? Contents.GetValueOrDefault(form.Content)?.StoredSize ?? 0
            : 0)
        : Reused.GetValueOrDefault(blob)?.Form.Wrapping.StoredRecipe ?? 0;

    private IEnumerable<KeyValuePair<Digest, LayerForm>> Forms =>
    [
        .. Blobs.Where(b => b.Value.Form is not null).Select(b => KeyValuePair.Create(b.Key, b.Value.Form!)),
        .. Reused.Select(r => KeyValuePair.Create(r.Key, r.Value.Form)),
    ];
}

/// <summary>One image of the archive.</summary>
internal sealed record ArchiveImage(string Name, ArchiveBaseline Baseline, ArchiveTarget Target)
{
    /// <summary>The most baselines that one image's delta is made from.</summary>
    public const int MaximumBaselines = 8;

    /// <summary>Further baselines that its delta was made from; none before version 2.</summary>
    public ImmutableArray<ArchiveBaseline> OtherBaselines { get; init; } = [];

    /// <summary>
    /// Whether all of the baselines are needed, one beside the other; otherwise any one of them will do.
    /// </summary>
    public bool NeedsAllBaselines { get; init; }

    /// <summary>All baselines that its delta was made from.</summary>
    public IEnumerable<ArchiveBaseline> Baselines => [Baseline, .. OtherBaselines];

    /// <inheritdoc/>
    public bool Equals(ArchiveImage? other) => other is not null && Name == other.Name && Target == other.Target
        && NeedsAllBaselines == other.NeedsAllBaselines && Baselines.SequenceEqual(other.Baselines);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Baseline, Target, OtherBaselines.Length);
}

/// <summary>The baseline an image's delta was made from.</summary>
internal sealed record ArchiveBaseline(Digest ManifestDigest, string MediaType, string SourceHint)
{
    /// <summary>
    /// Bytes of its layers that a restore reads to make others, as the producer found them; null where nobody says.
    /// </summary>
    public long? ReadSize { get; init; }

    /// <summary>
    /// Bytes of the archive's entries that a restore from it reads, where there are other baselines; null where nobody
    /// says.
    /// </summary>
    public long? FetchSize { get; init; }
}

/// <summary>The image that is rebuilt.</summary>
internal sealed record ArchiveTarget(Digest ManifestDigest, long ManifestSize, string MediaType)
{
    /// <summary>The tag that the image had when the archive was made; null where nobody knows.</summary>
    public string? Tag { get; init; }
}
