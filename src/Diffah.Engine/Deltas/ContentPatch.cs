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

    /// <inheritdoc/>
    public bool Equals(ContentPatch? other) => other is not null && Size == other.Size && Codec == other.Codec
        && ArchiveSize == other.ArchiveSize && Sources.SequenceEqual(other.Sources);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Codec, ArchiveSize, Sources.Length);
}
