using Diffah.Engine.Signing;

namespace Diffah.PowerShell.Parameters;

/// <summary>Resolves where a key is.</summary>
internal static class KeyPaths
{
    /// <summary>
    /// The absolute path of a key's file. What is no path, such as the URI of a KMS, goes to the engine as it is, and
    /// is refused there by its kind.
    /// </summary>
    /// <param name="paths">Resolves paths.</param>
    /// <param name="key">What the user passed; null gives null.</param>
    /// <exception cref="Engine.Diagnostics.DiffahException">FileNotFound (the drive), InvalidArgument.</exception>
    public static string? Resolve(SessionPaths paths, string? key) =>
        key is null || SigningKeySource.IsReserved(key) ? key : paths.ResolveLiteral(key);
}
