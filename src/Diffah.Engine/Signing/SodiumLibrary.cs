using System.Runtime.InteropServices;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>
/// The part of libsodium that opens and makes keys with a passphrase (libsodium 1.0): scrypt, and XSalsa20-Poly1305 as NaCl's secretbox.
/// </summary>
public static unsafe class SodiumLibrary
{
    /// <summary>Names a library file to use in place of the system's; for unusual installations.</summary>
    public const string PathVariable = "DIFFAH_LIBSODIUM";

    /// <summary>Bytes of a secretbox key.</summary>
    internal const int KeySize = 32;

    /// <summary>Bytes of a secretbox nonce.</summary>
    internal const int NonceSize = 24;

    /// <summary>Bytes that a box is longer than what is in it.</summary>
    internal const int Overhead = 16;

    private const string Scrypt = "crypto_pwhash_scryptsalsa208sha256_ll";
    private const string Seal = "crypto_secretbox_easy";
    private const string Unseal = "crypto_secretbox_open_easy";

    private static readonly Lazy<(nint Handle, string? Name)> Loaded = new(Load);

    /// <summary>The file or soname that was loaded; null where there is none.</summary>
    public static string? Name => Loaded.Value.Name;

    /// <summary>True where the library is there.</summary>
    public static bool IsAvailable => Name is not null;

    /// <summary>Derives a key from a passphrase.</summary>
    /// <param name="passphrase">The passphrase, in UTF-8.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="cost">How much work that is.</param>
    /// <param name="key">Filled with the key.</param>
    /// <returns>False where there is not enough memory for it.</returns>
    /// <exception cref="DiffahException">SodiumUnavailable.</exception>
    internal static bool TryDeriveKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, ScryptCost cost, Span<byte> key)
    {
        var derive = (delegate* unmanaged<byte*, nuint, byte*, nuint, ulong, uint, uint, byte*, nuint, int>)Export(Scrypt);
        fixed (byte* p = passphrase, s = salt, k = key)
            return derive(p, (nuint)passphrase.Length, s, (nuint)salt.Length, (ulong)cost.N, (uint)cost.R, (uint)cost.P, k, (nuint)key.Length) == 0;
    }

    /// <summary>Encrypts; the box is <see cref="Overhead"/> bytes longer than the content.</summary>
    /// <exception cref="DiffahException">SodiumUnavailable.</exception>
    internal static void SealBox(ReadOnlySpan<byte> content, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> box)
    {
        if (!Run(Seal, content, nonce, key, box))
            throw new InvalidOperationException("libsodium could not encrypt.");
    }

    /// <summary>Decrypts; false where the key is not that of the box, or the box was changed.</summary>
    /// <exception cref="DiffahException">SodiumUnavailable.</exception>
    internal static bool OpenBox(ReadOnlySpan<byte> box, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> content) => Run(Unseal, box, nonce, key, content);

    /// <exception cref="DiffahException">SodiumUnavailable.</exception>
    internal static void EnsureAvailable() => Export(Scrypt);

    private static bool Run(string function, ReadOnlySpan<byte> input, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, Span<byte> output)
    {
        var change = function == Seal ? Overhead : -Overhead;
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, input.Length + change);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        var run = (delegate* unmanaged<byte*, byte*, ulong, byte*, byte*, int>)Export(function);
        fixed (byte* i = input, n = nonce, k = key, o = output)
            return run(o, i, (ulong)input.Length, n, k) == 0;
    }

    private static nint Export(string name) => IsAvailable
        ? NativeLibrary.GetExport(Loaded.Value.Handle, name)
        : throw new DiffahException(DiffahErrors.SodiumUnavailable, "libsodium, which opens and makes keys with a passphrase as cosign does, was not found on this machine.");

    private static (nint, string?) Load() =>
        SystemLibrary.Load(PathVariable, ["libsodium.so.26", "libsodium.so.23", "libsodium.so"], ["libsodium.26.dylib", "libsodium.23.dylib", "libsodium.dylib"], IsUsable);

    // sodium_init may be called any number of times, and says with -1 alone that the library can't work.
    private static bool IsUsable(nint handle) =>
        NativeLibrary.TryGetExport(handle, "sodium_init", out var init)
        && new[] { Scrypt, Seal, Unseal }.All(name => NativeLibrary.TryGetExport(handle, name, out _))
        && ((delegate* unmanaged<int>)init)() >= 0;
}
