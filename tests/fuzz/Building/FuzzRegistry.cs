using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Diffah.Fuzz.Laws;

namespace Diffah.Fuzz.Building;

/// <summary>
/// A registry of one repository in this process: right in all it does (OCI distribution spec), but for the answers that
/// a plan spoils. It listens on 127.0.0.1.
/// </summary>
internal sealed class FuzzRegistry : IDisposable
{
    private const string Prefix = "/v2/x/";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly AnswerPlan _plan;
    private readonly string _auth;
    private readonly Task _accepting;
    private int _answers = -1;

    /// <param name="plan">What is wrong with its answers.</param>
    /// <param name="auth">What it asks for: "", "basic" or "bearer".</param>
    public FuzzRegistry(AnswerPlan plan, string auth)
    {
        (_plan, _auth) = (plan, auth);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = [];

    /// <summary>Manifests by tag and by digest.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string Type)> Manifests { get; } = [];

    public void AddManifest(string tag, byte[] bytes, string type) =>
        Manifests[tag] = Manifests[Unpacking.Digest(bytes)] = (bytes, type);

    public void Dispose()
    {
        // The loop ends first: a listener that is stopped refuses the next accept, and no client comes after it.
        _stop.Cancel();
        _accepting.Wait();
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.Add(client);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await RawRequest.ReadAsync(stream, _stop.Token) is { } request)
                {
                    var answer = Answer(request);
                    var bytes = _plan.Apply(Interlocked.Increment(ref _answers), answer, request.Method == "HEAD");
                    await stream.WriteAsync(bytes, _stop.Token);
                    if (!bytes.AsSpan().SequenceEqual(answer.ToBytes(request.Method == "HEAD")))
                        return; // what is spoilt ends its connection, or a client waits for the rest
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException
            or FormatException or OverflowException or SocketException)
        {
            // The client left, or speaks no HTTP any more.
        }
    }

    private RawAnswer Answer(RawRequest request)
    {
        if (request.Path == "/token")
            return Json(200, """{"token":"t0ken","expires_in":300}""");
        if (_auth.Length > 0 && !request.Headers.ContainsKey("Authorization"))
            return Json(401, """{"errors":[{"code":"UNAUTHORIZED","message":"log in"}]}""").With("WWW-Authenticate",
                _auth == "basic" ? "Basic realm=\"x\""
                    : $"Bearer realm=\"http://{Host}/token\",service=\"x\",scope=\"repository:x:pull,push\"");
        if (request.Path == "/v2/")
            return Json(200, "{}");
        if (!request.Path.StartsWith(Prefix, StringComparison.Ordinal))
            return NotFound();
        var rest = request.Path[Prefix.Length..];
        return rest.Split('/') switch
        {
            ["tags", "list"] => Json(200, $$"""{"name":"x","tags":["v1","v2"]}"""),
            ["manifests", var name] => Manifest(request, name),
            ["blobs", "uploads", ..] => Upload(request),
            ["blobs", var digest] => Blobs.TryGetValue(digest, out var blob)
                ? new(200, blob, ("Content-Type", "application/octet-stream"), ("Docker-Content-Digest", digest))
                : NotFound(),
            _ => NotFound(),
        };
    }

    private RawAnswer Manifest(RawRequest request, string name)
    {
        if (request.Method == "PUT")
        {
            Manifests[name] = Manifests[Unpacking.Digest(request.Body)] =
                (request.Body, request.Headers.GetValueOrDefault("Content-Type", ""));
            return new(201, [], ("Location", Prefix + "manifests/" + name),
                ("Docker-Content-Digest", Unpacking.Digest(request.Body)));
        }
        return Manifests.TryGetValue(name, out var manifest)
            ? new(200, manifest.Bytes, ("Content-Type", manifest.Type),
                ("Docker-Content-Digest", Unpacking.Digest(manifest.Bytes)))
            : NotFound();
    }

    /// <summary>An upload's place is its number; what was sent to it is in the bytes of its last request.</summary>
    private RawAnswer Upload(RawRequest request)
    {
        var place = Prefix + "blobs/uploads/" + Guid.NewGuid().ToString("N");
        if (request.Method == "POST")
            return new(202, [], ("Location", place), ("Docker-Upload-UUID", "u"), ("Range", "0-0"));
        if (request.Method != "PUT")
            return new(416, []); // in one piece only
        var digest = Uri.UnescapeDataString(request.Target.Split("digest=")[^1].Split('&')[0]);
        if (Unpacking.Digest(request.Body) != digest)
            return Json(400, """{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}""");
        Blobs[digest] = request.Body;
        return new(201, [], ("Location", Prefix + "blobs/" + digest), ("Docker-Content-Digest", digest));
    }

    private static RawAnswer NotFound() => Json(404, """{"errors":[{"code":"NOT_FOUND","message":"not here"}]}""");

    private static RawAnswer Json(int status, string text) =>
        new(status, Encoding.UTF8.GetBytes(text), ("Content-Type", "application/json"));
}
