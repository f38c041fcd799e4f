using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>All that goes into an archive beside its sidecar.</summary>
/// <param name="Blobs">What travels, by the digest of the target blob.</param>
internal sealed record EncodedDelta(ImmutableSortedDictionary<Digest, EncodedBlob> Blobs)
{
    /// <summary>The contents that the blobs are made of and that the baseline lacks, by diff id.</summary>
    public ImmutableSortedDictionary<Digest, EncodedContent> Contents { get; } = Blobs.Values
        .Select(b => b.Content).OfType<EncodedContent>().DistinctBy(c => c.DiffId)
        .ToImmutableSortedDictionary(c => c.DiffId, c => c);

    /// <summary>Layers that do not travel, by the digests of their blobs.</summary>
    public ImmutableSortedDictionary<Digest, EncodedReuse> Reused { get; init; } =
        ImmutableSortedDictionary<Digest, EncodedReuse>.Empty;

    /// <summary>
    /// What restoring an image reads, by its name and the digest of the baseline's manifest; empty where nobody asks.
    /// </summary>
    public ImmutableDictionary<(string Image, Digest Baseline), BaselineCost> Reads { get; init; } =
        ImmutableDictionary<(string, Digest), BaselineCost>.Empty;

    /// <summary>What the patches spend on files; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Account { get; init; }

    /// <summary>Opens what an entry of the archive is to hold.</summary>
    /// <param name="part">The entry.</param>
    public Stream Open(ArchivePart part) => part.Kind switch
    {
        ArchivePartKind.Content => Contents[part.Digest].OpenWay(part.Number),
        ArchivePartKind.Account => new MemoryStream(Account.ToArray(), writable: false),
        ArchivePartKind.Recipe when Reused.TryGetValue(part.Digest, out var reused) => reused.Open(),
        _ => Blobs[part.Digest].Open(),
    };
}

/// <summary>A blob ready for the archive.</summary>
/// <param name="Entry">What the archive says of it.</param>
/// <param name="Open">Opens its stored bytes; those of its recipe, where it is made of a content.</param>
internal sealed record EncodedBlob(StoredBlob Entry, Func<Stream> Open)
{
    /// <summary>The content that it is made of; null where it needs none, or where the baseline has it.</summary>
    public EncodedContent? Content { get; init; }

    /// <summary>Bytes that travel for it, without the content.</summary>
    public long OwnSize => Entry.OwnSize;

    /// <summary>Bytes that travel for it, with the content.</summary>
    public long Size => OwnSize + (Content?.Patch.StoredSize ?? 0);
}

/// <summary>The patch that makes a content, ready for the archive.</summary>
/// <param name="DiffId">The content.</param>
/// <param name="Patch">What the archive says of it.</param>
/// <param name="Account">What it spends on files.</param>
/// <param name="Open">Opens its stored bytes.</param>
internal sealed record EncodedContent(
    Digest DiffId, ContentPatch Patch, ContentAccount Account, Func<Stream> Open)
{
    /// <summary>Open the stored bytes of the patch's alternatives.</summary>
    public ImmutableArray<Func<Stream>> Others { get; init; } = [];

    /// <summary>Opens the stored bytes of one of its ways.</summary>
    /// <param name="number">Which: 0 is the first.</param>
    public Stream OpenWay(int number) => number == 0 ? Open() : Others[number - 1]();
}

/// <summary>A layer that does not travel, and how it is made of its content.</summary>
/// <param name="Layer">What the archive says of it.</param>
/// <param name="Open">Opens its recipe.</param>
internal sealed record EncodedReuse(ReusedLayer Layer, Func<Stream> Open);
