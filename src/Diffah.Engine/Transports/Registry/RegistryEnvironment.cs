using System.Collections.Immutable;

namespace Diffah.Engine.Transports.Registry;

/// <summary>Where a user's credentials and certificates are on this machine. The engine looks nowhere else.</summary>
public sealed record RegistryEnvironment
{
    /// <summary>A machine without any.</summary>
    public static RegistryEnvironment None { get; } = new();

    /// <summary>
    /// Path of the auth file that the environment names (REGISTRY_AUTH_FILE); null where it names none.
    /// </summary>
    public string? AuthFile { get; init; }

    /// <summary>
    /// Absolute path of the auth file that the user's configuration names, which counts where neither options nor
    /// <see cref="AuthFile"/> name one; null for none.
    /// </summary>
    public string? ConfiguredAuthFile { get; init; }

    /// <summary>
    /// Absolute path of the folder of the user's session (XDG_RUNTIME_DIR), where containers/auth.json may be; null
    /// where there is none.
    /// </summary>
    public string? RuntimeFolder { get; init; }

    /// <summary>
    /// Absolute path of the folder of the user's settings (~/.config), where containers/auth.json may be; null where
    /// there is none.
    /// </summary>
    public string? ConfigFolder { get; init; }

    /// <summary>
    /// Absolute path of Docker's folder (~/.docker), where config.json may be; null where there is none.
    /// </summary>
    public string? DockerFolder { get; init; }

    /// <summary>The folders in which credential helpers are looked for, in order (PATH).</summary>
    public ImmutableArray<string> HelperFolders { get; init; } = [];

    /// <summary>
    /// The folders that have a folder of certificates a registry, named HOST[:PORT] (containers-certs.d(5)); the first
    /// that has one counts.
    /// </summary>
    public ImmutableArray<string> CertificateFolders { get; init; } = [];
}
