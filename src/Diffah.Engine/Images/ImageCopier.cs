using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>Writes an image to a destination, digest for digest.</summary>
public static class ImageCopier
{
    /// <summary>
    /// Writes configuration, layers and manifest, each verified on the way, reads back what was written, and only then makes it visible.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">Where it goes; not owned.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the copy; nothing becomes visible.</param>
    /// <exception cref="DiffahException">ConversionRefused, DigestMismatch, SizeMismatch, and what source and destination throw.</exception>
    public static async Task CopyAsync(Image image, IImageDestination destination, EventSink events, CancellationToken cancellationToken)
    {
        RequireExact(image, destination, destination.Reference);
        foreach (var layer in image.Manifest.Layers.DistinctBy(l => l.Digest))
        {
            using var progress = events.BeginPart($"layer {layer.Digest.ShortHex}", "writing", layer.Size);
            await CopyBlobAsync(image.Source, layer, destination, progress, cancellationToken).ConfigureAwait(false);
        }
        using var config = new MemoryStream(image.ConfigBytes.ToArray(), writable: false);
        await destination.PutBlobAsync(image.Manifest.Config, config, cancellationToken).ConfigureAwait(false);
        await destination.PutManifestAsync(image.Manifest.Raw, cancellationToken).ConfigureAwait(false);
        await CheckAsync(image.Manifest, destination, cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses a destination that can't hold the image as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">The destination, or another of its kind.</param>
    /// <param name="shown">The reference that the error names.</param>
    /// <exception cref="DiffahException">ConversionRefused.</exception>
    public static void RequireExact(Image image, IImageDestination destination, ImageReference shown)
    {
        if (destination.WhyNotExact(image.Manifest, image.Config) is { } reason)
            throw new DiffahException(DiffahErrors.ConversionRefused, $"{shown} can't hold the image digest for digest: {reason}",
                MediaTypes.IsDocker(image.Manifest.MediaType)
                    ? "Restore to docker-archive: or dir:, which hold a Docker image as it is (a docker-archive: only one with plain layers)."
                    : "Restore to oci-archive:, oci: or dir:, which hold an OCI image as it is.");
    }

    private static async Task CopyBlobAsync(IImageSource source, Descriptor blob, IImageDestination destination, ProgressScope progress, CancellationToken cancellationToken)
    {
        if (await destination.HasBlobAsync(blob, cancellationToken).ConfigureAwait(false))
            return;
        using var verified = await source.OpenVerifiedAsync(blob, cancellationToken).ConfigureAwait(false);
        using var counted = new ProgressStream(verified, progress.Advance);
        await destination.PutBlobAsync(blob, counted, cancellationToken).ConfigureAwait(false);
        if (!verified.IsVerified)
            throw new InvalidOperationException($"The destination did not read blob {blob.Digest} to its end.");
    }

    private static async Task CheckAsync(ImageManifest promised, IImageDestination destination, CancellationToken cancellationToken)
    {
        if (await destination.StageAsync(cancellationToken).ConfigureAwait(false) is not { } staged)
            return;
        await using (staged.ConfigureAwait(false))
        {
            var written = ImageManifest.Parse(await staged.GetManifestAsync(null, cancellationToken).ConfigureAwait(false));
            if (written.Digest != promised.Digest || !written.Layers.SequenceEqual(promised.Layers, LayerIdentity.Instance))
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"{destination.Reference} would hold the manifest {written.Digest}, not the {promised.Digest} that was promised; nothing was written.",
                    "Choose another transport for the destination.");
        }
    }

    private sealed class LayerIdentity : IEqualityComparer<Descriptor>
    {
        public static LayerIdentity Instance { get; } = new();

        public bool Equals(Descriptor? x, Descriptor? y) => x?.Digest == y?.Digest && x?.Size == y?.Size;

        public int GetHashCode(Descriptor descriptor) => descriptor.Digest.GetHashCode();
    }
}
