using System.Net;
using System.Net.Sockets;

namespace Diffah.Bench;

/// <summary>A port that passes everything on to another, and counts what comes back.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private long _bytes;
    private int _connections;

    private CountingProxy(string target)
    {
        _target = IPEndPoint.Parse(target);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Host => _listener.LocalEndpoint.ToString()!;

    /// <summary>Bytes that came back, with the heads of answers.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Connections that were made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts one.</summary>
    /// <param name="target">Address and port that it stands for.</param>
    public static CountingProxy Start(string target) => new(target);

    /// <summary>Counts from nothing.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _bytes, 0);
        Interlocked.Exchange(ref _connections, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        Interlocked.Increment(ref _connections);
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(_target, _ended.Token);
                await Task.WhenAny(
                    PassAsync(near.GetStream(), far.GetStream(), isCounted: false),
                    PassAsync(far.GetStream(), near.GetStream(), isCounted: true));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One of the two has gone; so does the other.
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isCounted)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, _ended.Token) is var read and > 0)
        {
            if (isCounted)
                Interlocked.Add(ref _bytes, read);
            await to.WriteAsync(buffer.AsMemory(0, read), _ended.Token);
        }
    }
}
