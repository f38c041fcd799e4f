namespace Diffah.Engine.Signing;

/// <summary>The path of a private key, and its passphrase, which is never printed.</summary>
/// <param name="path">Absolute path of the key file, or a KMS URI as the user wrote it, which is refused as
/// reserved.</param>
/// <param name="passphrase">The passphrase of a boxed key; null where there is none.</param>
public sealed class SigningKeySource(string path, string? passphrase = null)
{
    private static readonly string[] Reserved =
        ["cosign://", "sigstore://", "awskms://", "gcpkms://", "azurekms://", "hashivault://", "k8s://", "gitlab://",
            "github://", "env://", "pkcs11:"];

    /// <summary>Absolute path of the key file.</summary>
    public string Path { get; } = path;

    // Not public, so that no view, serializer or debugger shows it.
    internal string? Passphrase { get; } = passphrase;

    /// <summary>
    /// True for a key that is not in a file: in a key management system, on a token, in a service. Both faces ask
    /// before they make a path absolute; the engine refuses it as SigningReserved.
    /// </summary>
    /// <param name="key">The text that the user wrote.</param>
    public static bool IsReserved(string key) =>
        Array.Exists(Reserved, scheme => key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Path;
}
