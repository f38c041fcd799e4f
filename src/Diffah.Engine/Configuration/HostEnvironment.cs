using System.Globalization;
using System.Reflection;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Configuration;

/// <summary>What both faces take from the process's environment; the engine itself never looks.</summary>
public static class HostEnvironment
{
    /// <summary>The version of the product, for example 0.1.0.</summary>
    public static string ProductVersion { get; } =
        typeof(HostEnvironment).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Absolute path of the user's home folder; null where there is none.</summary>
    public static string? HomeFolder =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : null;

    /// <summary>
    /// The creation time for reproducible archives, from SOURCE_DATE_EPOCH (seconds); null where unset.
    /// </summary>
    /// <exception cref="DiffahException">InvalidArgument: not a whole number of seconds.</exception>
    public static DateTimeOffset? SourceDate
    {
        get
        {
            const long lastSecond = 253402300799; // 9999-12-31T23:59:59Z, the last that RFC 3339 can write
            if (Read("SOURCE_DATE_EPOCH") is not { } text)
                return null;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds <= lastSecond
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new DiffahException(DiffahErrors.InvalidArgument,
                    $"SOURCE_DATE_EPOCH is '{text}', which is not a number of seconds since 1970.",
                    "Unset SOURCE_DATE_EPOCH, or set it to a whole number of seconds.");
        }
    }

    /// <summary>
    /// Where the configuration file is: the file that DIFFAH_CONFIG names (as it is there, so perhaps relative), else
    /// .diffah/config.yaml in the home folder; null without either.
    /// </summary>
    public static ConfigurationFile? ConfigurationFile
    {
        get
        {
            var named = Read("DIFFAH_CONFIG");
            return (named ?? Below(HomeFolder, ".diffah", "config.yaml")) is { } path
                ? new ConfigurationFile(path, named is not null) { HomeFolder = HomeFolder }
                : null;
        }
    }

    /// <summary>
    /// Where the user's credentials, certificates and daemons are: REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR,
    /// XDG_CONFIG_HOME, DOCKER_CONFIG, PATH, the home folder, and what docker, podman and ctr read say.
    /// </summary>
    public static TransportEnvironment Registry
    {
        get
        {
            var home = HomeFolder;
            var config = Folder("XDG_CONFIG_HOME") ?? Below(home, ".config");
            return new TransportEnvironment
            {
                AuthFile = Read("REGISTRY_AUTH_FILE"),
                RuntimeFolder = Folder("XDG_RUNTIME_DIR"),
                ConfigFolder = config,
                DockerFolder = Folder("DOCKER_CONFIG") ?? Below(home, ".docker"),
                HelperFolders = [.. (Read("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)],
                CertificateFolders =
                    [.. ((string?[])[Below(config, "containers", "certs.d"), "/etc/containers/certs.d",
                        "/etc/docker/certs.d"]).OfType<string>()],
                Daemons = Daemons,
            };
        }
    }

    private static DaemonEnvironment Daemons => new()
    {
        DockerHost = Read("DOCKER_HOST"),
        DockerContext = Read("DOCKER_CONTEXT"),
        DockerCertificates = Folder("DOCKER_CERT_PATH"),
        DockerTlsVerify = Read("DOCKER_TLS_VERIFY") is not null,
        PodmanHost = Read("CONTAINER_HOST"),
        ContainerdAddress = Read("CONTAINERD_ADDRESS"),
        ContainerdNamespace = Read("CONTAINERD_NAMESPACE"),
    };

    /// <summary>What the variables of knobs say.</summary>
    /// <param name="asked">The knobs to ask for.</param>
    /// <exception cref="DiffahException">InvalidArgument: a variable has no value of its knob.</exception>
    public static KnobValues ReadKnobs(IEnumerable<Knob> asked) => KnobValues.OfEnvironment(Read, asked);

    private static string? Below(string? folder, params string[] names) =>
        string.IsNullOrEmpty(folder) ? null : Path.Combine([folder, .. names]);

    // The engine has no current directory, so a relative path in a variable means nothing to it.
    private static string? Folder(string name) =>
        Read(name) is { } path && Path.IsPathFullyQualified(path) ? path : null;

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
