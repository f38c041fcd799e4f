namespace Diffah.Tests.Support.Daemons;

/// <summary>Podman's service, with a store of its own that keeps each layer as a folder.</summary>
internal sealed class PodmanService : DaemonProcess
{
    private const string Program = "podman";

    private PodmanService() : base(Program)
    {
    }

    /// <summary>Why there is none here; null where it can be tried.</summary>
    public static string? Obstacle => WhyNot(Program);

    /// <summary>Starts one.</summary>
    /// <param name="data">Where it keeps its images; null is its own folder.</param>
    /// <exception cref="SkipException">There is none here, or the machine does not let it run.</exception>
    public static async Task<PodmanService> StartAsync(string? data = null)
    {
        Skip.If(Obstacle is not null, Obstacle);
        var service = new PodmanService { Data = data };
        try
        {
            await service.StartAsync("--root", data ?? service.Folder["root"], "--runroot", service.Folder["run"],
                "--tmpdir", service.Folder["state"], "--storage-driver", "vfs", "system", "service", "-t", "0",
                service.Host);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public override Task<string> RunAsync(params string[] arguments) =>
        ExternalTool.RunAsync(Program, ["--url", Host, .. arguments]);
}
