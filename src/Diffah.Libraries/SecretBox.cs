using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Diffah.Libraries;

/// <summary>
/// NaCl's secretbox (XSalsa20-Poly1305), and scrypt, which makes a key for it of a passphrase. The library behind it is
/// large, and loaded by the first call.
/// </summary>
internal static class SecretBox
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 24;

    /// <summary>Bytes that a box is longer than what is in it: the authenticator before it.</summary>
    public const int Overhead = 16;

    /// <summary>Derives a key from a passphrase (RFC 7914).</summary>
    /// <param name="passphrase">The passphrase, in UTF-8.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">CPU and memory cost, a power of two; below 65536 where <paramref name="r"/> is 1.</param>
    /// <param name="r">Block size, in units of 128 bytes.</param>
    /// <param name="p">Parallelization.</param>
    /// <param name="key">Filled with the key.</param>
    /// <returns>False where there is not enough memory for it.</returns>
    public static bool TryDeriveKey(
        ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int n, int r, int p, Span<byte> key)
    {
        var secret = passphrase.ToArray();
        byte[]? derived = null;
        try
        {
            derived = SCrypt.Generate(secret, salt.ToArray(), n, r, p, key.Length);
            derived.CopyTo(key);
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Encrypts; the box is <see cref="Overhead"/> bytes longer than the content.</summary>
    public static void Seal(
        ReadOnlySpan<byte> content, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> box)
    {
        Require(content.Length, nonce, key, box.Length);
        Span<byte> authenticator = stackalloc byte[KeySize];
        try
        {
            var stream = Begin(nonce, key, authenticator);
            stream.ProcessBytes(content, box[Overhead..]);
            Authenticate(box[Overhead..], authenticator, box[..Overhead]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(authenticator);
        }
    }

    /// <summary>
    /// Decrypts; false where the key is not that of the box, or the box was changed. Then nothing is decrypted.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> box, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> content)
    {
        Require(content.Length, nonce, key, box.Length);
        Span<byte> authenticator = stackalloc byte[KeySize];
        Span<byte> tag = stackalloc byte[Overhead];
        try
        {
            var stream = Begin(nonce, key, authenticator);
            Authenticate(box[Overhead..], authenticator, tag);
            if (!CryptographicOperations.FixedTimeEquals(tag, box[..Overhead]))
                return false;
            stream.ProcessBytes(box[Overhead..], content);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(authenticator);
        }
    }

    // The key stream's first 32 bytes are the authenticator's key; the content begins behind them.
    private static XSalsa20Engine Begin(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> authenticator)
    {
        var stream = new XSalsa20Engine();
        stream.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), nonce));
        authenticator.Clear();
        stream.ProcessBytes(authenticator, authenticator);
        return stream;
    }

    private static void Authenticate(ReadOnlySpan<byte> encrypted, ReadOnlySpan<byte> key, Span<byte> tag)
    {
        var mac = new Poly1305();
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(encrypted);
        mac.DoFinal(tag);
    }

    private static void Require(int content, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, int box)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(box, content + Overhead);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
    }
}
