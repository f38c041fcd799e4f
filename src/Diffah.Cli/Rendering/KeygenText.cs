using Diffah.Engine.Operations;

namespace Diffah.Cli.Rendering;

/// <summary>The result of <c>keygen</c> for people.</summary>
internal static class KeygenText
{
    public static void Write(TextWriter output, CreatedKeyPair keys)
    {
        output.WriteLine($"private key: {keys.PrivateKeyPath} ({keys.Algorithm}, {(keys.IsEncrypted ? "needs its passphrase" : "without a passphrase")})");
        output.WriteLine($"public key: {keys.PublicKeyPath}");
        output.WriteLine($"fingerprint: {keys.PublicKeyFingerprint}");
    }
}
