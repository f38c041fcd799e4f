using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// An image, or several under an index, to read from. The minimal core of a transport; everything else is derived.
/// Safe for concurrent reads.
/// </summary>
public interface IImageSource : IAsyncDisposable
{
    /// <summary>What was opened.</summary>
    ImageReference Reference { get; }

    /// <summary>Reads a manifest or index, as stored; its digest is checked where one was asked for.</summary>
    /// <param name="digest">Which one; null for what the reference itself names.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="Diagnostics.DiffahException">BlobMissing, DigestMismatch, SizeMismatch, InvalidManifest.</exception>
    Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken);

    /// <summary>Opens a configuration or layer. The bytes are not verified: see <see cref="ImageSourceExtensions"/>.</summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="Diagnostics.DiffahException">BlobMissing.</exception>
    Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken);
}
