using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>Finds where engines listen, as docker and podman find it.</summary>
/// <param name="environment">What the user's machine says.</param>
/// <param name="asked">The host that the user asked for; null for none.</param>
internal sealed class DaemonAddresses(TransportEnvironment environment, string? asked)
{
    /// <summary>The origin of an address that nobody named.</summary>
    public const string Usual = "the usual place";

    private const string DefaultContext = "default";
    private const string DockerSocket = "unix:///var/run/docker.sock";
    private const string PodmanSocket = "/run/podman/podman.sock";
    private const int MaximumFile = 1024 * 1024;

    private DaemonEnvironment Daemons => environment.Daemons;

    /// <summary>
    /// Docker's engine: the host that was asked for, DOCKER_HOST, the context of DOCKER_CONTEXT or of Docker's
    /// config.json, or the usual socket.
    /// </summary>
    /// <exception cref="DiffahException">InvalidArgument: an address that can't be used, or a context that is not
    /// there.</exception>
    public DaemonAddress Docker()
    {
        if (asked is not null)
            return DaemonAddress.Parse(asked, "given with the command", EnvironmentTls);
        if (Daemons.DockerHost is { } host)
            return DaemonAddress.Parse(host, "DOCKER_HOST", EnvironmentTls);
        return ContextName() is { } context
            ? OfContext(context.Name, context.Origin)
            : DaemonAddress.Parse(DockerSocket, Usual);
    }

    /// <summary>
    /// Podman's service: the host that was asked for, CONTAINER_HOST, the user's socket where there is one, or else the
    /// system's.
    /// </summary>
    /// <exception cref="DiffahException">InvalidArgument: an address that can't be used.</exception>
    public DaemonAddress Podman()
    {
        if (asked is not null)
            return DaemonAddress.Parse(asked, "given with the command", EnvironmentTls);
        if (Daemons.PodmanHost is { } host)
            return DaemonAddress.Parse(host, "CONTAINER_HOST", EnvironmentTls);
        var own = environment.RuntimeFolder is { } folder ? Path.Combine(folder, "podman", "podman.sock") : null;
        return DaemonAddress.Parse(
            $"unix://{(own is not null && (File.Exists(own) || !File.Exists(PodmanSocket)) ? own : PodmanSocket)}",
            Usual);
    }

    // Docker takes a host over TCP to be plain unless it is told to verify; certificates alone encrypt too.
    private DaemonTls? EnvironmentTls => Daemons.DockerTlsVerify
        ? new DaemonTls(Daemons.DockerCertificates ?? environment.DockerFolder, SkipVerification: false)
        : Daemons.DockerCertificates is { } folder ? new DaemonTls(folder, SkipVerification: true) : null;

    private (string Name, string Origin)? ContextName()
    {
        var (name, origin) = Daemons.DockerContext is { } set
            ? (set, "DOCKER_CONTEXT")
            : (CurrentContext(), "config.json");
        return name is null or DefaultContext ? null : (name, $"the context '{name}' of {origin}");
    }

    private string? CurrentContext() => ReadJson("config.json") is { } root
        ? OciJson.NullIfEmpty(OciJson.OptionalString(root, "currentContext", "file config.json of Docker"))
        : null;

    private DaemonAddress OfContext(string name, string origin)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        if (ReadJson("contexts", "meta", id, "meta.json") is not { } root
            || !root.TryGetProperty("Endpoints", out var endpoints) || endpoints.ValueKind != JsonValueKind.Object
            || !endpoints.TryGetProperty("docker", out var docker) || docker.ValueKind != JsonValueKind.Object
            || OciJson.OptionalString(docker, "Host", "Docker context") is not { Length: > 0 } host)
            throw new DiffahException(DiffahErrors.InvalidArgument, $"Docker can't use {origin}: it is not there.",
                "See docker context ls, or name the engine with DaemonHost (--daemon-host).");
        var folder = Path.Combine(environment.DockerFolder!, "contexts", "tls", id, "docker");
        var skips = docker.TryGetProperty("SkipTLSVerify", out var skip) && skip.ValueKind == JsonValueKind.True;
        var tls = Directory.Exists(folder) ? new DaemonTls(folder, skips) : skips ? new DaemonTls(null, true) : null;
        return DaemonAddress.Parse(host, origin, tls);
    }

    private JsonElement? ReadJson(params string[] names)
    {
        if (environment.DockerFolder is not { } folder)
            return null;
        var path = Path.Combine([folder, .. names]);
        var bytes = SmallFile.Read(path, MaximumFile, Fault, CancellationToken.None);
        try
        {
            return bytes is null ? null : OciJson.ParseObject(bytes, $"file '{path}'");
        }
        catch (DiffahException e)
        {
            throw Fault($"can't be read: {e.Message}");
        }

        DiffahException Fault(string why) => new(DiffahErrors.InvalidArgument, $"The file '{path}' {why}.",
            "Mend the file, or name the engine with DaemonHost (--daemon-host).");
    }
}
