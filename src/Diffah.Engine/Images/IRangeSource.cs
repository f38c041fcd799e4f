using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>A source that can give a blob from a byte on: what was begun in another run goes on so.</summary>
internal interface IRangeSource : IImageSource
{
    /// <summary>
    /// Opens the rest of a blob; null where the source gives blobs from their beginning alone. The bytes are not
    /// verified.
    /// </summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="from">The first byte that is wanted, not 0 and not the blob's end.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">BlobMissing.</exception>
    Task<Stream?> OpenRestAsync(Descriptor blob, long from, CancellationToken cancellationToken);
}
