using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>A blob that travels whole beside the images: of an index, an attestation or a signature.</summary>
/// <param name="Descriptor">The blob.</param>
/// <param name="Kind">What it is: a word of <see cref="Reports.BlobKind"/>.</param>
/// <param name="Reason">Why it travels, for people.</param>
/// <param name="Bytes">Its bytes, where they are at hand; null where <paramref name="Layer"/> opens it.</param>
/// <param name="Layer">Opens it; null where there are <paramref name="Bytes"/>.</param>
internal sealed record WholeBlob(
    Descriptor Descriptor, string Kind, string Reason, ReadOnlyMemory<byte>? Bytes, Layer? Layer)
{
    /// <summary>What is decided of it.</summary>
    public BlobDecision Decision => new(Descriptor, Kind, BlobOrigin.Full, Reason, Layer, []);
}
