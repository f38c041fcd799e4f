using System.Net.Sockets;

namespace Diffah.Tests.Support.Daemons;

/// <summary>
/// A socket that leads to a daemon's, and breaks off midway: what goes through is the daemon's own, up to a byte.
/// </summary>
internal sealed class CutRelay : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _target;
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _listener = NewSocket();
    private readonly Task _accepting;
    private int _isCut;

    /// <param name="target">Path of the daemon's socket.</param>
    public CutRelay(string target)
    {
        _target = target;
        _listener.Bind(new UnixDomainSocketEndPoint(_folder["s.sock"]));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, as docker and podman are told.</summary>
    public string Host => $"unix://{_folder["s.sock"]}";

    /// <summary>Bytes of one connection after which it breaks off, to the daemon.</summary>
    public long BytesToDaemon { get; init; } = long.MaxValue;

    /// <summary>Bytes of one connection after which it breaks off, to the client.</summary>
    public long BytesToClient { get; init; } = long.MaxValue;

    /// <summary>Called before it breaks off, once.</summary>
    public Func<Task> OnCut { get; init; } = () => Task.CompletedTask;

    /// <summary>Whether it has broken off.</summary>
    public bool IsCut => _isCut != 0;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
        _folder.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_end.Token);
                _ = Task.Run(() => RelayAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var near = client;
        using var far = NewSocket();
        try
        {
            await far.ConnectAsync(new UnixDomainSocketEndPoint(_target), _end.Token);
            // Whichever ends first ends both.
            await Task.WhenAny(PumpAsync(near, far, BytesToDaemon), PumpAsync(far, near, BytesToClient));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
        }
    }

    private async Task PumpAsync(Socket from, Socket to, long bytes)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (bytes > 0)
            {
                var read = await from.ReceiveAsync(buffer, _end.Token);
                if (read == 0)
                    return;
                await to.SendAsync(buffer.AsMemory(0, (int)Math.Min(read, bytes)), _end.Token);
                bytes -= read;
            }
            if (Interlocked.Exchange(ref _isCut, 1) == 0)
                await OnCut();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
