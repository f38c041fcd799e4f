using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>Writes an image, or an index with its images, to a destination, digest for digest.</summary>
public static class ImageCopier
{
    private const string Conversion = "Or allow the conversion with AllowConvert (--allow-convert): the image keeps its id, and its manifest gets another digest.";

    /// <summary>Writes one image; see the other overload.</summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">Where it goes; not owned.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the copy; nothing becomes visible.</param>
    public static Task<long> CopyAsync(Image image, IImageDestination destination, EventSink events, CancellationToken cancellationToken) =>
        CopyAsync(ImageTree.Of(image), destination, events, cancellationToken);

    /// <summary>
    /// Writes layers, configurations and manifests, each verified on the way, reads back what was written, and only then makes it visible.
    /// </summary>
    /// <param name="tree">What to write.</param>
    /// <param name="destination">Where it goes; not owned.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the copy; nothing becomes visible.</param>
    /// <returns>Bytes written: manifests, and the layers and configurations that were not there already.</returns>
    /// <exception cref="DiffahException">ConversionRefused, DigestMismatch, SizeMismatch, and what source and destination throw.</exception>
    public static async Task<long> CopyAsync(ImageTree tree, IImageDestination destination, EventSink events, CancellationToken cancellationToken)
    {
        var staged = await StageAsync(tree, destination, null, events, cancellationToken);
        await staged.CommitAsync(cancellationToken);
        return staged.WrittenBytes;
    }

    /// <summary>
    /// Writes layers, configurations and manifests, each verified on the way, and reads back what was written where that can be done
    /// before anybody else sees it. Nothing is visible yet, so that several images can be made visible together.
    /// </summary>
    /// <param name="tree">What to write.</param>
    /// <param name="destination">Where it goes; not owned, and to be kept until the image is committed.</param>
    /// <param name="workers">The most blobs that are written at the same time; null is as many as the destination takes.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">ConversionRefused, DigestMismatch, SizeMismatch, and what source and destination throw.</exception>
    public static async Task<StagedImage> StageAsync(ImageTree tree, IImageDestination destination, int? workers, EventSink events, CancellationToken cancellationToken)
    {
        RequireExact(tree, destination, destination.Reference);
        var written = await new BlobCopies(tree, destination, workers, events).RunAsync(cancellationToken);
        foreach (var child in tree.Manifests.Children)
            await destination.PutChildManifestAsync(child, cancellationToken);
        await destination.PutManifestAsync(tree.Manifests.Root, cancellationToken);
        var wasRead = await ReadBack.StageAsync(tree.Manifests, destination, cancellationToken);
        written += tree.Manifests.Manifests.Sum(m => (long)m.Bytes.Length);
        return new StagedImage(tree.Manifests, destination, wasRead, written);
    }

    /// <summary>Refuses a destination that can't hold an image or index as it is.</summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="destination">The destination, or another of its kind.</param>
    /// <param name="shown">The reference that the error names.</param>
    /// <exception cref="DiffahException">ConversionRefused.</exception>
    public static void RequireExact(ImageTree tree, IImageDestination destination, ImageReference shown)
    {
        if (tree.WhyNotExact(destination) is { } reason)
            throw new DiffahException(DiffahErrors.ConversionRefused,
                $"{shown} can't hold the {(tree.Image is null ? "index" : "image")} digest for digest: {reason}",
                ImageConverter.WouldHelp(tree, destination) ? $"{Alternative(tree, shown)} {Conversion}" : Alternative(tree, shown));
    }

    private static string Alternative(ImageTree tree, ImageReference shown)
    {
        if (!shown.IsFile)
            return "Give the destination a tag, or the digest of the image.";
        var isDocker = tree.Manifests.Manifests.Any(m => MediaTypes.IsDocker(m.MediaType));
        if (tree.Image is null)
            return $"Write it to {(isDocker ? "dir: or docker://" : "oci-archive:, oci:, dir: or docker://")}, which hold an index with all its images, or copy one platform's image alone.";
        return isDocker
            ? "Write it to dir: or docker://, which hold a Docker image as it is; docker-archive: holds one with plain layers."
            : "Write it to oci-archive:, oci:, dir: or docker://, which hold an OCI image as it is.";
    }
}
