namespace Diffah.Engine.Transports.Registry;

/// <summary>A user name and a password. Neither prints: a default view of the object shows nothing of the password.</summary>
/// <param name="userName">The user name; may be a service's account name.</param>
/// <param name="password">The password; also what some registries call an access token.</param>
public sealed class RegistryCredential(string userName, string password)
{
    /// <summary>The user name.</summary>
    public string UserName { get; } = userName;

    // Not public, so that no view, serializer or debugger display of the faces comes across it.
    internal string Password { get; } = password;

    /// <inheritdoc/>
    public override string ToString() => "(a user name and a password)";
}
