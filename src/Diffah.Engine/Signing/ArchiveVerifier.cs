using System.Security.Cryptography;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

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
        Verify(archivePath, signature, sidecar);
    }

    /// <summary>Verifies an archive by a signature that came with it.</summary>
    /// <param name="archive">What people call the archive.</param>
    /// <param name="signatureFile">The bytes of the signature file; null where there is none.</param>
    /// <param name="sidecar">The archive's sidecar as stored; what follows must be done with these very bytes.</param>
    /// <exception cref="DiffahException">SignatureMissing, SignatureInvalid.</exception>
    public void VerifyFile(string archive, ReadOnlyMemory<byte>? signatureFile, ReadOnlyMemory<byte> sidecar) =>
        Verify(archive, ArchiveSignature.Parse(signatureFile ?? throw new DiffahException(
            DiffahErrors.SignatureMissing, $"'{archive}' is not signed: no signature was published with it."),
            $"the signature of {archive}"), sidecar);

    /// <summary>The key, for people: <c>sha256:</c> and the digest of its form in DER.</summary>
    public string Fingerprint => Digest.Compute(_key.ExportSubjectPublicKeyInfo()).ToString();

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private void Verify(string archivePath, byte[] signature, ReadOnlyMemory<byte> sidecar)
    {
        if (!_key.VerifyHash(Hash(archivePath, sidecar), signature, DSASignatureFormat.Rfc3279DerSequence))
            throw new DiffahException(DiffahErrors.SignatureInvalid,
                $"The signature of '{archivePath}' is not one of the key '{_path}' over this archive.");
    }

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
