using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>Writes an image, or an index with its images, to a destination, digest for digest.</summary>
internal static class ImageCopier
{
    /// <summary>Writes one image; see the other overload.</summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">Where it goes; not owned.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the copy; nothing becomes visible.</param>
    public static Task<long> CopyAsync(
        Image image, IImageDestination destination, EventSink events, CancellationToken cancellationToken) =>
        CopyAsync(ImageTree.Of(image), destination, events, cancellationToken);

    /// <summary>
    /// Writes layers, configurations and manifests, each verified on the way, reads back what was written, and only
    /// then makes it visible.
    /// </summary>
    /// <param name="tree">What to write.</param>
    /// <param name="destination">Where it goes; not owned.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the copy; nothing becomes visible.</param>
    /// <returns>Bytes written: manifests, and the layers and configurations that were not there already.</returns>
    /// <exception cref="DiffahException">ConversionRefused, DigestMismatch, SizeMismatch, and what source and
    /// destination throw.</exception>
    public static async Task<long> CopyAsync(
        ImageTree tree, IImageDestination destination, EventSink events, CancellationToken cancellationToken)
    {
        var staged = await StageAsync(tree, destination, null, events, cancellationToken);
        await staged.CommitAsync(cancellationToken);
        return staged.WrittenBytes;
    }

    /// <summary>
    /// Writes layers, configurations and manifests, each verified on the way, and reads back what was written where
    /// that can be done before anybody else sees it. Nothing is visible yet, so that several images can be made visible
    /// together.
    /// </summary>
    /// <param name="tree">What to write.</param>
    /// <param name="destination">Where it goes; not owned, and to be kept until the image is committed.</param>
    /// <param name="workers">The most blobs that are written at the same time; null is as many as the destination
    /// takes.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="DiffahException">ConversionRefused, DigestMismatch, SizeMismatch, and what source and
    /// destination throw.</exception>
    public static async Task<StagedImage> StageAsync(
        ImageTree tree, IImageDestination destination, int? workers, EventSink events,
        CancellationToken cancellationToken)
    {
        RequireExact(tree, destination.Transport, destination.Reference);
        var written = destination is IContentDestination contents && tree.Image is { } image
            ? await new ContentCopies(image, contents, workers, events).RunAsync(cancellationToken)
            : await new BlobCopies(tree, destination, workers, events).RunAsync(cancellationToken);
        foreach (var child in tree.Manifests.Children)
            await destination.PutChildManifestAsync(child, cancellationToken);
        // Before the image: whoever finds that finds its signatures.
        var (referrers, referrerBytes) = await ReferrerCopies.RunAsync(
            tree, destination, workers, events, cancellationToken);
        written += referrerBytes;
        await destination.PutManifestAsync(tree.Manifests.Root, cancellationToken);
        var wasRead = await ReadBack.StageAsync(tree.Manifests, referrers, destination, cancellationToken);
        written += tree.Manifests.Manifests.Sum(m => (long)m.Bytes.Length);
        return new StagedImage(tree.Manifests, referrers, destination, wasRead, written);
    }

    /// <summary>Refuses a destination that can't hold an image or index as it is.</summary>
    /// <param name="tree">The image or index.</param>
    /// <param name="transport">The destination's transport.</param>
    /// <param name="reference">The destination.</param>
    /// <param name="otherwise">What else the user could do; null for nothing.</param>
    /// <exception cref="DiffahException">ConversionRefused.</exception>
    internal static void RequireExact(
        ImageTree tree, IImageTransport transport, ImageReference reference, string? otherwise = null)
    {
        if (tree.WhyNotExact(transport, reference) is { } reason)
            throw new DiffahException(DiffahErrors.ConversionRefused,
                $"{reference} can't hold the {(tree.Image is null ? "index" : "image")} digest for digest: {reason}",
                otherwise is null
                    ? Alternative(tree, transport.Traits)
                    : $"{Alternative(tree, transport.Traits)} {otherwise}");
    }

    private static string Alternative(ImageTree tree, TransportTraits asked)
    {
        // What holds every image as it is refuses only a name that is another image's.
        if (asked.Form is null)
            return "Give the destination a tag, or the digest of the image.";
        var isDocker = tree.Manifests.Manifests.Any(m => MediaTypes.IsDocker(m.MediaType));
        var form = isDocker ? (ImageForm?)null : ImageForm.Oci;
        var holders = TransportTraits.Words(t => (tree.Image is not null || t.HoldsIndex) && Holds(t, form));
        if (tree.Image is null)
            return $"Write it to {holders}, which hold an index with all its images, "
                + "or copy one platform's image alone.";
        if (!isDocker)
            return $"Write it to {holders}, which hold an OCI image as it is.";
        var plain = TransportTraits.Words(t => t.Form == ImageForm.DockerPlain, "and");
        return $"Write it to {holders}, which hold a Docker image as it is; {plain} hold one with plain layers.";
    }

    private static bool Holds(TransportTraits transport, ImageForm? form) =>
        transport.Form is null || transport.Form == form;
}

/// <summary>An image, or an index with its images, that is written whole and that nobody sees yet.</summary>
internal sealed class StagedImage
{
    private readonly ManifestTree _promised;
    private readonly ImmutableArray<ReferrerTree> _referrers;
    private readonly IImageDestination _destination;
    private readonly bool _wasRead;

    internal StagedImage(
        ManifestTree promised, ImmutableArray<ReferrerTree> referrers, IImageDestination destination, bool wasRead,
        long writtenBytes) =>
        (_promised, _referrers, _destination, _wasRead, WrittenBytes) =
            (promised, referrers, destination, wasRead, writtenBytes);

    /// <summary>How many referrers were written with it.</summary>
    public int ReferrerCount => _referrers.Length;

    /// <summary>Bytes written: manifests, and the layers and configurations that were not there already.</summary>
    public long WrittenBytes { get; }

    /// <summary>Makes it visible, and reads it back where that could not be done before. Called once.</summary>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    /// <exception cref="DiffahException">DigestMismatch, and what the destination throws.</exception>
    public Task CommitAsync(CancellationToken cancellationToken) =>
        ReadBack.CommitAsync(_promised, _referrers, _destination, _wasRead, cancellationToken);
}
