using Diffah.Engine.Compression;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Media types of Docker's dialect and OCI's that mean the same.</summary>
internal static class MediaTypeTwins
{
    /// <summary>The field that holds a media type.</summary>
    public const string Field = "mediaType";

    private static readonly (string Docker, string Oci)[] Twins =
    [
        (MediaTypes.DockerManifest, MediaTypes.OciManifest),
        (MediaTypes.DockerManifestList, MediaTypes.OciIndex),
        (MediaTypes.DockerConfig, MediaTypes.OciConfig),
        (MediaTypes.DockerLayer, MediaTypes.OciLayer),
        (MediaTypes.DockerLayerGzip, MediaTypes.OciLayerGzip),
        (MediaTypes.DockerLayerZstd, MediaTypes.OciLayerZstd),
    ];

    /// <summary>Whether two media types mean the same in two dialects.</summary>
    /// <param name="one">One; null for none.</param>
    /// <param name="other">The other one.</param>
    public static bool AreTwins(string? one, string? other) =>
        one != other && one is not null && other is not null && ToOci(one) == ToOci(other);

    /// <summary>Whether two media types mean layers that differ in their compression alone.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other one.</param>
    public static bool AreSameButForCompression(string one, string other) =>
        MediaTypes.IsLayer(one) && MediaTypes.IsLayer(other) && Compression(one) != Compression(other);

    /// <summary>The compression that a layer's media type tells of.</summary>
    /// <param name="mediaType">The media type.</param>
    public static CompressionKind Compression(string mediaType) => ToOci(mediaType) switch
    {
        MediaTypes.OciLayerGzip => CompressionKind.Gzip,
        MediaTypes.OciLayerZstd => CompressionKind.Zstd,
        _ => CompressionKind.None,
    };

    private static string ToOci(string mediaType) =>
        Array.Find(Twins, t => t.Docker == mediaType).Oci ?? mediaType;
}
