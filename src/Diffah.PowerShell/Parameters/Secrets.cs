using System.Net;
using System.Security;

namespace Diffah.PowerShell.Parameters;

/// <summary>Secrets at the engine's door.</summary>
internal static class Secrets
{
    /// <summary>The text of a secret, to be handed to the engine at once and kept nowhere.</summary>
    /// <param name="secret">The secret; null gives null.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(secret))]
    public static string? Reveal(SecureString? secret) =>
        secret is null ? null : new NetworkCredential("", secret).Password;
}
