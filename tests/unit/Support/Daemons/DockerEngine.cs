namespace Diffah.Tests.Support.Daemons;

/// <summary>A Docker engine (dockerd), without networks, that keeps each layer as a folder.</summary>
internal sealed class DockerEngine : DaemonProcess
{
    private const string Program = "dockerd";

    private DockerEngine() : base(Program)
    {
    }

    /// <summary>Why there is none here; null where it can be tried.</summary>
    public static string? Obstacle =>
        WhyNot(Program) ?? (ExternalTool.Exists("docker") ? null : "docker is not installed on this machine.");

    /// <summary>Starts one.</summary>
    /// <param name="data">Where it keeps its images; null is its own folder.</param>
    /// <exception cref="SkipException">There is none here, or the machine does not let it run.</exception>
    public static async Task<DockerEngine> StartAsync(string? data = null)
    {
        Skip.If(Obstacle is not null, Obstacle);
        var daemon = new DockerEngine { Data = data };
        await File.WriteAllTextAsync(daemon.Folder["daemon.json"], "{}");
        try
        {
            await daemon.StartAsync("--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs",
                "--data-root", data ?? daemon.Folder["data"], "--exec-root", daemon.Folder["exec"], "--pidfile",
                daemon.Folder["pid"], "--config-file", daemon.Folder["daemon.json"], "-H", daemon.Host);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public override Task<string> RunAsync(params string[] arguments) =>
        ExternalTool.RunAsync("docker", ["-H", Host, .. arguments]);

    protected override IEnumerable<string> TemporaryFolders =>
        [.. base.TemporaryFolders, Path.Combine(Data ?? Folder["data"], "tmp")];

    // It starts a containerd, and ends it where it is asked to end itself.
    protected override async Task EndChildrenAsync()
    {
        var file = Folder["exec/containerd/containerd.pid"];
        if (!File.Exists(file))
            return;
        var processId = (await File.ReadAllTextAsync(file)).Trim();
        foreach (var signal in (string[])["TERM", "KILL"])
        {
            if (IsOurs(processId))
                await SignalAsync(signal, processId);
            for (var i = 0; i < 100 && IsOurs(processId); i++)
                await Task.Delay(50);
        }
    }

    // The number may be that of another process by now.
    private bool IsOurs(string processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Contains(Folder.Path, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
