using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>One line of a registry's access log.</summary>
internal sealed record AccessLogLine(string Method, string Path, int Status)
{
    /// <summary>Bytes of the answer's body.</summary>
    public long Bytes { get; init; }
}

/// <summary>A real registry (Debian's docker-registry) on a free port of loopback, gone at the end.</summary>
internal sealed partial class RegistryProcess : IAsyncDisposable
{
    private const string Program = "docker-registry";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<AccessLogLine> _log = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    public static bool IsInstalled => ExternalTool.Exists(Program);

    /// <summary>HOST:PORT.</summary>
    public string Host { get; private set; } = "";

    /// <summary>
    /// The access log so far. A line comes with the answer's end, which may be a moment after the client has read it.
    /// </summary>
    public async Task<IReadOnlyList<AccessLogLine>> LogAsync()
    {
        for (var before = -1; before != _log.Count; await Task.Delay(150))
            before = _log.Count;
        return [.. _log];
    }

    public void ClearLog() => _log.Clear();

    /// <summary>Starts a registry.</summary>
    /// <param name="configuration">What the configuration has beside storage and log; paths are those of
    /// <paramref name="prepare"/>.</param>
    /// <param name="prepare">Puts files into the registry's folder.</param>
    public static async Task<RegistryProcess> StartAsync(
        Func<string, string> configuration, Action<string>? prepare = null)
    {
        var registry = new RegistryProcess();
        var folder = registry._folder.Path;
        prepare?.Invoke(folder);
        await File.WriteAllTextAsync(registry._folder["config.yml"], $$"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: false
            storage:
              filesystem:
                rootdirectory: {{folder}}/data
              delete:
                enabled: true
              maintenance:
                uploadpurging:
                  enabled: false
            http:
              addr: 127.0.0.1:0
              secret: test
            {{configuration(folder)}}
            """);
        await registry.RunAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Dispose();
    }

    private async Task RunAsync()
    {
        var start = new ProcessStartInfo(Program, ["serve", _folder["config.yml"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        start.Environment.Remove("REGISTRY_AUTH_FILE"); // a setting of the registry's own to it
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            Host = $"127.0.0.1:{await _port.Task.WaitAsync(TimeSpan.FromSeconds(30))}";
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{Program} did not start: {string.Join('\n', _said)}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        _said.Enqueue(line);
        if (ListeningPattern().Match(line) is { Success: true } listening)
            _port.TrySetResult(
                int.Parse(listening.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        else if (AccessPattern().Match(line) is { Success: true } access)
            _log.Enqueue(new AccessLogLine(access.Groups[1].Value, access.Groups[2].Value,
                int.Parse(access.Groups[3].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
            {
                Bytes = long.Parse(access.Groups[4].ValueSpan, System.Globalization.CultureInfo.InvariantCulture),
            });
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningPattern();

    [GeneratedRegex("\"([A-Z]+) (/v2/[^ ]*) HTTP/1\\.1\" (\\d{3}) (\\d+) ")]
    private static partial Regex AccessPattern();
}
