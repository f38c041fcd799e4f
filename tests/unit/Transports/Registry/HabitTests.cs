using System.Globalization;
using System.IO.Compression;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Registries that do what the distribution spec leaves open, or do it in a way of their own.</summary>
public sealed class HabitTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly SampleImage _image = SampleImage.Oci(1);
    private readonly RegistryBench _bench = new();

    private Descriptor Layer => _image.Layers[1];

    private byte[] LayerBytes => _image.Blobs[Layer.Digest];

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Theory]
    [InlineData("PUT", "/manifests/", 200)]
    [InlineData("PUT", "/manifests/", 202)]
    [InlineData("PUT", "/manifests/", 204)]
    [InlineData("PUT", "/uploads/", 200)]
    [InlineData("PUT", "/uploads/", 202)]
    [InlineData("PUT", "/uploads/", 204)]
    [InlineData("POST", "/uploads/", 200)]
    [InlineData("POST", "/uploads/", 201)]
    public async Task Any_success_is_one(string method, string place, int status)
    {
        _registry.Intercept = r => r.Method == method && r.Path.Contains(place, StringComparison.Ordinal)
            && _registry.Answer(r) is { Status: < 300 } answer
            ? new ScriptedResponse(status, null, [.. answer.Headers.Where(h => h.Name != "Docker-Content-Digest")])
            : null;
        await PushesAsync();
    }

    [Theory]
    [InlineData(200, 405)]
    [InlineData(201, 400)]
    [InlineData(204, 413)]
    [InlineData(202, 416)]
    [InlineData(202, 501)]
    public async Task Pieces_are_sent_where_the_whole_is_refused(int status, int refusal)
    {
        _registry.Intercept = r => r is { Method: "PUT", Body.Length: > 0 } && IsUpload(r)
            ? new ScriptedResponse(refusal)
            : r.Method == "PATCH" ? new ScriptedResponse(status, null, _registry.Answer(r).Headers) : null;
        await PushesAsync();
    }

    [Fact]
    public async Task A_piece_may_be_taken_without_saying_where_the_next_goes()
    {
        _registry.Intercept = r => r is { Method: "PUT", Body.Length: > 0 } && IsUpload(r)
            ? new ScriptedResponse(405)
            : r.Method == "PATCH" && _registry.Answer(r).Status == 202 ? new ScriptedResponse(204) : null;
        await PushesAsync();
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task What_is_pushed_follows_a_redirect(int status)
    {
        _registry.Intercept = r => r.Method is "PUT" or "POST" && r.Query("moved") is null
            ? new ScriptedResponse(status, null,
                ("Location", $"{r.Target}{(r.Target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}moved=1"))
            : null;
        await PushesAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task A_redirect_that_would_ask_in_another_way_is_not_followed(int status)
    {
        _registry.Intercept = r => r.Method == "PUT" && r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new ScriptedResponse(status, null, ("Location", "/v2/other"))
            : null;
        await FailsAsync(DiffahErrors.RegistryProtocol);
        Assert.DoesNotContain(_registry.Requests, r => r.Path == "/v2/other");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Who_answers_no_HEAD_is_pushed_to(int status)
    {
        _registry.Intercept = r => r.Method == "HEAD" ? new ScriptedResponse(status) : null;
        await PushesAsync();
    }

    [Fact]
    public async Task A_tag_that_moved_is_seen_without_HEAD()
    {
        _registry.Add(_image);
        _registry.Intercept = r => r.Method == "HEAD" ? new ScriptedResponse(405) : null;
        await using var source = (ITaggedSource)await _bench.OpenAsync(_registry.Reference());
        Assert.False(await source.HasMovedAsync(default));
        _registry.Add(SampleImage.Oci(2));
        Assert.True(await source.HasMovedAsync(default));
    }

    [Fact]
    public async Task Who_is_redirected_to_answers_nothing_about_who_asks()
    {
        await using var storage = new ScriptedServer(_ => new ScriptedResponse(
            401, null, ("WWW-Authenticate", "Basic realm=\"mine now\"")));
        using var bench = new RegistryBench(RegistryBench.Quick with { Credential = new("me", "secret") });
        _registry.Add(_image);
        _registry.Intercept = r => IsLayer(r)
            ? new ScriptedResponse(307, null, ("Location", $"http://{storage.Host}/blob"))
            : null;
        var error = await Assert.ThrowsAsync<DiffahException>(() => bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        Assert.All(storage.Requests, r => Assert.Null(r.Authorization));
    }

    [Fact]
    public async Task An_identity_token_goes_to_no_other_host()
    {
        using var folder = new TemporaryFolder();
        await using var other = new ScriptedServer(_ => ScriptedResponse.Text(200, "{\"token\":\"t\"}"));
        await using var service = new ScriptedServer(
            _ => new ScriptedResponse(307, null, ("Location", $"http://{other.Host}/token")));
        await File.WriteAllTextAsync(folder["auth.json"],
            $"{{\"auths\":{{\"{_registry.Server.Host}\":{{\"identitytoken\":\"my-identity\"}}}}}}");
        using var bench = new RegistryBench(RegistryBench.Quick with { AuthFile = folder["auth.json"] });
        _registry.Intercept = r => new ScriptedResponse(
            401, null, ("WWW-Authenticate", $"Bearer realm=\"http://{service.Host}/token\""));
        var error = await Assert.ThrowsAsync<DiffahException>(() => bench.OpenAsync(_registry.Reference()));
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("{\"token\":\"good\",\"access_token\":\"other\"}")]
    [InlineData("{\"access_token\":\"good\",\"expires_in\":null}")]
    [InlineData("{\"token\":\"\",\"access_token\":\"good\",\"expires_in\":\"300\"}")]
    [InlineData("{\"token\":\"good\",\"expires_in\":1e300,\"issued_at\":\"0001-01-01T00:00:00Z\"}")]
    public async Task A_token_is_found_in_every_answer_that_has_one(string answer)
    {
        _registry.Add(_image);
        var realm = $"http://{_registry.Server.Host}/token?x=1&y=%20z%7E";
        _registry.Intercept = r => r.Path == "/token" ? ScriptedResponse.Text(200, answer)
            : r.Authorization == "Bearer good" ? null
            : new ScriptedResponse(401, null, ("WWW-Authenticate", "Negotiate, Basic realm=\"b, Bearer realm=x\", "
                + $"Bearer realm=\"{realm}\",service=\"a \\\"b\\\", c\""));
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
        Assert.All(_registry.Requests.Where(r => r.Path == "/token"), r =>
        {
            Assert.StartsWith("/token?x=1&y=%20z%7E&", r.Target, StringComparison.Ordinal);
            Assert.Equal("a \"b\", c", r.Query("service"));
        });
    }

    [Fact]
    public async Task An_index_costs_three_requests_for_each_of_its_images()
    {
        // To copy within a registry: read, write, and read back. What is asked for besides does not grow.
        var (few, many) = (await RequestsOfAsync(10), await RequestsOfAsync(60));
        Assert.Equal(3 * 50, many - few);
    }

    [Fact]
    public async Task Only_what_can_be_a_tag_is_one()
    {
        const string body = """{"tags":["v1","a b","\u001b[31m","\u202ev","V2_x.y-z",null]}""";
        _registry.Intercept = r => r.Path.EndsWith("/tags/list", StringComparison.Ordinal)
            ? ScriptedResponse.Text(200, body)
            : null;
        var tags = await _bench.Transport.ListTagsAsync(
            ImageReference.Parse(_registry.Reference()), EventSink.None, default);
        Assert.Equal(["v1", "V2_x.y-z"], tags);
    }

    [Fact]
    public async Task Pages_of_tags_have_an_end_and_a_bound()
    {
        var (page, body) = (0, "{\"tags\":[\"v1\"]}");
        _registry.Intercept = r => r.Path.EndsWith("/tags/list", StringComparison.Ordinal)
            ? ScriptedResponse.Text(200, body, ("Link", $"</v2/team/app/tags/list?last={page++}>; rel=\"next\""))
            : null;
        var asked = ImageReference.Parse(_registry.Reference());
        Assert.Equal(10, (await _bench.Transport.ListTagsAsync(asked, EventSink.None, default)).Count);
        Assert.Equal(10, page);
        body += new string(' ', 1 << 20);
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.Transport.ListTagsAsync(asked, EventSink.None, default));
        Assert.Equal(DiffahErrors.SizeMismatch, error.Error);
        Assert.Equal(11, page);
    }

    [Fact]
    public async Task A_registry_that_stores_another_manifest_is_found_out()
    {
        _registry.Intercept = r => r.Method == "PUT" && r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new ScriptedResponse(201, null, ("Docker-Content-Digest", Digest.Compute("x"u8).ToString()))
            : null;
        await FailsAsync(DiffahErrors.DigestMismatch);
    }

    [Theory]
    [InlineData(416)]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(206)]
    public async Task Where_no_part_is_given_the_whole_is_fetched_again(int status)
    {
        _registry.Add(_image);
        var first = true;
        _registry.Intercept = r => !IsLayer(r) ? null
            : r.Headers.ContainsKey("range")
                ? new ScriptedResponse(status, LayerBytes[5..], ("Content-Range", "bytes 5-"))
            : Once(ref first) ? new ScriptedResponse(200, LayerBytes) { ResetAfter = 100_000 } : null;
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(3, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task A_blob_that_is_there_is_not_asked_for_again_when_its_answer_has_no_end()
    {
        _registry.Add(_image);
        _registry.Intercept = r => IsLayer(r)
            ? new ScriptedResponse(200, LayerBytes) { DeclaredLength = Layer.Size + 1, ResetAfter = LayerBytes.Length }
            : null;
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Single(_registry.Requests, IsLayer);
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_goes_on_where_it_ended()
    {
        _registry.Add(_image);
        var first = true;
        _registry.Intercept = r => IsLayer(r) && Once(ref first)
            ? new ScriptedResponse(200, LayerBytes[..100_000]) { DeclaredLength = -1 }
            : null;
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    public async Task What_a_proxy_packs_is_unpacked_and_a_packed_layer_is_not(string name)
    {
        _registry.Add(_image);
        _registry.Intercept = r =>
        {
            if (r.Path == "/v2/" || r.Method != "GET")
                return null;
            var answer = _registry.Answer(r);
            var body = answer.Body is [(byte)'{', ..] ? Gzip(answer.Body) : answer.Body;
            return new ScriptedResponse(answer.Status, body, [.. answer.Headers, ("Content-Encoding", name)]);
        };
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
        Assert.All(_registry.Requests, r => Assert.Equal("identity", r.Headers["accept-encoding"]));
    }

    [Fact]
    public async Task An_answer_that_can_not_be_unpacked_is_refused()
    {
        _registry.Intercept = r => IsManifest(r)
            ? new ScriptedResponse(200, [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8], ("Content-Encoding", "gzip"))
            : null;
        await ReadFailsAsync(DiffahErrors.RegistryProtocol);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("http:///")]
    [InlineData("http://[")]
    [InlineData("ftp://host/a")]
    [InlineData("%%%")]
    public async Task A_place_for_an_upload_that_is_none_is_refused(string location)
    {
        _registry.Intercept = r => r.Method == "POST" ? new ScriptedResponse(202, null, ("Location", location))
            : r.Path.Contains("%%%", StringComparison.Ordinal) ? new ScriptedResponse(404) : null;
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.PushAsync(_image, _registry.Reference()));
        Assert.Contains(error.Error, new[] { DiffahErrors.RegistryProtocol, DiffahErrors.RegistryNotFound });
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("./{0}")]
    [InlineData("../uploads/{0}")]
    [InlineData("/v2/team/app/blobs/uploads/{0}?_state=a%2Bb%2Fc%3D%3D%7E%25")]
    public async Task The_place_of_an_upload_is_kept_as_it_is_written(string form)
    {
        _registry.Intercept = r =>
        {
            if (r.Method != "POST")
                return null;
            var place = _registry.Answer(r).Headers.First(h => h.Name == "Location").Value;
            return new ScriptedResponse(202, null, ("Location", string.Format(
                CultureInfo.InvariantCulture, form, place.Split('/')[^1].Split('?')[0])));
        };
        await PushesAsync();
        if (form.Contains('?', StringComparison.Ordinal))
            Assert.All(_registry.Requests.Where(r => r.Method == "PUT" && IsUpload(r)), r => Assert.Contains(
                "?_state=a%2Bb%2Fc%3D%3D%7E%25&digest=", r.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_registry_says_is_shown_without_what_turns_text_around()
    {
        _registry.Intercept = r => IsManifest(r)
            ? ScriptedResponse.Error(400, "X", "a\\u202eb\\u2028c\\u200bd\\u001b[31me\\u0085f")
            : null;
        var error = await ReadFailsAsync(DiffahErrors.RegistryProtocol);
        Assert.Contains("X: a?b?c?d?[31me?f", error.Message, StringComparison.Ordinal);
    }

    private async Task<int> RequestsOfAsync(int images)
    {
        await using var registry = new FakeRegistry().Add(_image, "one");
        using var bench = new RegistryBench();
        var text = Encoding.UTF8.GetString(_image.Manifest.Bytes.Span);
        var children = Enumerable.Range(0, images).Select(i => new RawManifest(
            Encoding.UTF8.GetBytes(text + new string(' ', i)), _image.Manifest.MediaType)).ToArray();
        var root = SampleIndex.Index(MediaTypes.OciIndex, [.. children.Select((c, i) => (c, $"linux/amd64/v{i}"))]);
        foreach (var manifest in children.Append(root))
            registry.Manifests[manifest.Digest.ToString()] = (manifest.Bytes.ToArray(), manifest.MediaType);
        registry.Manifests["all"] = registry.Manifests[root.Digest.ToString()];
        await using var source = await bench.OpenAsync(registry.Reference("all"));
        await using var destination = await bench.CreateAsync(registry.Reference("copy", "team/other"));
        await ImageCopier.CopyAsync(
            await ImageTree.OpenAsync(source, default), destination, EventSink.None, default);
        Assert.Equal(root.Bytes.ToArray(), registry.Manifests["copy"].Bytes);
        return registry.Requests.Count();
    }

    private async Task PushesAsync()
    {
        await _bench.PushAsync(_image, _registry.Reference());
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
        foreach (var (digest, bytes) in _image.Blobs)
            Assert.Equal(bytes, _registry.Blobs[digest.ToString()]);
    }

    private async Task FailsAsync(DiffahError error) => Assert.Equal(error, (await Assert.ThrowsAsync<DiffahException>(
        () => _bench.PushAsync(_image, _registry.Reference()))).Error);

    private async Task<DiffahException> ReadFailsAsync(DiffahError error)
    {
        var thrown = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.AssertHoldsAsync(_registry.Reference(), _image));
        Assert.Equal(error, thrown.Error);
        return thrown;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static bool Once(ref bool flag)
    {
        var was = flag;
        flag = false;
        return was;
    }

    private bool IsLayer(ScriptedRequest r) => r.Method == "GET"
        && r.Path.EndsWith(Layer.Digest.ToString(), StringComparison.Ordinal);

    private static bool IsManifest(ScriptedRequest r) => r.Path.Contains("/manifests/", StringComparison.Ordinal);

    private static bool IsUpload(ScriptedRequest r) => r.Path.Contains("/uploads/", StringComparison.Ordinal);
}
