using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Reads ECDSA P-256 public keys: PKIX (RFC 5280, SubjectPublicKeyInfo) in PEM.</summary>
internal static class PublicKeyReader
{
    /// <summary>Reads a public key; the caller disposes of it.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument, FileNotFound, KeyInvalid.</exception>
    public static async Task<ECDsa> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var file = await KeyFile.ReadAsync(path, cancellationToken);
        if (!PemBlock.TryRead(file.Text, out var block))
            throw file.Invalid(file.Text.StartsWith("{")
                ? "is a private key in cosign's box; verifying takes the public one."
                : "holds no key in PEM.");
        using (block)
            return Read(file, block);
    }

    private static ECDsa Read(KeyFile file, PemBlock block)
    {
        if (block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            throw file.Invalid("is a private key; verifying takes the public one.",
                "Give the public key, and keep the private one where archives are signed.");
        if (block.Label == "CERTIFICATE")
            throw new DiffahException(DiffahErrors.SigningReserved,
                $"'{file.Path}' is a certificate; verifying with certificates is reserved but not yet implemented.");
        if (block.Label != "PUBLIC KEY" || KeyKind.OfPublicKey(block.Content) is not { } kind)
            throw file.Invalid("is not a public key in PKIX form, or it is damaged.");
        KeyKind.RequireP256(kind, file, "verifying");
        return KeyImport.P256(file, $"{kind}, or it is damaged; verifying takes ECDSA P-256",
            key => KeyImport.Whole(block.Content, key.ImportSubjectPublicKeyInfo));
    }
}
