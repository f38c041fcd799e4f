using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>
/// The names of an OCI layout's files (OCI image spec, image-layout.md), and what such a layout can't hold.
/// </summary>
internal static class LayoutPaths
{
    public const string Index = ArchiveMarks.LayoutIndex;

    public const string Marker = "oci-layout";

    public static ReadOnlySpan<byte> MarkerContent => "{\"imageLayoutVersion\":\"1.0.0\"}"u8;

    public static string Blob(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>True for the relative name of a file that belongs to a layout.</summary>
    public static bool IsContent(string name) =>
        name is Index or Marker || name.StartsWith("blobs" + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Why a layout can't hold a manifest digest for digest; null where it can.</summary>
    public static string? WhyNotExact(string mediaType, ImageReference reference) => MediaTypes.IsDocker(mediaType)
        ? $"{reference.Traits.Prefix} holds OCI manifests only, and this image has a Docker manifest, "
            + "whose digest would change."
        : null;

    /// <summary>
    /// Why a layout can't hold an index and all that is below it digest for digest; null where it can.
    /// </summary>
    public static string? WhyNotExact(ManifestTree index, ImageReference reference) =>
        index.Manifests.Select(m => WhyNotExact(m.MediaType, reference)).FirstOrDefault(reason => reason is not null);
}
