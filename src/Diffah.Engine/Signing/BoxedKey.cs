using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Libraries;

namespace Diffah.Engine.Signing;

/// <summary>
/// A private key as cosign boxes it: a JSON document with the parameters of scrypt, which makes a key of the
/// passphrase, and NaCl's secretbox under that key. The numbers and texts of the document are judged before anything is
/// computed with them.
/// </summary>
internal sealed class BoxedKey
{
    /// <summary>The kind that cosign writes today, and the one it wrote before version 2.</summary>
    public static readonly string[] PemLabels = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"];

    private const int SaltSize = 32;
    private const int MaximumSaltSize = 1024;
    private const int MaximumDepth = 8;

    private readonly ScryptCost _cost;
    private readonly byte[] _salt;
    private readonly byte[] _nonce;
    private readonly byte[] _box;

    private BoxedKey(ScryptCost cost, byte[] salt, byte[] nonce, byte[] box) =>
        (_cost, _salt, _nonce, _box) = (cost, salt, nonce, box);

    /// <summary>Reads the document.</summary>
    /// <param name="json">The document, in UTF-8.</param>
    /// <exception cref="FormatException">It is not a boxed key, or it can't be opened here; the message says
    /// why.</exception>
    public static BoxedKey Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            var (kdf, cipher) = (document.RootElement.GetProperty("kdf"), document.RootElement.GetProperty("cipher"));
            Require(kdf, "scrypt");
            Require(cipher, "nacl/secretbox");
            return new BoxedKey(Cost(kdf.GetProperty("params")), Bytes(kdf, "salt", 1, MaximumSaltSize),
                Bytes(cipher, "nonce", SecretBox.NonceSize, SecretBox.NonceSize),
                Bytes(document.RootElement, "ciphertext", SecretBox.Overhead + 1, KeyFile.MaximumSize));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("is not a boxed key: fields are missing, or it is not JSON.", e);
        }
    }

    /// <summary>
    /// Opens the box; null where the passphrase is wrong or the box was changed. The caller clears the result.
    /// </summary>
    /// <param name="passphrase">The passphrase, in UTF-8.</param>
    /// <exception cref="FormatException">There is not enough memory for the cost that the document states.</exception>
    public byte[]? Open(ReadOnlySpan<byte> passphrase)
    {
        var content = new byte[_box.Length - SecretBox.Overhead];
        Span<byte> key = stackalloc byte[SecretBox.KeySize];
        try
        {
            Derive(passphrase, key);
            return SecretBox.TryOpen(_box, _nonce, key, content) ? content : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Boxes a key with a new salt and nonce, at cosign's cost.</summary>
    /// <param name="content">The key (PKCS#8, DER).</param>
    /// <param name="passphrase">The passphrase, in UTF-8.</param>
    /// <returns>The document, in UTF-8.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> passphrase)
    {
        var (salt, nonce) = (RandomNumberGenerator.GetBytes(SaltSize),
            RandomNumberGenerator.GetBytes(SecretBox.NonceSize));
        var boxed = new BoxedKey(ScryptCost.Cosign, salt, nonce, new byte[content.Length + SecretBox.Overhead]);
        Span<byte> key = stackalloc byte[SecretBox.KeySize];
        try
        {
            boxed.Derive(passphrase, key);
            SecretBox.Seal(content, boxed._nonce, key, boxed._box);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
        return boxed.Write();
    }

    private void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key)
    {
        if (!SecretBox.TryDeriveKey(passphrase, _salt, (int)_cost.N, (int)_cost.R, (int)_cost.P, key))
            throw new FormatException($"takes {_cost.Memory} bytes of memory to open, which are not there.");
    }

    private byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("kdf");
            json.WriteString("name", "scrypt");
            json.WriteStartObject("params");
            json.WriteNumber("N", _cost.N);
            json.WriteNumber("r", _cost.R);
            json.WriteNumber("p", _cost.P);
            json.WriteEndObject();
            json.WriteBase64String("salt", _salt);
            json.WriteEndObject();
            json.WriteStartObject("cipher");
            json.WriteString("name", "nacl/secretbox");
            json.WriteBase64String("nonce", _nonce);
            json.WriteEndObject();
            json.WriteBase64String("ciphertext", _box);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private static void Require(JsonElement method, string name)
    {
        if (method.GetProperty("name").GetString() is var found && found != name)
            throw new FormatException(
                $"is boxed with '{ShortText.Cut(found, 40)}', which is not supported: cosign uses {name}.");
    }

    private static ScryptCost Cost(JsonElement parameters)
    {
        var cost = new ScryptCost(Number(parameters, "N"), Number(parameters, "r"), Number(parameters, "p"));
        return cost.IsAcceptable
            ? cost
            : throw new FormatException(
                $"asks for scrypt with N={cost.N}, r={cost.R}, p={cost.P}, which is not allowed: "
                    + "it may cost twice of what cosign's keys do (N=65536, r=8, p=1), and no more.");
    }

    private static long Number(JsonElement parent, string name) =>
        parent.GetProperty(name).TryGetInt64(out var number)
            ? number
            : throw new JsonException($"{name} is not a whole number.");

    private static byte[] Bytes(JsonElement parent, string name, int minimum, int maximum)
    {
        if (!parent.GetProperty(name).TryGetBytesFromBase64(out var bytes))
            throw new FormatException($"is not a boxed key: its {name} is not base64.");
        return bytes.Length >= minimum && bytes.Length <= maximum
            ? bytes
            : throw new FormatException($"is not a boxed key: its {name} has {bytes.Length} bytes.");
    }
}
