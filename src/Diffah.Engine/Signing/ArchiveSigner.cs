using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Signs archives with one private key, which is loaded before there is anything to sign.</summary>
internal sealed class ArchiveSigner : IDisposable
{
    private readonly ECDsa _key;

    private ArchiveSigner(ECDsa key) => _key = key;

    /// <summary>Loads the key; its passphrase is tried here.</summary>
    /// <param name="source">Where the key is, and what opens it.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument, FileNotFound, AccessDenied,
    /// KeyInvalid.</exception>
    public static async Task<ArchiveSigner> LoadAsync(SigningKeySource source, CancellationToken cancellationToken) =>
        new(await PrivateKeyReader.ReadAsync(source, cancellationToken));

    /// <summary>Signs an archive's sidecar.</summary>
    /// <param name="sidecar">The sidecar as stored.</param>
    /// <returns>The bytes of the signature file.</returns>
    public byte[] Sign(ReadOnlyMemory<byte> sidecar)
    {
        // What verifying would refuse is not signed either.
        DocumentLayout.Check(sidecar.Span);
        return ArchiveSignature.Encode(
            _key.SignHash(ArchiveSignature.HashOf(sidecar), DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
