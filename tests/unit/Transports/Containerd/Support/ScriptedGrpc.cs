using System.Net.Sockets;
using System.Text;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Containerd.Support;

/// <summary>
/// Somebody at a Unix socket who speaks just enough HTTP/2 (RFC 9113) to give every call the same answer, right or
/// wrong. Its bytes are made by hand.
/// </summary>
internal sealed class ScriptedGrpc : IAsyncDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _answer;
    private readonly Task _serving;

    /// <summary>Begins to listen.</summary>
    /// <param name="contentType">What it says that its answers are.</param>
    /// <param name="body">The body.</param>
    /// <param name="trailers">The trailers; null for none.</param>
    public ScriptedGrpc(string contentType, byte[] body, Dictionary<string, string>? trailers)
    {
        // Status 200 is an entry of HPACK's static table.
        var head = new List<byte> { 0x88 };
        Add(head, "content-type", contentType);
        var answer = new List<byte>();
        Add(answer, Headers, EndHeaders, head);
        Add(answer, Data, trailers is null ? EndStream : (byte)0, body);
        if (trailers is not null)
        {
            var tail = new List<byte>();
            foreach (var (name, value) in trailers)
                Add(tail, name, value);
            Add(answer, Headers, EndHeaders | EndStream, tail);
        }
        _answer = [.. answer];
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    /// <summary>The socket's path.</summary>
    public string Path => _folder["s.sock"];

    /// <summary>A message in gRPC's frame.</summary>
    public static byte[] Frame(params byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var connection = await _listener.AcceptAsync();
            await connection.SendAsync(new byte[] { 0, 0, 0, Settings, 0, 0, 0, 0, 0 });
            var buffer = new byte[64 << 10];
            // What is asked comes at once, behind the preface; it is the connection's first stream.
            for (var seen = 0; seen < 100;)
                seen += await connection.ReceiveAsync(buffer);
            await connection.SendAsync(_answer);
            await Task.WhenAny(connection.ReceiveAsync(buffer), Task.Delay(500));
        }
    }

    private static void Add(List<byte> frames, byte type, byte flags, IReadOnlyCollection<byte> payload)
    {
        frames.AddRange([(byte)(payload.Count >> 16), (byte)(payload.Count >> 8), (byte)payload.Count]);
        frames.AddRange([type, flags, 0, 0, 0, 1]);
        frames.AddRange(payload);
    }

    // A literal that is not indexed, with a name of its own.
    private static void Add(List<byte> block, string name, string value)
    {
        block.Add(0);
        foreach (var text in new[] { name, value })
        {
            block.Add((byte)text.Length);
            block.AddRange(Encoding.ASCII.GetBytes(text));
        }
    }
}
