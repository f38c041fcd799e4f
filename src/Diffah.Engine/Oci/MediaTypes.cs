namespace Diffah.Engine.Oci;

/// <summary>
/// The media types of images (OCI image spec, media-types.md; Docker image manifest version 2, schema 2).
/// </summary>
internal static class MediaTypes
{
    /// <summary>OCI image manifest.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>OCI image index.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>OCI image configuration.</summary>
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>OCI layer, plain tar.</summary>
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>OCI layer, gzip.</summary>
    public const string OciLayerGzip = OciLayer + "+gzip";

    /// <summary>OCI layer, zstd.</summary>
    public const string OciLayerZstd = OciLayer + "+zstd";

    /// <summary>Docker image manifest, schema 2.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Docker image configuration.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>
    /// Docker layer. The name says gzip; a docker archive's synthesised manifest uses it for plain tars.
    /// </summary>
    public const string DockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// <summary>Docker layer, plain tar.</summary>
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>Docker layer, zstd.</summary>
    public const string DockerLayerZstd = DockerLayer + ".zstd";

    /// <summary>True for what lists several manifests.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerManifestList;

    /// <summary>True for the manifest of one image.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;

    /// <summary>True for the configuration of an image that runs; false for an artifact's.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsConfig(string mediaType) => mediaType is OciConfig or DockerConfig;

    /// <summary>True for a layer that is a tar, compressed or not, and may be stored anywhere.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsLayer(string mediaType) =>
        mediaType is OciLayer or OciLayerGzip or OciLayerZstd or DockerLayer or DockerLayerGzip or DockerLayerZstd;

    /// <summary>
    /// True for a layer that is to be fetched from elsewhere and not passed on (foreign, non-distributable).
    /// </summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsForeignLayer(string mediaType) =>
        mediaType.StartsWith("application/vnd.oci.image.layer.nondistributable.v1.tar", StringComparison.Ordinal)
        || mediaType.StartsWith("application/vnd.docker.image.rootfs.foreign.diff.tar", StringComparison.Ordinal);

    /// <summary>True for the Docker family, false for OCI.</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsDocker(string mediaType) =>
        mediaType.StartsWith("application/vnd.docker.", StringComparison.Ordinal);
}
