using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Fetching, from a registry that does what a real one can't be made to do.</summary>
public sealed class DownloadTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly SampleImage _image = SampleImage.Oci(1);
    private RegistryBench _bench = new();

    private Descriptor Layer => _image.Layers[1];

    private byte[] LayerBytes => _image.Blobs[Layer.Digest];

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task What_is_there_is_fetched() => await Start().AssertHoldsAsync(_registry.Reference(), _image);

    [Fact]
    public async Task A_tag_is_asked_for_once()
    {
        await Start().AssertHoldsAsync(_registry.Reference(), _image);
        Assert.Single(_registry.Requests, r => r.Path.EndsWith("/manifests/v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_requests_are_tried_again_when_the_registry_says()
    {
        var times = new List<long>();
        Start(bench: new(RegistryBench.Quick with { RetryDelay = TimeSpan.FromSeconds(20) }));
        _registry.Intercept = r =>
        {
            if (!IsLayer(r))
                return null;
            times.Add(Environment.TickCount64);
            return times.Count == 1 ? new ScriptedResponse(429, null, ("Retry-After", "1")) : null;
        };
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.InRange(times[1] - times[0], 900, 10_000);
        Assert.Contains(_bench.Events.OfType<MessageEvent>(), e => e.Message.Contains("429", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_failure_of_the_registry_is_tried_again(int status)
    {
        Start();
        _registry.Intercept = Times(2, IsLayer, new ScriptedResponse(status));
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(3, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task A_lasting_failure_is_tried_as_often_as_allowed()
    {
        Start();
        _registry.Intercept = r => IsLayer(r) ? ScriptedResponse.Error(503, "UNAVAILABLE", "come back later") : null;
        var error = await FailsAsync(
            DiffahErrors.RegistryFailure, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(4, _registry.Requests.Count(IsLayer));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Contains("come back later", error.Message, StringComparison.Ordinal);
        Assert.Contains("--retry-times", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_retries_one_try_is_all()
    {
        Start(bench: new(RegistryBench.Quick with { RetryCount = 0 }));
        _registry.Intercept = Times(1, IsLayer, new ScriptedResponse(503));
        await FailsAsync(DiffahErrors.RegistryFailure, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_reset_before_the_answer_is_tried_again()
    {
        Start();
        _registry.Intercept = Times(1, IsLayer, ScriptedResponse.Reset);
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_reset_in_the_middle_goes_on_from_there()
    {
        Start();
        _registry.Intercept = Times(1, IsLayer, new ScriptedResponse(200, LayerBytes) { ResetAfter = 120_000 });
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal([null, "bytes=120000-"],
            _registry.Requests.Where(IsLayer).Select(r => r.Headers.GetValueOrDefault("range")));
    }

    [Fact]
    public async Task A_registry_without_ranges_is_read_again_from_the_start()
    {
        Start();
        var first = true;
        _registry.Intercept = r => IsLayer(r)
            ? new ScriptedResponse(200, LayerBytes) { ResetAfter = Once(ref first) ? 120_000 : null }
            : null;
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task Another_part_than_the_one_asked_for_is_refused()
    {
        Start();
        var first = true;
        _registry.Intercept = r => !IsLayer(r) ? null : Once(ref first)
            ? new ScriptedResponse(200, LayerBytes) { ResetAfter = 120_000 }
            : new ScriptedResponse(206, LayerBytes[150_000..],
                ("Content-Range", $"bytes 150000-{LayerBytes.Length - 1}/{LayerBytes.Length}"));
        await FailsAsync(DiffahErrors.RegistryProtocol, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_short_answer_is_made_good()
    {
        Start();
        _registry.Intercept = Times(
            1, IsLayer, new ScriptedResponse(200, LayerBytes[..50_000]) { DeclaredLength = Layer.Size });
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_line_that_breaks_off_again_and_again_is_given_up()
    {
        Start();
        _registry.Intercept = r => !IsLayer(r) ? null : _registry.Answer(r) with { ResetAfter = 1000 };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(4, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task A_blob_that_ends_too_soon_is_refused()
    {
        Start();
        _registry.Blobs[Layer.Digest.ToString()] = LayerBytes[..^1];
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task Other_bytes_are_refused()
    {
        Start();
        _registry.Blobs[Layer.Digest.ToString()] = [.. LayerBytes[..^1], (byte)~LayerBytes[^1]];
        await FailsAsync(DiffahErrors.DigestMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task An_endless_blob_is_stopped()
    {
        Start();
        _registry.Intercept = r => IsLayer(r) ? Endless() : null;
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task An_endless_manifest_is_stopped()
    {
        Start();
        _registry.Intercept = r => r.Path.Contains("/manifests/", StringComparison.Ordinal) ? Endless() : null;
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task An_endless_error_is_stopped()
    {
        Start(bench: new(RegistryBench.Quick with { RetryCount = 0 }));
        _registry.Intercept = r => Endless() with { Status = 403 };
        await FailsAsync(DiffahErrors.RegistryAuthentication, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task A_registry_that_falls_silent_is_given_up()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1), RetryCount = 1 }));
        _registry.Intercept = r => !IsLayer(r) ? null : new ScriptedResponse(200,
            LayerBytes[..1000])
        { DeclaredLength = Layer.Size, Then = (_, ct) => Task.Delay(Timeout.Infinite, ct) };
        var error = await FailsAsync(
            DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Contains("1 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task A_registry_that_never_answers_is_given_up()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1) }));
        _registry.Intercept =
            r => !IsLayer(r) ? null : new ScriptedResponse(0) { Then = (_, ct) => Task.Delay(Timeout.Infinite, ct) };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_dripping_manifest_is_given_up()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1) }));
        _registry.Intercept = r => !r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? null
            : new ScriptedResponse(200) { DeclaredLength = 1000, Then = Drip };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task A_slow_reader_is_not_a_silent_registry()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(2), RetryCount = 0 }));
        await using var source = await _bench.OpenAsync(_registry.Reference());
        await using var stream = await source.OpenBlobAsync(Layer, default);
        await stream.ReadExactlyAsync(new byte[10]);
        await Task.Delay(2500);
        await stream.ReadExactlyAsync(new byte[Layer.Size - 10]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":2")]
    [InlineData("<html>Welcome to the hotel's network</html>")]
    public async Task A_manifest_that_is_none_is_refused(string text)
    {
        Start();
        _registry.Manifests["v1"] = (Encoding.UTF8.GetBytes(text), "application/json");
        await FailsAsync(DiffahErrors.InvalidManifest, () => _bench.OpenAsync(_registry.Reference()));
        Assert.Single(_registry.Requests);
    }

    [Fact]
    public async Task A_manifest_of_another_digest_is_refused()
    {
        Start();
        var other = SampleImage.Oci(2);
        _registry.Intercept = r => r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new ScriptedResponse(200, other.Manifest.Bytes.ToArray(), ("Content-Type", other.Manifest.MediaType),
                ("Docker-Content-Digest", _image.Manifest.Digest.ToString()))
            : null;
        await FailsAsync(DiffahErrors.DigestMismatch, () => _bench.OpenAsync(_registry.Reference()));
        await FailsAsync(DiffahErrors.DigestMismatch,
            () => _bench.OpenAsync($"docker://{_registry.Server.Host}/team/app@{_image.Manifest.Digest}"));
    }

    [Fact]
    public async Task A_type_that_the_server_does_not_know_is_not_believed()
    {
        Start();
        _registry.Manifests["v1"] = (_image.Manifest.Bytes.ToArray(), "application/octet-stream");
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
    }

    [Fact]
    public async Task An_index_is_followed_to_the_platform()
    {
        var arm = SampleImage.Oci(2, "arm64");
        _registry.Add(arm, "arm");
        Start();
        var index = SampleImage.Index((arm, "arm64"), (_image, "amd64"));
        _registry.Manifests["v1"] = (index.Bytes.ToArray(), index.MediaType);
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
    }

    private static bool Once(ref bool first) => first && !(first = false);

    private static ScriptedResponse Endless() => new(200)
    {
        DeclaredLength = -1,
        Then = async (stream, ct) =>
        {
            while (true)
                await stream.WriteAsync(new byte[65536], ct);
        },
    };

    private static async Task Drip(Stream stream, CancellationToken ct)
    {
        while (true)
        {
            await stream.WriteAsync("{"u8.ToArray(), ct);
            await Task.Delay(50, ct);
        }
    }

    private static async Task<DiffahException> FailsAsync(DiffahError error, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<DiffahException>(action);
        Assert.Equal(error, thrown.Error);
        return thrown;
    }

    private static Func<ScriptedRequest, ScriptedResponse?> Times(
        int count, Func<ScriptedRequest, bool> which, ScriptedResponse response) =>
        r => which(r) && count-- > 0 ? response : null;

    private bool IsLayer(ScriptedRequest request) =>
        request.Path.EndsWith($"/blobs/{Layer.Digest}", StringComparison.Ordinal);

    private RegistryBench Start(RegistryBench? bench = null)
    {
        _registry.Add(_image);
        if (bench is not null)
        {
            _bench.Dispose();
            _bench = bench;
        }
        return _bench;
    }
}
