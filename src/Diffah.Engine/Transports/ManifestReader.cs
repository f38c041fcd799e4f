using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports;

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
    public static async Task<RawManifest> ReadAsync(Stream stream, Digest? digest, Descriptor? descriptor, string what, CancellationToken cancellationToken)
    {
        byte[] bytes;
        await using (stream)
        {
            bytes = await stream.ReadBoundedAsync(RawManifest.MaximumSize, what, cancellationToken).ConfigureAwait(false);
        }
        if (descriptor is not null && descriptor.Size != bytes.Length)
            throw new DiffahException(DiffahErrors.SizeMismatch, $"{what} has {bytes.Length} bytes, not {descriptor.Size}.");
        if (digest is not { } expected)
            return new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, descriptor?.MediaType));
        Verify(bytes, expected, what);
        return new RawManifest(bytes, ImageManifest.DetectMediaType(bytes, descriptor?.MediaType), expected);
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
