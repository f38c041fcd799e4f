using System.Collections.Immutable;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>What is to be done with one distinct blob of the target images.</summary>
/// <param name="Descriptor">The blob.</param>
/// <param name="Kind">What it is in its image.</param>
/// <param name="Origin">How it is to come to the other side. A patch that is not smaller travels whole all the
/// same.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Layer">The layer, where it is one.</param>
/// <param name="Candidates">Baseline layers to try, best first; filled in by ranking, for Patch only.</param>
internal sealed record BlobDecision(
    Descriptor Descriptor, string Kind, BlobOrigin Origin, string Reason, Layer? Layer,
    ImmutableArray<LayerCandidate> Candidates)
{
    public Digest Digest => Descriptor.Digest;
}
