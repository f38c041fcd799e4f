using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations;

/// <summary>What keys to make, and where to.</summary>
public sealed class CreateKeyPairRequest
{
    /// <summary>Absolute path of the private key's file (PEM, mode 0600).</summary>
    public required string PrivateKeyPath { get; init; }

    /// <summary>Absolute path of the public key's file (PKIX PEM); null is the private key's with the extension <c>.pub</c>.</summary>
    public string? PublicKeyPath { get; init; }

    /// <summary>Whether files that are there already may be replaced.</summary>
    public bool Overwrite { get; init; }

    // The setter alone is public: no view or serializer of the faces comes across the passphrase.

    /// <summary>The passphrase to box the private key with, as cosign does; null writes it as plain PKCS#8.</summary>
    public string? Passphrase
    {
        internal get;
        init;
    }
}

/// <summary>A pair of keys that was written.</summary>
/// <param name="PrivateKeyPath">Absolute path of the private key.</param>
/// <param name="PublicKeyPath">Absolute path of the public key.</param>
/// <param name="Algorithm">What the keys are for: <c>ECDSA P-256</c>.</param>
/// <param name="IsEncrypted">True where the private key needs a passphrase.</param>
/// <param name="PublicKeyFingerprint">SHA-256 of the public key (DER), <c>sha256:hex</c>: to compare over another channel.</param>
public sealed record CreatedKeyPair(string PrivateKeyPath, string PublicKeyPath, string Algorithm, bool IsEncrypted, string PublicKeyFingerprint);

/// <summary>Makes a pair of keys for signing archives.</summary>
public static class CreateKeyPair
{
    /// <summary>Makes the keys and writes both files, or none.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="DiffahException">DestinationExists, SodiumUnavailable, FileNotFound, AccessDenied.</exception>
    public static Task<CreatedKeyPair> RunAsync(CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
