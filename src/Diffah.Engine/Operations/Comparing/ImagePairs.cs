using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Comparing;

/// <summary>Two images that are compared.</summary>
/// <param name="Platform">The platform that differences are told with; null where there is one pair alone.</param>
/// <param name="Reference">The image that is compared with.</param>
/// <param name="Difference">The image that is compared.</param>
internal sealed record ImagePair(string? Platform, Image Reference, Image Difference);

/// <summary>All images that are compared.</summary>
/// <param name="ReferenceDigest">Digest of the first manifest or index.</param>
/// <param name="DifferenceDigest">Digest of the other one.</param>
/// <param name="Pairs">The images.</param>
internal sealed record ImagePairs(Digest ReferenceDigest, Digest DifferenceDigest, IReadOnlyList<ImagePair> Pairs)
{
    /// <summary>What is told where the digests differ and nothing else was found that differs; null for
    /// nothing.</summary>
    public ClassedDifference? Unexplained { get; init; }
}
