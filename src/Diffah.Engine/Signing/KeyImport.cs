using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Imports keys, and only complete ones on P-256.</summary>
internal static class KeyImport
{
    /// <summary>How the base library imports a key: it takes bytes and returns how many it used.</summary>
    public delegate void FromBytes(ReadOnlySpan<byte> der, out int read);

    /// <summary>An imported key on P-256. The caller disposes of it.</summary>
    /// <param name="file">The file it comes from, for the error message.</param>
    /// <param name="otherwise">The description of the file for the error, where the import fails.</param>
    /// <param name="import">Imports the key.</param>
    /// <exception cref="DiffahException">KeyInvalid.</exception>
    public static ECDsa P256(KeyFile file, string otherwise, Action<ECDsa> import)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
            var curve = key.ExportParameters(false).Curve;
            return curve.Oid?.Value == KeyKind.P256
                ? key
                : throw file.Invalid($"is {KeyKind.Of(curve)}, not on P-256.");
        }
        catch (Exception e)
        {
            key.Dispose();
            // The base library's message does not help, so it is not passed on.
            if (e is CryptographicException or PlatformNotSupportedException)
                throw file.Invalid($"is {otherwise}.");
            throw;
        }
    }

    /// <summary>Imports a key from bytes that must all be used.</summary>
    public static void Whole(byte[] der, FromBytes import)
    {
        import(der, out var read);
        if (read != der.Length)
            throw new CryptographicException("There is something after the key.");
    }
}
