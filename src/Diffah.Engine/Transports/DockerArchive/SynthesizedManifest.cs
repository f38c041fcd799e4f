using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>
/// The manifest of an image in a Docker archive, which holds none: byte for byte the one that containers/image makes
/// up, so that everybody gives the image the same digest.
/// </summary>
internal static class SynthesizedManifest
{
    /// <summary>Makes the manifest.</summary>
    /// <param name="config">The configuration's digest and size in bytes.</param>
    /// <param name="layers">The layers' digests (diff ids) and sizes in bytes, base first.</param>
    public static RawManifest Make((Digest Digest, long Size) config, IEnumerable<(Digest Digest, long Size)> layers) =>
        ManifestBytes.Docker(
            new Descriptor(MediaTypes.DockerConfig, config.Digest, config.Size),
            layers.Select(l => new Descriptor(MediaTypes.DockerLayerGzip, l.Digest, l.Size)));

    /// <summary>
    /// Why the manifest of an image would be another one once it is read back; null where it would be the same.
    /// </summary>
    /// <param name="transport">The transport that makes it up.</param>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="diffIds">Digests of the plain layers; null where they are not known, and taken to be the layers'
    /// own.</param>
    public static string? WhyDifferent(
        TransportTraits transport, ImageManifest manifest, IReadOnlyList<Digest>? diffIds)
    {
        if (manifest.MediaType != MediaTypes.DockerManifest)
            return $"{transport.Prefix} holds Docker manifests only, and this image has an OCI manifest, "
                + "whose digest would change.";
        if (manifest.Config.Digest.Algorithm != Digest.DefaultAlgorithm)
            return $"{transport.Prefix} names configurations by SHA-256, and this image's has another digest.";
        if (diffIds is not null && diffIds.Count != manifest.Layers.Length)
            return $"its configuration lists {diffIds.Count} layers and its manifest {manifest.Layers.Length}.";
        if (diffIds is not null && !manifest.Layers.Select(l => l.Digest).SequenceEqual(diffIds))
            return $"{transport.Prefix} keeps layers as plain tars, and this image has compressed ones, "
                + "whose digests would change.";
        var made = Make(
            (manifest.Config.Digest, manifest.Config.Size), manifest.Layers.Select(l => (l.Digest, l.Size)));
        return made.Bytes.Span.SequenceEqual(manifest.Raw.Bytes.Span)
            ? null
            : $"{transport.Prefix} keeps no manifest, and the one made up on reading would be written "
                + "differently than this image's.";
    }
}
