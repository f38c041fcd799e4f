using Diffah.Engine.Oci;

namespace Diffah.Engine.Layers;

/// <summary>A layer: a blob as stored, whose content is a tar. Nothing is read before it is opened.</summary>
/// <param name="descriptor">The blob, as the manifest says.</param>
/// <param name="diffId">Digest of the content; null where the configuration does not say.</param>
/// <param name="open">Opens the blob; what it gives is verified while it is read.</param>
internal sealed class Layer(Descriptor descriptor, Digest? diffId, Func<CancellationToken, Task<Stream>> open)
{
    /// <summary>The blob, as the manifest says.</summary>
    public Descriptor Descriptor => descriptor;

    /// <summary>Digest of the blob as stored.</summary>
    public Digest Digest => descriptor.Digest;

    /// <summary>Digest of the content (the plain tar); null where the configuration does not say.</summary>
    public Digest? DiffId => diffId;

    /// <summary>Size of the blob as stored, in bytes.</summary>
    public long Size => descriptor.Size;

    /// <summary>Media type, as the manifest says.</summary>
    public string MediaType => descriptor.MediaType;

    /// <summary>
    /// Whether the manifest says from where else the blob can be had, so that it need not be where the image is.
    /// </summary>
    public bool HasUrls => descriptor.HasUrls;

    /// <summary>
    /// Opens the blob as stored; what is read is verified against <see cref="Digest"/> and <see cref="Size"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    public Task<Stream> OpenBlobAsync(CancellationToken cancellationToken) => open(cancellationToken);
}
