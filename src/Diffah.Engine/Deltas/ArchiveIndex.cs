using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas;

/// <summary>
/// An index whose images the archive has, each as an image of its own. The index, the indexes below it, and what it
/// lists that is no image travel whole, as blobs.
/// </summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Target">The index itself.</param>
/// <param name="Images">The images that it lists, in order, each once.</param>
internal sealed record ArchiveIndex(string Name, ArchiveTarget Target, ImmutableArray<ArchiveIndexImage> Images)
{
    /// <summary>Points at the index itself.</summary>
    public Descriptor Descriptor => new(Target.MediaType, Target.ManifestDigest, Target.ManifestSize);

    /// <summary>What messages call it.</summary>
    public string Shown => $"index '{Name}'";
}

/// <summary>An image of the archive that an index lists.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Platform">What it is for; null where neither the index nor its configuration says.</param>
/// <param name="BaselinePlatform">What the image is for that it is made from; null where nobody says.</param>
internal sealed record ArchiveIndexImage(string Name, Platform? Platform, Platform? BaselinePlatform);

/// <summary>
/// What says something of an image or index of the archive: a signature, an SBOM, an attestation. It travels whole, as
/// blobs.
/// </summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Subject">Digest of the manifest that it says something of.</param>
/// <param name="ArtifactType">What it is; empty where it does not say.</param>
internal sealed record ArchiveReferrer(Descriptor Manifest, Digest Subject, string ArtifactType)
{
    /// <summary>How many an archive may have.</summary>
    public const int MaximumCount = 1000;
}
