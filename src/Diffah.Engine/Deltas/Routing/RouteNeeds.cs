using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>
/// What an image has to give: blobs as they are stored, and contents. Needs are equal where both sets are.
/// </summary>
/// <param name="Blobs">Digests of blobs.</param>
/// <param name="Contents">Diff ids of contents.</param>
internal sealed record RouteNeeds(ImmutableSortedSet<Digest> Blobs, ImmutableSortedSet<Digest> Contents)
{
    /// <summary>Nothing is needed.</summary>
    public static RouteNeeds None { get; } = new([], []);

    /// <summary>True where nothing is needed.</summary>
    public bool IsEmpty => Blobs.IsEmpty && Contents.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(RouteNeeds? other) =>
        other is not null && Blobs.SequenceEqual(other.Blobs) && Contents.SequenceEqual(other.Contents);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var digest in Blobs)
            hash.Add(digest);
        hash.Add(Blobs.Count);
        foreach (var digest in Contents)
            hash.Add(digest);
        return hash.ToHashCode();
    }
}
