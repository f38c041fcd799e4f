using System.Net;
using System.Net.Sockets;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Pushing, to a registry that does what a real one can't be made to do.</summary>
public sealed class UploadTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly SampleImage _image = SampleImage.Oci(1);
    private readonly List<RegistryBench> _benches = [];

    private Descriptor Layer => _image.Layers[1];

    private byte[] LayerBytes => _image.Blobs[Layer.Digest];

    public async ValueTask DisposeAsync()
    {
        _benches.ForEach(b => b.Dispose());
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task The_manifest_comes_last_and_is_read_back()
    {
        await Bench().PushAsync(_image, _registry.Reference());
        await Bench().AssertHoldsAsync(_registry.Reference(), _image);
        var requests = _registry.Requests.ToList();
        var put = requests.FindIndex(r => r is { Method: "PUT" } && IsManifest(r));
        Assert.True(put > requests.FindLastIndex(r => r.Path.Contains("/uploads/", StringComparison.Ordinal)));
        Assert.Equal("GET", requests[put + 1].Method);
    }

    [Fact]
    public async Task What_is_there_is_not_pushed()
    {
        _registry.Add(_image, "other");
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.DoesNotContain(_registry.Requests, r => r.Path.Contains("/uploads/", StringComparison.Ordinal));
        Assert.Equal(_image.Blobs.Count, _registry.Requests.Count(r => r.Method == "HEAD"));
    }

    [Fact]
    public async Task A_blob_that_came_through_unnoticed_is_not_pushed_again()
    {
        var lost = 0;
        _registry.Intercept = r =>
        {
            if (!IsLayerPut(r) || lost++ > 0)
                return null;
            Assert.Equal(201, _registry.Answer(r).Status);
            return ScriptedResponse.Reset;
        };
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.Single(_registry.Requests, IsLayerPut);
        AssertAskedFirst(IsLayerPut);
    }

    [Fact]
    public async Task A_blob_that_another_pushed_meanwhile_is_not_sent()
    {
        // Bound and not listening: nothing can be sent there.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _registry.Intercept = r =>
        {
            if (r.Method != "POST")
                return null;
            _registry.Add(_image, "other");
            return new ScriptedResponse(202, null,
                ("Location", $"http://127.0.0.1:{((IPEndPoint)nobody.LocalEndPoint!).Port}/upload"));
        };
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.DoesNotContain(_registry.Requests, IsLayerPut);
        await Bench().AssertHoldsAsync(_registry.Reference(), _image);
    }

    [Fact]
    public async Task A_blob_that_did_not_come_through_is_pushed_again_after_asking()
    {
        var lost = 0;
        _registry.Intercept = r => IsLayerPut(r) && lost++ == 0 ? ScriptedResponse.Reset : null;
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.Equal(2, _registry.Requests.Count(IsLayerPut));
        AssertAskedFirst(IsLayerPut);
        Assert.Equal(LayerBytes, _registry.Blobs[Layer.Digest.ToString()]);
    }

    [Fact]
    public async Task A_manifest_that_came_through_unnoticed_is_not_pushed_again()
    {
        var lost = 0;
        _registry.Intercept = r =>
        {
            if (r.Method != "PUT" || !IsManifest(r) || lost++ > 0)
                return null;
            _registry.Answer(r);
            return new ScriptedResponse(502);
        };
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.Single(_registry.Requests, r => r.Method == "PUT" && IsManifest(r));
        Assert.Contains(_registry.Requests, r => r.Method == "HEAD" && IsManifest(r));
    }

    [Fact]
    public async Task A_lasting_failure_leaves_the_old_tag_and_cancels_the_upload()
    {
        var old = SampleImage.Oci(2);
        _registry.Add(old);
        _registry.Intercept = r => IsLayerPut(r) ? new ScriptedResponse(500) : null;
        await FailsAsync(DiffahErrors.RegistryFailure, () => Bench().PushAsync(_image, _registry.Reference()));
        Assert.Equal(4, _registry.Requests.Count(r => r.Method == "DELETE"));
        await Bench().AssertHoldsAsync(_registry.Reference(), old);
    }

    [Fact]
    public async Task A_cancelled_push_leaves_the_old_tag()
    {
        var old = SampleImage.Oci(2);
        _registry.Add(old);
        using var cancellation = new CancellationTokenSource();
        _registry.Intercept = r =>
        {
            if (!IsLayerPut(r))
                return null;
            cancellation.Cancel();
            return new ScriptedResponse(201) { Then = (_, ct) => Task.Delay(1000, ct) };
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Bench().PushAsync(_image, _registry.Reference(), cancellation.Token));
        await Bench().AssertHoldsAsync(_registry.Reference(), old);
    }

    [Fact]
    public async Task Other_bytes_than_the_digest_says_are_refused_by_the_registry()
    {
        _registry.Intercept = r => IsLayerPut(r) ? ScriptedResponse.Error(400, "DIGEST_INVALID", "no") : null;
        await FailsAsync(DiffahErrors.DigestMismatch, () => Bench().PushAsync(_image, _registry.Reference()));
        Assert.Single(_registry.Requests, IsLayerPut);
    }

    [Fact]
    public async Task A_manifest_that_is_not_the_one_pushed_is_found_out()
    {
        var other = SampleImage.Oci(2);
        _registry.Add(other, "other");
        _registry.Intercept = r => r.Method == "GET" && IsManifest(r)
            ? _registry.Answer(r with { Target = r.Target.Replace("/v1", "/other", StringComparison.Ordinal) })
            : null;
        var error = await FailsAsync(
            DiffahErrors.DigestMismatch, () => Bench().PushAsync(_image, _registry.Reference()));
        Assert.Contains(other.Manifest.Digest.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(413)]
    public async Task What_is_refused_in_one_piece_is_pushed_in_several(int status)
    {
        _registry.Intercept = r => IsLayerPut(r) && r.Body.Length > 0 ? new ScriptedResponse(status) : null;
        await Bench().PushAsync(_image, _registry.Reference());
        Assert.Contains(_registry.Requests, r => r.Method == "PATCH");
        Assert.Equal(LayerBytes, _registry.Blobs[Layer.Digest.ToString()]);
    }

    [Fact]
    public async Task In_pieces_each_says_where_it_goes()
    {
        await InPieces().PushAsync(_image, _registry.Reference());
        var ranges = _registry.Requests.Where(r => r.Method == "PATCH" && r.Body.Length > 5000)
            .Select(r => r.Headers["content-range"]).ToArray();
        Assert.Equal(["0-65535", "65536-131071", "131072-196607"], ranges[..3]);
        Assert.Equal(LayerBytes, _registry.Blobs[Layer.Digest.ToString()]);
    }

    [Fact]
    public async Task After_a_lost_piece_the_registry_is_asked_how_much_it_has()
    {
        var piece = 0;
        _registry.Intercept = r =>
        {
            if (r.Method != "PATCH" || r.Body.Length < 65536 || ++piece != 2)
                return null;
            // Half of it arrives, and the answer does not.
            _registry.Answer(r with { Body = r.Body[..30_000] });
            return ScriptedResponse.Reset;
        };
        await InPieces().PushAsync(_image, _registry.Reference());
        Assert.Single(
            _registry.Requests, r => r.Method == "GET" && r.Path.Contains("/uploads/", StringComparison.Ordinal));
        Assert.Contains(_registry.Requests, r => r.Headers.GetValueOrDefault("content-range") == "95536-131071");
        Assert.Equal(LayerBytes, _registry.Blobs[Layer.Digest.ToString()]);
    }

    [Fact]
    public async Task A_larger_least_piece_is_heeded()
    {
        _registry.Intercept =
            r => r.Method == "POST" ? With(_registry.Answer(r), ("OCI-Chunk-Min-Length", "100000")) : null;
        await InPieces().PushAsync(_image, _registry.Reference());
        Assert.Contains(_registry.Requests, r => r.Headers.GetValueOrDefault("content-range") == "0-99999");
    }

    [Fact]
    public async Task A_blob_of_another_repository_is_borrowed()
    {
        var bench = Bench();
        _registry.Add(_image);
        _registry.Intercept = r => r.Method == "HEAD" && r.Path.Contains("/team/copy/", StringComparison.Ordinal)
            ? new ScriptedResponse(404)
            : null;
        await using (await bench.OpenAsync(_registry.Reference()))
            await bench.PushAsync(_image, _registry.Reference(repository: "team/copy"));
        var mounts = _registry.Requests.Where(r => r.Query("mount") is not null).ToArray();
        Assert.Equal(_image.Blobs.Count, mounts.Length);
        Assert.All(mounts, r => Assert.Equal("team/app", r.Query("from")));
        Assert.DoesNotContain(_registry.Requests, r => r.Method is "PATCH" || (r.Method == "PUT" && !IsManifest(r)));
    }

    [Theory]
    [InlineData(202)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_blob_that_is_not_lent_is_pushed(int status)
    {
        var bench = Bench();
        _registry.Add(_image);
        await using (await bench.OpenAsync(_registry.Reference()))
        {
            _registry.Blobs.Clear();
            _registry.Intercept = r => r.Query("mount") is null
                ? null
                : status == 202 ? _registry.Answer(r with { Target = r.Path }) : new ScriptedResponse(status);
            await bench.PushAsync(_image, _registry.Reference(repository: "team/copy"));
        }
        Assert.Equal(LayerBytes, _registry.Blobs[Layer.Digest.ToString()]);
        // The upload that a registry opens instead of lending is the one that is used.
        Assert.Equal(status == 202 ? 0 : _image.Blobs.Count,
            _registry.Requests.Count(r => r.Method == "POST" && r.Query("mount") is null));
    }

    [Fact]
    public async Task Nothing_is_borrowed_from_another_registry()
    {
        await using var other = new FakeRegistry().Add(_image);
        var bench = Bench();
        await using (await bench.OpenAsync(other.Reference()))
            await bench.PushAsync(_image, _registry.Reference());
        Assert.DoesNotContain(_registry.Requests, r => r.Query("mount") is not null);
    }

    [Fact]
    public async Task An_upload_elsewhere_is_told_no_secret()
    {
        await using var storage = new ScriptedServer(r => new ScriptedResponse(201));
        _registry.Intercept = r => r.Authorization is null
            ? new ScriptedResponse(401, null, ("WWW-Authenticate", "Basic realm=\"x\""))
            : r.Method == "POST"
            ? new ScriptedResponse(202, null, ("Location", $"http://{storage.Host}/put?signature=abc"))
            : null;
        await Bench(RegistryBench.Quick with { Credential = new("bob", "hunter22") })
            .PushAsync(_image, _registry.Reference());
        Assert.Equal(_image.Blobs.Count, storage.Requests.Count);
        Assert.All(storage.Requests, r => Assert.Null(r.Authorization));
        Assert.All(storage.Requests, r => Assert.Equal("abc", r.Query("signature")));
    }

    [Fact]
    public async Task Layers_are_pushed_together_up_to_a_bound()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        _registry.Intercept = r =>
        {
            if (r.Method != "PUT" || IsManifest(r))
                return null;
            lock (gate)
                most = Math.Max(most, ++now);
            Thread.Sleep(200);
            lock (gate)
                now--;
            return null;
        };
        var many = SampleImage.Make(9, "amd64", [.. Enumerable.Range(0, 8).Select(i => SampleImage.Layer(9, i, 2000))],
            MediaTypes.OciManifest, MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);
        await Bench(RegistryBench.Quick with { Concurrency = 3 }).PushAsync(many, _registry.Reference());
        Assert.InRange(most, 2, 3);
        await Bench().AssertHoldsAsync(_registry.Reference(), many);
    }

    [Fact]
    public async Task A_push_by_another_digest_is_refused_before_anything_is_sent()
    {
        await FailsAsync(DiffahErrors.ConversionRefused, () => Bench()
            .PushAsync(_image, $"docker://{_registry.Server.Host}/team/app@{SampleImage.Oci(2).Manifest.Digest}"));
        Assert.Empty(_registry.Requests);
        await Bench().PushAsync(_image, $"docker://{_registry.Server.Host}/team/app@{_image.Manifest.Digest}");
        Assert.True(_registry.Manifests.ContainsKey(_image.Manifest.Digest.ToString()));
    }

    private static ScriptedResponse With(ScriptedResponse response, (string, string) header) =>
        response with { Headers = [.. response.Headers, header] };

    private static bool IsManifest(ScriptedRequest request) =>
        request.Path.Contains("/manifests/", StringComparison.Ordinal);

    private static async Task<DiffahException> FailsAsync(DiffahError error, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<DiffahException>(action);
        Assert.Equal(error, thrown.Error);
        return thrown;
    }

    private bool IsLayerPut(ScriptedRequest request) =>
        request.Method == "PUT" && request.Query("digest") == Layer.Digest.ToString();

    /// <summary>Between the first try and whatever came after it, the registry was asked for the blob.</summary>
    private void AssertAskedFirst(Func<ScriptedRequest, bool> isTry)
    {
        var after = _registry.Requests.SkipWhile(r => !isTry(r)).Skip(1).ToList();
        var asked = after.FindIndex(
            r => r.Method == "HEAD" && r.Path.EndsWith($"/blobs/{Layer.Digest}", StringComparison.Ordinal));
        var again = after.FindIndex(r => isTry(r));
        Assert.True(asked >= 0 && (again < 0 || asked < again), string.Join('\n', after));
    }

    private RegistryBench InPieces() => Bench(RegistryBench.Quick with { UploadChunkSize = 65536 });

    private RegistryBench Bench(Diffah.Engine.Transports.Registry.RegistryOptions? options = null)
    {
        var bench = new RegistryBench(options);
        _benches.Add(bench);
        return bench;
    }
}
