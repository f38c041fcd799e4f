using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>What a client asked.</summary>
internal sealed record ScriptedRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string? Authorization => Headers.GetValueOrDefault("authorization");

    /// <summary>A parameter of the query, decoded; null where it is not there.</summary>
    public string? Query(string name) => Values(name).FirstOrDefault();

    /// <summary>All values of a parameter of the query.</summary>
    public IEnumerable<string> Values(string name) => (Target.Split('?') is [_, var query] ? query.Split('&') : [])
        .Where(p => p.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(p => Uri.UnescapeDataString(p[(name.Length + 1)..].Replace('+', ' ')));

    public override string ToString() => $"{Method} {Target}";
}

/// <summary>What the script answers.</summary>
internal sealed record ScriptedResponse(
    int Status, byte[]? Content = null, params (string Name, string Value)[] Headers)
{
    public byte[] Body { get; } = Content ?? [];

    /// <summary>What the head says of the body's length; null says the truth.</summary>
    public long? DeclaredLength { get; init; }

    /// <summary>Bytes of the body that are sent before the connection is reset; null for no reset.</summary>
    public int? ResetAfter { get; init; }

    /// <summary>Goes on writing after the body.</summary>
    public Func<Stream, CancellationToken, Task>? Then { get; init; }

    public static ScriptedResponse Text(int status, string body, params (string Name, string Value)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body), headers);

    public static ScriptedResponse Error(int status, string code, string message) => Text(
        status, $$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""", ("Content-Type", "application/json"));

    /// <summary>Ends the connection without an answer.</summary>
    public static ScriptedResponse Reset { get; } = new(0) { ResetAfter = 0 };
}

/// <summary>A small HTTP server on loopback that does as it is told, however wrong; one request a connection.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ScriptedRequest, ScriptedResponse> _script;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public ScriptedServer(Func<ScriptedRequest, ScriptedResponse> script)
    {
        _script = script;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Host => $"127.0.0.1:{Port}";

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        // The loop ends first: a listener that is stopped refuses the next accept.
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await using var stream = client.GetStream();
                if (await ReadRequestAsync(stream) is not { } request)
                    return;
                Requests.Enqueue(request);
                await AnswerAsync(client, stream, _script(request), request.Method == "HEAD");
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException
                or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<ScriptedRequest?> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            // 0x16 begins a TLS handshake, which is not spoken here.
            if (await stream.ReadAsync(one, _end.Token) == 0 || (head.Length == 0 && one[0] == 0x16))
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(':', 2))
            .ToDictionary(p => p[0].Trim().ToLowerInvariant(), p => p[1].Trim());
        if (headers.TryGetValue("expect", out var expect) && expect == "100-continue")
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _end.Token);
        var body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return new ScriptedRequest(lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, body);
    }

    private async Task AnswerAsync(TcpClient client, NetworkStream stream, ScriptedResponse response, bool isHead)
    {
        if (response.Status != 0)
        {
            var head = new StringBuilder().Append(
                CultureInfo.InvariantCulture, $"HTTP/1.1 {response.Status} Status\r\nConnection: close\r\n");
            if (response.DeclaredLength != -1)
                head.Append(CultureInfo.InvariantCulture,
                    $"Content-Length: {response.DeclaredLength ?? response.Body.Length}\r\n");
            foreach (var (name, value) in response.Headers)
                head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), _end.Token);
        }
        if (!isHead)
            await stream.WriteAsync(response.Body.AsMemory(0, response.ResetAfter ?? response.Body.Length), _end.Token);
        if (response.Then is { } then)
            await then(stream, _end.Token);
        if (response.ResetAfter is null)
            return;
        // So that the client has read what was sent before the reset throws the rest away.
        await Task.Delay(50, _end.Token);
        client.Client.LingerState = new LingerOption(true, 0);
    }
}
