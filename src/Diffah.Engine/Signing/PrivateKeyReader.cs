using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>
/// Reads ECDSA P-256 private keys: PKCS#8 (RFC 5958), plain or with a passphrase; SEC1 (RFC 5915); and cosign's boxes,
/// bare or in PEM.
/// </summary>
internal static class PrivateKeyReader
{
    private const string ConvertIt =
        "Convert the key with: openssl pkcs8 -topk8 -in KEY -out NEW-KEY, and give the new one.";

    /// <summary>Reads a private key; the caller disposes of it.</summary>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument, FileNotFound, KeyInvalid.</exception>
    public static async Task<ECDsa> ReadAsync(SigningKeySource source, CancellationToken cancellationToken)
    {
        using var file = await KeyFile.ReadAsync(source.Path, cancellationToken);
        var passphrase = source.Passphrase is null ? null : Encoding.UTF8.GetBytes(source.Passphrase);
        try
        {
            return Read(file, passphrase);
        }
        catch (FormatException e)
        {
            throw file.Invalid(e.Message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passphrase);
        }
    }

    private static ECDsa Read(KeyFile file, byte[]? passphrase)
    {
        if (file.Text.StartsWith("{"))
            return OpenBox(file, Encoding.Latin1.GetBytes(file.Text.ToArray()), passphrase);
        // RFC 7468 does not have the headers of this older form, so the file would not be recognised as PEM.
        if (file.Text.Contains("Proc-Type:", StringComparison.Ordinal))
            throw file.Invalid(
                "is a key with a passphrase in openssl's older form, which is not supported.", ConvertIt);
        if (!PemBlock.TryRead(file.Text, out var block))
            throw file.Invalid("holds no key in PEM.");
        using (block)
            return Read(file, block, passphrase);
    }

    private static ECDsa Read(KeyFile file, PemBlock block, byte[]? passphrase) => block.Label switch
    {
        "PRIVATE KEY" => ReadPkcs8(file, block.Content),
        "EC PRIVATE KEY" => ReadSec1(file, block.Content),
        "ENCRYPTED PRIVATE KEY" => ReadEncrypted(file, block.Content, passphrase),
        "PUBLIC KEY" => throw file.Invalid("is a public key; signing takes the private one."),
        "CERTIFICATE" => throw file.Invalid("is a certificate; signing takes a private key."),
        "RSA PRIVATE KEY" => throw file.Invalid("is an RSA key, not ECDSA P-256."),
        "OPENSSH PRIVATE KEY" => throw file.Invalid("is a key in OpenSSH's own form, which is not supported."),
        var label when BoxedKey.PemLabels.Contains(label) => OpenBox(file, block.Content, passphrase),
        var label => throw file.Invalid($"is a '{ShortText.Cut(label, 40)}', not a private key."),
    };

    private static ECDsa OpenBox(KeyFile file, byte[] json, byte[]? passphrase)
    {
        var box = BoxedKey.Parse(json);
        var content = box.Open(passphrase ?? throw MissingPassphrase(file)) ?? throw file.Invalid(
            "can't be opened with this passphrase, or it is damaged.", "Give the key's own passphrase.");
        try
        {
            return ReadPkcs8(file, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static ECDsa ReadEncrypted(KeyFile file, byte[] content, byte[]? passphrase)
    {
        if (Pkcs8Cost.WhyRefused(content) is { } refused)
            throw file.Invalid(refused, ConvertIt);
        var given = passphrase ?? throw MissingPassphrase(file);
        return KeyImport.P256(file, "a key that can't be opened with this passphrase, or is not ECDSA P-256",
            key => KeyImport.Whole(content,
                (ReadOnlySpan<byte> der, out int read) => key.ImportEncryptedPkcs8PrivateKey(given, der, out read)));
    }

    private static ECDsa ReadSec1(KeyFile file, byte[] content)
    {
        if (KeyKind.OfSec1(content) is { } kind)
            KeyKind.RequireP256(kind, file, "signing");
        return KeyImport.P256(file, "an elliptic-curve key that is damaged",
            key => KeyImport.Whole(content, key.ImportECPrivateKey));
    }

    private static ECDsa ReadPkcs8(KeyFile file, byte[] content)
    {
        var kind = KeyKind.OfPkcs8(content) ?? throw file.Invalid("is not a private key in PKCS#8, or it is damaged.");
        KeyKind.RequireP256(kind, file, "signing");
        return KeyImport.P256(file, $"{kind}, or it is damaged; signing takes ECDSA P-256",
            key => KeyImport.Whole(content, key.ImportPkcs8PrivateKey));
    }

    private static DiffahException MissingPassphrase(KeyFile file) =>
        file.Invalid("is a key with a passphrase, and none was given.", "Give the key's passphrase.");
}
