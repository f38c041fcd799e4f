using System.Security.Cryptography;
using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Verifies signatures of archives with one public key.</summary>
internal sealed class ArchiveVerifier : IDisposable
{
    private readonly ECDsa _key;
    private readonly string _path;

    private ArchiveVerifier(ECDsa key, string path) => (_key, _path) = (key, path);

    /// <summary>Loads the key.</summary>
    /// <param name="path">Absolute path of the public key, or a KMS URI as the user wrote it.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument, FileNotFound, AccessDenied,
    /// KeyInvalid.</exception>
    public static async Task<ArchiveVerifier> LoadAsync(string path, CancellationToken cancellationToken) =>
        new(await PublicKeyReader.ReadAsync(path, cancellationToken), path);

    /// <summary>Verifies an archive by the signature file beside it.</summary>
    /// <param name="archivePath">Absolute path of the archive.</param>
    /// <param name="sidecar">The archive's sidecar as stored; what follows must be done with these very bytes.</param>
    /// <param name="cancellationToken">Stops the read of the signature.</param>
    /// <exception cref="DiffahException">SignatureMissing, SignatureInvalid.</exception>
    public async Task VerifyAsync(string archivePath, ReadOnlyMemory<byte> sidecar, CancellationToken cancellationToken)
    {
        var signature = await ArchiveSignature.ReadAsync(archivePath, cancellationToken);
        if (!_key.VerifyHash(Hash(archivePath, sidecar), signature, DSASignatureFormat.Rfc3279DerSequence))
            throw new DiffahException(DiffahErrors.SignatureInvalid,
                $"The signature of '{archivePath}' is not one of the key '{_path}' over this archive.");
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static byte[] Hash(string archivePath, ReadOnlyMemory<byte> sidecar)
    {
        try
        {
            var hash = ArchiveSignature.HashOf(sidecar);
            DocumentLayout.Check(sidecar.Span);
            return hash;
        }
        catch (JsonException e)
        {
            throw new DiffahException(DiffahErrors.SignatureInvalid,
                $"The sidecar of '{archivePath}' can't be verified: {e.Message}", inner: e);
        }
    }
}
