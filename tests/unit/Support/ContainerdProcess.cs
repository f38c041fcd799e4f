using System.Collections.Concurrent;
using System.Diagnostics;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Tests.Support;

/// <summary>A real containerd on a socket of its own, without Kubernetes' part, gone at the end.</summary>
internal sealed class ContainerdProcess : IAsyncDisposable
{
    private const string Program = "containerd";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly string _root;
    private Process? _process;

    private ContainerdProcess(string? root) => _root = root ?? _folder["root"];

    /// <summary>Why there can be none; null where there can.</summary>
    public static string? WhyNot =>
        !ExternalTool.Exists(Program) || !ExternalTool.Exists("ctr") ? "containerd is not installed on this machine."
        : System.Environment.UserName != "root" ? "Only root can run containerd."
        : null;

    /// <summary>Absolute path of the socket.</summary>
    public string Socket => _folder["s.sock"];

    /// <summary>How it is found.</summary>
    public DaemonEnvironment EnvironmentOf(string name) =>
        DaemonEnvironment.None with { ContainerdAddress = Socket, ContainerdNamespace = name };

    /// <summary>Starts one.</summary>
    /// <param name="root">Where it keeps its images; null for a folder of its own.</param>
    public static async Task<ContainerdProcess> StartAsync(string? root = null)
    {
        var containerd = new ContainerdProcess(root);
        await containerd.StartAgainAsync();
        return containerd;
    }

    /// <summary>Starts it, the first time or after it was killed.</summary>
    public async Task StartAgainAsync()
    {
        await File.WriteAllTextAsync(_folder["config.toml"], $"""
            version = 2
            root = "{_root}"
            state = "{_folder["state"]}"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
            [grpc]
              address = "{Socket}"
            """);
        var start = new ProcessStartInfo(Program, ["--config", _folder["config.toml"]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while ((await ExternalTool.TryRunAsync("ctr", "-a", Socket, "version")).ExitCode != 0)
        {
            if (_process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(30))
            {
                await DisposeAsync();
                throw new InvalidOperationException($"containerd can't run here: {string.Join('\n', _said)}");
            }
            await Task.Delay(50);
        }
    }

    /// <summary>Stops it as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Runs ctr, containerd's own client, in a namespace.</summary>
    public Task<string> CtrAsync(string name, params string[] arguments) =>
        ExternalTool.RunAsync("ctr", ["-a", Socket, "-n", name, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null && _said.Count < 200)
            _said.Enqueue(line);
    }
}

/// <summary>A containerd that the tests of a class share; they skip, loudly, where there can be none.</summary>
public sealed class SharedContainerd : IAsyncLifetime
{
    private ContainerdProcess? _process;
    private string? _whyNot = ContainerdProcess.WhyNot;

    /// <summary>The containerd.</summary>
    internal ContainerdProcess Process
    {
        get
        {
            Skip.If(_process is null, _whyNot);
            return _process!;
        }
    }

    /// <summary>A namespace that nobody else uses.</summary>
    internal static string NewNamespace() => $"test-{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        if (_whyNot is not null)
            return;
        try
        {
            _process = await ContainerdProcess.StartAsync();
        }
        catch (InvalidOperationException e)
        {
            _whyNot = e.Message;
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
