using System.Collections.Concurrent;
using System.Globalization;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>A registry in memory, of one set of blobs, that a test can make misbehave.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();
    private int _lastUpload;

    public FakeRegistry() => Server = new ScriptedServer(r => Intercept?.Invoke(r) ?? Answer(r));

    public ScriptedServer Server { get; }

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>By tag and by digest.</summary>
    public ConcurrentDictionary<string, (byte[] Bytes, string Type)> Manifests { get; } = new();

    /// <summary>Answers in the registry's place; null lets it answer itself.</summary>
    public Func<ScriptedRequest, ScriptedResponse?>? Intercept { get; set; }

    /// <summary>The requests so far, without the first look for the registry.</summary>
    public IEnumerable<ScriptedRequest> Requests => Server.Requests.Where(r => r.Path != "/v2/");

    /// <summary>
    /// Whether it has the referrers API, and says of a manifest with a subject that it took notice of it.
    /// </summary>
    public bool HasReferrers { get; init; }

    /// <summary>How many referrers it gives at a time.</summary>
    public int ReferrersPage { get; init; } = int.MaxValue;

    public string Reference(string tag = "v1", string repository = "team/app") =>
        $"docker://{Server.Host}/{repository}:{tag}";

    public FakeRegistry Add(SampleImage image, string tag = "v1")
    {
        foreach (var (digest, bytes) in image.Blobs)
            Blobs[digest.ToString()] = bytes;
        Manifests[tag] = Manifests[image.Manifest.Digest.ToString()] = (image.Manifest.Bytes.ToArray(),
            image.Manifest.MediaType);
        return this;
    }

    /// <summary>The registry's own answer.</summary>
    public ScriptedResponse Answer(ScriptedRequest request)
    {
        var path = request.Path.Split('/');
        return (request.Method, path[^2], path[^1]) switch
        {
            _ when request.Path == "/v2/" => ScriptedResponse.Text(200, "{}"),
            ("GET" or "HEAD", "manifests", var target) => Manifests.TryGetValue(target, out var m)
                ? Manifest(m)
                : ScriptedResponse.Error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
            ("PUT", "manifests", var target) => PutManifest(request, target),
            ("GET", "referrers", var subject) when HasReferrers => FakeReferrers.List(this, request, subject),
            ("GET", "referrers", _) => ScriptedResponse.Text(404, "404 page not found"),
            ("GET" or "HEAD", "blobs", var digest) => Blobs.TryGetValue(digest, out var b)
                ? Blob(b, request)
                : ScriptedResponse.Error(404, "BLOB_UNKNOWN", "blob unknown"),
            ("POST", "uploads", "") => Open(request),
            (var method, "uploads", var upload) => _uploads.TryGetValue(upload, out var bytes)
                ? Upload(method, request, upload, bytes)
                : ScriptedResponse.Error(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown"),
            _ => new ScriptedResponse(405),
        };
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static ScriptedResponse Manifest((byte[] Bytes, string Type) m) =>
        new(200, m.Bytes, ("Content-Type", m.Type), ("Docker-Content-Digest", Digest.Compute(m.Bytes).ToString()));

    private static ScriptedResponse Blob(byte[] bytes, ScriptedRequest request)
    {
        if (!request.Headers.TryGetValue("range", out var range))
            return new ScriptedResponse(200, bytes);
        var from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return new ScriptedResponse(
            206, bytes[from..], ("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}"));
    }

    private ScriptedResponse PutManifest(ScriptedRequest request, string target)
    {
        var digest = Digest.Compute(request.Body).ToString();
        Manifests[target] = Manifests[digest] = (request.Body, request.Headers["content-type"]);
        return HasReferrers && FakeReferrers.SubjectOf(request.Body) is { } subject
            ? new ScriptedResponse(201, null, ("Docker-Content-Digest", digest), ("OCI-Subject", subject))
            : new ScriptedResponse(201, null, ("Docker-Content-Digest", digest));
    }

    private ScriptedResponse Open(ScriptedRequest request)
    {
        if (request.Query("mount") is { } mount && Blobs.ContainsKey(mount))
            return new ScriptedResponse(201);
        var upload = $"u{Interlocked.Increment(ref _lastUpload)}";
        _uploads[upload] = new MemoryStream();
        return new ScriptedResponse(202, null, ("Location", $"{request.Path}{upload}?state=1"));
    }

    private ScriptedResponse Upload(string method, ScriptedRequest request, string upload, MemoryStream bytes)
    {
        (string, string)[] state =
            [("Location", $"{request.Path}?state={bytes.Length}"), ("Range", $"0-{Math.Max(0, bytes.Length - 1)}")];
        switch (method)
        {
            case "GET":
                return new ScriptedResponse(204, null, state);
            case "DELETE":
                _uploads.TryRemove(upload, out _);
                return new ScriptedResponse(204);
            case "PATCH":
                bytes.Write(request.Body);
                return new ScriptedResponse(202, null, ("Location", $"{request.Path}?state={bytes.Length}"),
                    ("Range", $"0-{bytes.Length - 1}"));
            default:
                bytes.Write(request.Body);
                _uploads.TryRemove(upload, out _);
                if (Digest.Compute(bytes.ToArray()).ToString() != request.Query("digest"))
                    return ScriptedResponse.Error(
                        400, "DIGEST_INVALID", "provided digest did not match uploaded content");
                Blobs[request.Query("digest")!] = bytes.ToArray();
                return new ScriptedResponse(201);
        }
    }
}
