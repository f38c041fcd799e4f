using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.Storage;

/// <summary>Reads manifests and indexes that are stored as files.</summary>
internal static class ManifestReader
{
    /// <summary>Reads a manifest and checks it against what is known of it.</summary>
    /// <param name="stream">Its bytes; disposed of.</param>
    /// <param name="digest">The digest it must have; null where none is known.</param>
    /// <param name="descriptor">What points at it; null where nothing is known to.</param>
    /// <param name="what">What it is, for the error message.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public static async Task<RawManifest> ReadAsync(
        Stream stream, Digest? digest, Descriptor? descriptor, string what, CancellationToken cancellationToken)
    {
        byte[] bytes;
        await using (stream)
        {
            bytes = await stream.ReadBoundedAsync(RawManifest.MaximumSize, what, cancellationToken);
        }
        return Check(bytes, digest, descriptor, descriptor?.MediaType, what);
    }

    /// <summary>Checks a manifest that is read already.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="digest">The digest it must have; null where none is known.</param>
    /// <param name="descriptor">What points at it; null where nothing is known to.</param>
    /// <param name="mediaType">What it is said to be, where it does not say itself; null where nothing says so.</param>
    /// <param name="what">What it is, for the error message.</param>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, InvalidManifest.</exception>
    public static RawManifest Check(
        byte[] bytes, Digest? digest, Descriptor? descriptor, string? mediaType, string what)
    {
        if (descriptor is not null && descriptor.Size != bytes.Length)
            throw new DiffahException(
                DiffahErrors.SizeMismatch, $"{what} has {bytes.Length} bytes, not {descriptor.Size}.");
        if (digest is not { } expected)
            return new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, mediaType));
        Verify(bytes, expected, what);
        return new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, mediaType), expected);
    }

    private static void Verify(byte[] bytes, Digest expected, string what)
    {
        using var hash = expected.CreateHash();
        hash.AppendData(bytes);
        var actual = Digest.FromHash(expected.Algorithm, hash.GetHashAndReset());
        if (actual != expected)
            throw new DiffahException(DiffahErrors.DigestMismatch, $"{what} has the digest {actual}, not {expected}.");
    }
}

/// <summary>Errors that several transports share.</summary>
internal static class TransportErrors
{
    public static DiffahException BlobMissing(Digest digest, ImageReference reference) =>
        new(DiffahErrors.BlobMissing, $"Blob {digest} is not in {reference}.");

    public static DiffahException NotExact(string reason) =>
        new(DiffahErrors.ConversionRefused, $"The image can't be written as it is: {reason}");
}
