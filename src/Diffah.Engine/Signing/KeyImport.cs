using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>Takes keys in, and takes none but whole ones on P-256.</summary>
internal static class KeyImport
{
    /// <summary>How the base library imports a key: from bytes, of which it says how many it used.</summary>
    public delegate void FromBytes(ReadOnlySpan<byte> der, out int read);

    /// <summary>A key, imported and found to be on P-256; the caller disposes of it.</summary>
    /// <param name="file">Where it comes from, for the error message.</param>
    /// <param name="otherwise">What the file is where the import fails.</param>
    /// <param name="import">Imports the key.</param>
    /// <exception cref="DiffahException">KeyInvalid.</exception>
    public static ECDsa P256(KeyFile file, string otherwise, Action<ECDsa> import)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
            var curve = key.ExportParameters(false).Curve;
            return curve.Oid?.Value == KeyKind.P256 ? key : throw file.Invalid($"is {KeyKind.Of(curve)}, not on P-256.");
        }
        catch (Exception e)
        {
            key.Dispose();
            // Of what is wrong inside, the base library's message says nothing that helps, so it is not passed on.
            if (e is CryptographicException or PlatformNotSupportedException)
                throw file.Invalid($"is {otherwise}.");
            throw;
        }
    }

    /// <summary>Imports bytes that must be used up.</summary>
    public static void Whole(byte[] der, FromBytes import)
    {
        import(der, out var read);
        if (read != der.Length)
            throw new CryptographicException("There is something after the key.");
    }
}
