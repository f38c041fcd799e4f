using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>A layer: a blob as stored, and its content, a tar. Nothing is read before it is opened.</summary>
public interface ILayer
{
    /// <summary>Digest of the blob as stored.</summary>
    Digest Digest { get; }

    /// <summary>Digest of the content (the plain tar); null where the configuration does not say.</summary>
    Digest? DiffId { get; }

    /// <summary>Size of the blob as stored, in bytes.</summary>
    long Size { get; }

    /// <summary>Media type, as the manifest says.</summary>
    string MediaType { get; }

    /// <summary>Opens the blob as stored; what is read is verified against <see cref="Digest"/> and <see cref="Size"/>.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    Task<Stream> OpenBlobAsync(CancellationToken cancellationToken);

    /// <summary>Opens the content, decompressed as the blob's first bytes tell.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    Task<Stream> OpenContentAsync(CancellationToken cancellationToken);
}
