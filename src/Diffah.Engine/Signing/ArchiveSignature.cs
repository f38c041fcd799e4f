using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>What is signed of an archive, and the form of its signature file (docs/format.md, Signatures).</summary>
internal static class ArchiveSignature
{
    /// <summary>What the signature file's path has more than the archive's.</summary>
    public const string Suffix = ".sig";

    // An ECDSA P-256 signature in DER has 72 bytes at the most; that is 200 bytes of base64 in UTF-16.
    private const int MaximumSize = 1024;

    /// <summary>True where a signature lies beside an archive; whether it fits is not looked at.</summary>
    /// <param name="archivePath">Absolute path of the archive; what is no path, a standard stream or a reference, has
    /// none.</param>
    public static bool IsBeside(string archivePath) =>
        !StandardStreams.AreMeant(archivePath) && Path.IsPathFullyQualified(archivePath)
            && File.Exists(archivePath + Suffix);

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
        if (StandardStreams.AreMeant(archivePath))
            throw new DiffahException(DiffahErrors.SignatureMissing,
                "The archive came through standard input, and its signature does not come with it.",
                $"Save the archive to a file, put its signature beside it (with {Suffix}), and name the file.");
        var path = archivePath + Suffix;
        if (await SmallFile.ReadAsync(path, MaximumSize, why => Invalid(path, $"it {why}"), cancellationToken)
            is not { } bytes)
            throw new DiffahException(
                DiffahErrors.SignatureMissing, $"'{archivePath}' is not signed: there is no '{path}'.");
        return Parse(bytes, path);
    }

    /// <summary>Reads the bytes of a signature file.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="path">What people call it.</param>
    /// <returns>The signature, DER.</returns>
    /// <exception cref="DiffahException">SignatureInvalid.</exception>
    public static byte[] Parse(ReadOnlyMemory<byte> bytes, string path) =>
        bytes.Length <= MaximumSize && TextBytes.Read(bytes.ToArray()) is { } text && Decode(text) is { } signature
            ? signature
            : throw Invalid(path, "it must be one line of base64");

    private static DiffahException Invalid(string path, string why) =>
        new(DiffahErrors.SignatureInvalid, $"'{path}' is not a signature: {why}.");

    /// <summary>Base64 in its one form, and at the most one end of a line after it.</summary>
    private static byte[]? Decode(string line)
    {
        var text = line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2]
            : line.EndsWith('\n') ? line[..^1] : line;
        var signature = new byte[text.Length];
        // The base library passes over white space and over bits that no byte uses; encoding it again does not.
        return Convert.TryFromBase64String(text, signature, out var length) && length > 0
            && Convert.ToBase64String(signature, 0, length) == text ? signature[..length] : null;
    }
}
