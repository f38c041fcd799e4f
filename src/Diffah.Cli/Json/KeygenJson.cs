using Diffah.Engine.Operations;

namespace Diffah.Cli.Json;

/// <summary>The data of <c>keygen</c>: nothing of the keys but where they are, and the public one's fingerprint.</summary>
internal sealed record KeygenJson(string PrivateKey, string PublicKey, string Algorithm, bool Encrypted, string PublicKeyFingerprint)
{
    public static KeygenJson Of(CreatedKeyPair keys) => new(keys.PrivateKeyPath, keys.PublicKeyPath, keys.Algorithm, keys.IsEncrypted, keys.PublicKeyFingerprint);
}
