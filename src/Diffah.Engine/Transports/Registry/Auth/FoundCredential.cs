using System.Net.Http.Headers;
using System.Text;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>What a user has for a registry: a name and password, an identity token, or a ready bearer token. Prints nothing of it.</summary>
internal sealed class FoundCredential
{
    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Exchanged for bearer tokens (OAuth 2 refresh token); null for none.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Sent as it is; null for none.</summary>
    public string? RegistryToken { get; init; }

    public bool HasPassword => UserName.Length > 0 && IdentityToken is null;

    public bool IsEmpty => UserName.Length == 0 && IdentityToken is null && RegistryToken is null;

    /// <summary>Everything that must not be repeated.</summary>
    public IEnumerable<string> Secrets => ((string?[])[Password, IdentityToken, RegistryToken, Encoded]).OfType<string>();

    /// <summary>Basic authorization (RFC 7617).</summary>
    public AuthenticationHeaderValue Basic => new("Basic", Encoded);

    private string Encoded => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"));
}
