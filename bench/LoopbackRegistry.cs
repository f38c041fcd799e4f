using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Diffah.Bench;

/// <summary>A docker-registry of its own on a free loopback port, gone at the end.</summary>
internal sealed class LoopbackRegistry : IDisposable
{
    private readonly Process _process;

    private LoopbackRegistry(Process process, int port) => (_process, Host) = (process, $"127.0.0.1:{port}");

    /// <summary>Host and port.</summary>
    public string Host { get; }

    /// <summary>Starts it; null where docker-registry is not installed.</summary>
    public static async Task<LoopbackRegistry?> StartAsync(TemporaryFolder work, string name)
    {
        var port = FreePort();
        var config = work[$"{name}.yml"];
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{work[name]}} }, delete: { enabled: true } }
            http: { addr: "127.0.0.1:{{port}}" }
            """);
        try
        {
            var process = Process.Start(new ProcessStartInfo(
                "docker-registry", ["serve", config])
            { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            var registry = new LoopbackRegistry(process, port);
            await registry.WaitAsync();
            return registry;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                (await http.GetAsync(new Uri($"http://{Host}/v2/"))).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
