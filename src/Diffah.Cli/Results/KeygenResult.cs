using Diffah.Engine.Operations;

namespace Diffah.Cli.Results;

/// <summary>
/// The data of <c>keygen</c>: nothing of the keys but where they are, and the public one's fingerprint.
/// </summary>
internal sealed record KeygenJson(
    string PrivateKey, string PublicKey, string Algorithm, bool Encrypted, string PublicKeyFingerprint)
{
    public static KeygenJson Of(CreatedKeyPair keys) =>
        new(keys.PrivateKeyPath, keys.PublicKeyPath, keys.Algorithm, keys.IsEncrypted, keys.PublicKeyFingerprint);
}

/// <summary>The result of <c>keygen</c> for people.</summary>
internal static class KeygenText
{
    public static void Write(TextWriter output, CreatedKeyPair keys)
    {
        output.WriteLine(
            $"private key: {keys.PrivateKeyPath} "
                + $"({keys.Algorithm}, {(keys.IsEncrypted ? "needs its passphrase" : "without a passphrase")})");
        output.WriteLine($"public key: {keys.PublicKeyPath}");
        output.WriteLine($"fingerprint: {keys.PublicKeyFingerprint}");
    }
}
