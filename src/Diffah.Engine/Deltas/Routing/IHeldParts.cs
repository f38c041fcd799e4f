using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>What need not be fetched: baselines have it, in whatever form they are, or the destination.</summary>
internal interface IHeldParts
{
    /// <summary>
    /// Digests of the manifests of what is there, and of the configurations: what a store that keeps no manifests knows
    /// an image by.
    /// </summary>
    IReadOnlySet<Digest> Names { get; }

    /// <summary>True for a blob that is there as it is stored.</summary>
    /// <param name="blob">Its digest.</param>
    bool HasBlob(Digest blob);

    /// <summary>True for a content that is there.</summary>
    /// <param name="diffId">The content.</param>
    bool HasContent(Digest diffId);

    /// <summary>
    /// Bytes that cross the wire to read what is there: a layer of a baseline in a registry. 0 for what is near.
    /// </summary>
    /// <param name="digest">A blob or a content that is there.</param>
    long ReadBytes(Digest digest);
}
