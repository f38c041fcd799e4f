using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Diffah.Tests.Support.Daemons;

/// <summary>
/// A real daemon of the tests' own. Its images, its state and its socket are in a folder of its own, and go with it.
/// </summary>
internal abstract class DaemonProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _said = new();
    private readonly string _program;
    private Process? _process;

    protected DaemonProcess(string program) => _program = program;

    /// <summary>Path of its socket.</summary>
    public string Socket => Folder["s.sock"];

    /// <summary>Where it listens, as docker and podman are told.</summary>
    public string Host => $"unix://{Socket}";

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>Where its images are, where that is not in its own folder.</summary>
    protected string? Data { get; init; }

    /// <summary>Why it can't run here; null where it can.</summary>
    protected static string? WhyNot(string program) => (ExternalTool.Exists(program), Environment.UserName) switch
    {
        (false, _) => $"{program} is not installed on this machine.",
        (_, not "root") => $"Only root can start {program}.",
        _ => null,
    };

    /// <summary>All images that it has, and their names: a line each, in order.</summary>
    public async Task<string[]> ListAsync() =>
        [.. (await RunAsync("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    /// <summary>What its own client says of an image.</summary>
    public async Task<StoredImage> InspectAsync(string name) =>
        StoredImage.Parse(await RunAsync("image", "inspect", name));

    /// <summary>Brings an archive into it by its own client, under the names that the archive has.</summary>
    public Task LoadAsync(string archive) => RunAsync("load", "-q", "-i", archive);

    /// <summary>Names of files that it has begun to write, and that are no part of an image.</summary>
    public string[] Leftovers => [.. TemporaryFolders.Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFileSystemEntries(f)).Select(f => Path.GetFileName(f))];

    /// <summary>Runs its own client, which has to succeed.</summary>
    public abstract Task<string> RunAsync(params string[] arguments);

    /// <summary>Ends it from one moment to the next, as when a machine loses its memory.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await EndAsync(process);
            process.Dispose();
        }
        await EndChildrenAsync();
        await UnmountAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The folders in which it keeps what is on its way.</summary>
    protected virtual IEnumerable<string> TemporaryFolders => [Folder["tmp"]];

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <exception cref="SkipException">The machine does not let it run.</exception>
    protected async Task StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Neither the user's settings nor the user's files are any business of it.
        start.Environment["HOME"] = Folder.Path;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Folder["tmp"]).FullName;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitAsync(_process);
    }

    /// <summary>Ends the processes that it has started, and that outlive it where it is killed.</summary>
    protected virtual Task EndChildrenAsync() => Task.CompletedTask;

    /// <summary>Sends a signal to a process that may be gone already.</summary>
    protected static Task SignalAsync(string signal, string processId) =>
        ExternalTool.TryRunAsync("sh", "-c", $"kill -{signal} {processId} 2>&1");

    private void Take(string? line)
    {
        if (line is not null)
            _said.Enqueue(line);
    }

    private async Task WaitAsync(Process process)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(token) };
        using var client = new HttpClient(handler) { Timeout = Patience };
        for (var clock = Stopwatch.StartNew(); !await AnswersAsync(client); await Task.Delay(20))
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync();
                throw new SkipException($"{_program} can't run on this machine: {_said.LastOrDefault()}");
            }
            if (clock.Elapsed > Patience)
                throw new InvalidOperationException($"{_program} does not answer: {string.Join('\n', _said)}");
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("http://daemon/_ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task EndAsync(Process process)
    {
        if (process.HasExited)
            return;
        await SignalAsync("TERM", process.Id.ToString(CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    // A daemon that was killed has not taken down what it mounted.
    private async Task UnmountAsync()
    {
        var mounts = (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(line => line.Split(' ')[1]);
        foreach (var mount in mounts.Where(IsOurs).Reverse())
            await ExternalTool.RunAsync("umount", "-l", mount);

        bool IsOurs(string path) => path.StartsWith(Folder.Path + "/", StringComparison.Ordinal)
            || (Data is not null && path.StartsWith(Data, StringComparison.Ordinal));
    }
}
