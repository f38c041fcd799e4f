using System.Collections.Immutable;
using Diffah.Engine.Content;

namespace Diffah.Engine.Transports.Hosts;

/// <summary>
/// Where a user's credentials, certificates and daemons are on this machine, and the streams of the process. The engine
/// looks nowhere else.
/// </summary>
public sealed record TransportEnvironment
{
    /// <summary>A machine without any.</summary>
    public static TransportEnvironment None { get; } = new();

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

    /// <summary>The standard streams, which <c>-</c> means in place of an archive's path.</summary>
    public StandardStreams Streams { get; init; } = StandardStreams.None;

    /// <summary>Where the daemons are that keep images.</summary>
    public DaemonEnvironment Daemons { get; init; } = DaemonEnvironment.None;
}

/// <summary>
/// What says where the daemons of this machine are: the variables that docker, podman and ctr read, and the user's
/// Docker contexts.
/// </summary>
public sealed record DaemonEnvironment
{
    /// <summary>A machine where nothing says anything, and daemons are where they are by default.</summary>
    public static DaemonEnvironment None { get; } = new();

    /// <summary>DOCKER_HOST; null where unset.</summary>
    public string? DockerHost { get; init; }

    /// <summary>DOCKER_CONTEXT; null where unset.</summary>
    public string? DockerContext { get; init; }

    /// <summary>
    /// DOCKER_CERT_PATH: absolute path of the folder with ca.pem, cert.pem and key.pem; null where unset.
    /// </summary>
    public string? DockerCertificates { get; init; }

    /// <summary>DOCKER_TLS_VERIFY: whether a host over TCP is spoken to over TLS, and verified.</summary>
    public bool DockerTlsVerify { get; init; }

    /// <summary>CONTAINER_HOST, which podman reads; null where unset.</summary>
    public string? PodmanHost { get; init; }

    /// <summary>CONTAINERD_ADDRESS: the path of containerd's socket; null where unset.</summary>
    public string? ContainerdAddress { get; init; }

    /// <summary>CONTAINERD_NAMESPACE: the namespace of images in containerd; null where unset.</summary>
    public string? ContainerdNamespace { get; init; }
}
