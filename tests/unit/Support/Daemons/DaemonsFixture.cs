using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Support.Daemons;

/// <summary>
/// A Docker engine, Podman's service and a registry, started once for all tests that need them. A test that uses what
/// does not run here skips, loudly.
/// </summary>
public sealed class DaemonsFixture : IAsyncLifetime
{
    private DockerEngine? _docker;
    private PodmanService? _podman;
    private RegistryProcess? _registry;
    private string? _whyNoDocker;
    private string? _whyNoPodman;

    internal DockerEngine Docker
    {
        get
        {
            Skip.If(_docker is null, _whyNoDocker);
            return _docker!;
        }
    }

    internal PodmanService Podman
    {
        get
        {
            Skip.If(_podman is null, _whyNoPodman);
            return _podman!;
        }
    }

    internal RegistryProcess Registry
    {
        get
        {
            Skip.If(_registry is null, "docker-registry is not installed on this machine.");
            return _registry!;
        }
    }

    /// <summary>The transports, in an environment that says where the daemons are.</summary>
    internal TransportCatalog Transports() => TransportCatalog.Create(
        RegistryBench.Quick, At(_docker?.Host ?? Nowhere, _podman?.Host ?? Nowhere));

    /// <summary>An environment that says where daemons are.</summary>
    internal static TransportEnvironment At(string docker, string podman = Nowhere) =>
        new() { Daemons = new DaemonEnvironment { DockerHost = docker, PodmanHost = podman } };

    // So that no test ever speaks to the daemons of the machine.
    private const string Nowhere = "unix:///nonexistent/none.sock";

    public async Task InitializeAsync()
    {
        if (RegistryProcess.IsInstalled)
            _registry = await RegistryProcess.StartAsync(_ => "");
        (_docker, _whyNoDocker) = await TryAsync(() => DockerEngine.StartAsync());
        (_podman, _whyNoPodman) = await TryAsync(() => PodmanService.StartAsync());
    }

    public async Task DisposeAsync()
    {
        foreach (var each in (IAsyncDisposable?[])[_docker, _podman, _registry])
        {
            if (each is not null)
                await each.DisposeAsync();
        }
    }

    private static async Task<(T? Daemon, string? WhyNot)> TryAsync<T>(Func<Task<T>> start)
        where T : class
    {
        try
        {
            return (await start(), null);
        }
        catch (SkipException e)
        {
            return (null, e.Message);
        }
    }
}

/// <summary>The tests that share the daemons. They run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DaemonsCollection : ICollectionFixture<DaemonsFixture>
{
    public const string Name = "daemons";
}
