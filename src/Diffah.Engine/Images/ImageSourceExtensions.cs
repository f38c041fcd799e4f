using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>What follows from the minimal core of a source.</summary>
public static class ImageSourceExtensions
{
    /// <summary>Opens a blob through a stream that checks size and digest.</summary>
    /// <param name="source">The source.</param>
    /// <param name="blob">The blob's descriptor.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public static async Task<VerifyingStream> OpenVerifiedAsync(this IImageSource source, Descriptor blob, CancellationToken cancellationToken)
    {
        var stream = await source.OpenBlobAsync(blob, cancellationToken);
        return new VerifyingStream(stream, blob.Digest, blob.Size, $"Blob {blob.Digest} of {source.Reference}");
    }

    /// <summary>Reads a small verified blob, such as a configuration.</summary>
    /// <param name="source">The source.</param>
    /// <param name="blob">The blob's descriptor.</param>
    /// <param name="maximum">The most bytes accepted.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, BlobMissing.</exception>
    public static async Task<byte[]> ReadBlobAsync(this IImageSource source, Descriptor blob, int maximum, CancellationToken cancellationToken)
    {
        if (blob.Size > maximum)
            throw new DiffahException(DiffahErrors.SizeMismatch, $"Blob {blob.Digest} of {source.Reference} claims {blob.Size} bytes; at most {maximum} are read.");
        using var stream = await source.OpenVerifiedAsync(blob, cancellationToken);
        return await stream.ReadBoundedAsync(maximum, $"Blob {blob.Digest}", cancellationToken);
    }
}
