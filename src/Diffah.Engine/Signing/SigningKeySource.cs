namespace Diffah.Engine.Signing;

/// <summary>Where a private key is, and what opens it. The passphrase does not print.</summary>
/// <param name="path">Absolute path of the key file, or what a user wrote that is no path (a KMS URI, which is refused as reserved).</param>
/// <param name="passphrase">The passphrase of a boxed key; null where there is none.</param>
public sealed class SigningKeySource(string path, string? passphrase = null)
{
    private static readonly string[] Reserved =
        ["cosign://", "sigstore://", "awskms://", "gcpkms://", "azurekms://", "hashivault://", "k8s://", "gitlab://", "github://", "env://", "pkcs11:"];

    /// <summary>Absolute path of the key file.</summary>
    public string Path { get; } = path;

    // Not public, so that no view, serializer or debugger display of the faces comes across it.
    internal string? Passphrase { get; } = passphrase;

    /// <summary>
    /// True for what names a key but no file: a key management system, a token, a service. Both faces ask before they make a
    /// path absolute; the engine refuses it as SigningReserved.
    /// </summary>
    /// <param name="key">What the user wrote.</param>
    public static bool IsReserved(string key) => Array.Exists(Reserved, scheme => key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Path;
}
