using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

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

    /// <summary>Refuses a layout that leads elsewhere, before anything is written there.</summary>
    /// <param name="root">Absolute path of the layout, there or not.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists.</exception>
    public static void RequireNoLinks(string root)
    {
        foreach (var name in (string[])[Marker, Index, "blobs", "blobs/sha256", "blobs/sha384", "blobs/sha512"])
            FolderFiles.RequireNoLink(Path.Combine(root, name));
    }

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
