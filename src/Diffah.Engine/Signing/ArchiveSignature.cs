using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>What is signed of an archive, and the form of its signature file (docs/format.md, Signatures).</summary>
internal static class ArchiveSignature
{
    /// <summary>What the signature file's path has more than the archive's.</summary>
    public const string Suffix = ".sig";

    // An ECDSA P-256 signature in DER has 72 bytes at the most.
    private const int MaximumSize = 1024;

    /// <summary>True where a signature lies beside an archive; whether it fits is not looked at.</summary>
    /// <param name="archivePath">Absolute path of the archive.</param>
    public static bool IsBeside(string archivePath) => File.Exists(archivePath + Suffix);

    /// <summary>The SHA-256 hash that is signed: of the sidecar's canonical form.</summary>
    /// <param name="sidecar">The sidecar as stored.</param>
    /// <exception cref="JsonException">The sidecar has no canonical form.</exception>
    public static byte[] HashOf(ReadOnlyMemory<byte> sidecar) => SHA256.HashData(CanonicalJson.Canonicalize(sidecar));

    /// <summary>The text of a signature file.</summary>
    /// <param name="signature">The signature, DER.</param>
    public static byte[] Encode(byte[] signature) => Encoding.ASCII.GetBytes(Convert.ToBase64String(signature) + "\n");

    /// <summary>Reads the signature of an archive.</summary>
    /// <param name="archivePath">Absolute path of the archive.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The signature, DER.</returns>
    /// <exception cref="DiffahException">SignatureMissing, SignatureInvalid.</exception>
    public static async Task<byte[]> ReadAsync(string archivePath, CancellationToken cancellationToken)
    {
        var path = archivePath + Suffix;
        if (!File.Exists(path))
            throw new DiffahException(
                DiffahErrors.SignatureMissing, $"'{archivePath}' is not signed: there is no '{path}'.");
        var bytes = new byte[MaximumSize];
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Decode(bytes.AsSpan(0, length)) ?? throw new DiffahException(
            DiffahErrors.SignatureInvalid, $"'{path}' is not a signature: it must be one line of base64.");
    }

    /// <summary>Base64 in its one form, and at the most one line feed after it.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> file)
    {
        var text = Encoding.Latin1.GetString(file.EndsWith("\n"u8) ? file[..^1] : file);
        var signature = new byte[text.Length];
        // The base library passes over white space and over bits that no byte uses; encoding it again does not.
        return Convert.TryFromBase64String(text, signature, out var length) && length > 0
            && Convert.ToBase64String(signature, 0, length) == text ? signature[..length] : null;
    }
}
