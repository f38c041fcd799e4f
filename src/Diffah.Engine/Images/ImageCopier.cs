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
        var layers = image.Manifest.Layers.DistinctBy(l => l.Digest);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = destination.MaximumConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(layers, workers, async (layer, ct) => await CopyLayerAsync(image.Source, layer, destination, events, ct).ConfigureAwait(false)).ConfigureAwait(false);
        if (!await destination.HasBlobAsync(image.Manifest.Config, cancellationToken).ConfigureAwait(false))
        {
            using var config = new MemoryStream(image.ConfigBytes.ToArray(), writable: false);
            await destination.PutBlobAsync(image.Manifest.Config, config, cancellationToken).ConfigureAwait(false);
        }
        await destination.PutManifestAsync(image.Manifest.Raw, cancellationToken).ConfigureAwait(false);
        await PublishAsync(image.Manifest, destination, cancellationToken).ConfigureAwait(false);
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
                !shown.IsFile ? "Give the destination a tag, or the digest of the image."
                    : MediaTypes.IsDocker(image.Manifest.MediaType) ? "Restore to docker-archive: or dir:, which hold a Docker image as it is (a docker-archive: only one with plain layers)."
                    : "Restore to oci-archive:, oci: or dir:, which hold an OCI image as it is.");
    }

    private static async Task CopyLayerAsync(IImageSource source, Descriptor layer, IImageDestination destination, EventSink events, CancellationToken cancellationToken)
    {
        using var progress = events.BeginPart($"layer {layer.Digest.ShortHex}", "writing", layer.Size);
        if (await destination.HasBlobAsync(layer, cancellationToken).ConfigureAwait(false))
            return;
        await using var content = await VerifiedBlob.OpenAsync(source, layer, progress, cancellationToken).ConfigureAwait(false);
        await destination.PutBlobAsync(layer, content, cancellationToken).ConfigureAwait(false);
        if (!content.IsVerified)
            throw new InvalidOperationException($"The destination did not read blob {layer.Digest} to its end.");
    }

    /// <summary>Reads back what was written before it becomes visible; right after, where it can't be read any sooner.</summary>
    private static async Task PublishAsync(ImageManifest promised, IImageDestination destination, CancellationToken cancellationToken)
    {
        var staged = await destination.StageAsync(cancellationToken).ConfigureAwait(false);
        if (staged is not null)
            await CheckAsync(promised, staged, "would hold", "nothing was written", cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (staged is null)
            await CheckAsync(promised, await destination.OpenCommittedAsync(cancellationToken).ConfigureAwait(false), "holds", "somebody else may have written there too", cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckAsync(ImageManifest promised, IImageSource source, string holds, string outcome, CancellationToken cancellationToken)
    {
        await using (source.ConfigureAwait(false))
        {
            var written = ImageManifest.Parse(await source.GetManifestAsync(null, cancellationToken).ConfigureAwait(false));
            if (written.Digest != promised.Digest || !written.Layers.SequenceEqual(promised.Layers, LayerIdentity.Instance))
                throw new DiffahException(DiffahErrors.DigestMismatch,
                    $"{source.Reference} {holds} the manifest {written.Digest}, not the {promised.Digest} that was promised; {outcome}.",
                    "Choose another destination, or write the image again.");
        }
    }

    private sealed class LayerIdentity : IEqualityComparer<Descriptor>
    {
        public static LayerIdentity Instance { get; } = new();

        public bool Equals(Descriptor? x, Descriptor? y) => x?.Digest == y?.Digest && x?.Size == y?.Size;

        public int GetHashCode(Descriptor descriptor) => descriptor.Digest.GetHashCode();
    }
}
