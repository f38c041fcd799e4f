using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>A content that an archive makes of others.</summary>
/// <param name="Size">Size of the content, in bytes.</param>
/// <param name="Codec">Name of the codec that makes it.</param>
/// <param name="Sources">The contents it is made of, by their diff ids, in the order in which the patch counts
/// them.</param>
/// <param name="ArchiveSize">Bytes stored.</param>
internal sealed record ContentPatch(long Size, string Codec, ImmutableArray<Digest> Sources, long ArchiveSize)
{
    /// <summary>The most contents that one is made of.</summary>
    public const int MaximumSources = 1024;

    /// <summary>The most ways in which an archive makes one content, this one included.</summary>
    public const int MaximumWays = 9;

    /// <summary>
    /// Other ways to make the same content, for who has other sources. Any one whose sources are there will do.
    /// </summary>
    public ImmutableArray<ContentPatch> Alternatives { get; init; } = [];

    /// <summary>Which of a content's ways it is: 0 is the first, that <see cref="Alternatives"/> are of.</summary>
    public int Number { get; init; }

    /// <summary>It, and its alternatives.</summary>
    public IEnumerable<ContentPatch> Ways => [this, .. Alternatives];

    /// <summary>Bytes stored, alternatives included.</summary>
    public long StoredSize => Ways.Sum(w => w.ArchiveSize);

    /// <summary>The smallest way whose sources are there; null where no way's are.</summary>
    /// <param name="has">Whether a source is there.</param>
    public ContentPatch? Find(Func<Digest, bool> has) =>
        Ways.Where(w => w.Sources.All(has)).MinBy(w => w.ArchiveSize);

    /// <inheritdoc/>
    public bool Equals(ContentPatch? other) => other is not null && Size == other.Size && Codec == other.Codec
        && ArchiveSize == other.ArchiveSize && Sources.SequenceEqual(other.Sources)
        && Number == other.Number && Alternatives.SequenceEqual(other.Alternatives);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Codec, ArchiveSize, Sources.Length);
}
