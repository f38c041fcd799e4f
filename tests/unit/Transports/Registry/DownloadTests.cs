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
    public async Task WhatIsThereIsFetched() => await Start().AssertHoldsAsync(_registry.Reference(), _image);

    [Fact]
    public async Task ATagIsAskedForOnce()
    {
        await Start().AssertHoldsAsync(_registry.Reference(), _image);
        Assert.Single(_registry.Requests, r => r.Path.EndsWith("/manifests/v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TooManyRequestsAreTriedAgainWhenTheRegistrySays()
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
    public async Task AFailureOfTheRegistryIsTriedAgain(int status)
    {
        Start();
        _registry.Intercept = Times(2, IsLayer, new ScriptedResponse(status));
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(3, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task ALastingFailureIsTriedAsOftenAsAllowed()
    {
        Start();
        _registry.Intercept = r => IsLayer(r) ? ScriptedResponse.Error(503, "UNAVAILABLE", "come back later") : null;
        var error = await FailsAsync(DiffahErrors.RegistryFailure, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(4, _registry.Requests.Count(IsLayer));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Contains("come back later", error.Message, StringComparison.Ordinal);
        Assert.Contains("--retry-times", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutRetriesOneTryIsAll()
    {
        Start(bench: new(RegistryBench.Quick with { RetryCount = 0 }));
        _registry.Intercept = Times(1, IsLayer, new ScriptedResponse(503));
        await FailsAsync(DiffahErrors.RegistryFailure, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AResetBeforeTheAnswerIsTriedAgain()
    {
        Start();
        _registry.Intercept = Times(1, IsLayer, ScriptedResponse.Reset);
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AResetInTheMiddleGoesOnFromThere()
    {
        Start();
        _registry.Intercept = Times(1, IsLayer, new ScriptedResponse(200, LayerBytes) { ResetAfter = 120_000 });
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal([null, "bytes=120000-"], _registry.Requests.Where(IsLayer).Select(r => r.Headers.GetValueOrDefault("range")));
    }

    [Fact]
    public async Task ARegistryWithoutRangesIsReadAgainFromTheStart()
    {
        Start();
        var first = true;
        _registry.Intercept = r => IsLayer(r) ? new ScriptedResponse(200, LayerBytes) { ResetAfter = Once(ref first) ? 120_000 : null } : null;
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AnotherPartThanTheOneAskedForIsRefused()
    {
        Start();
        var first = true;
        _registry.Intercept = r => !IsLayer(r) ? null : Once(ref first)
            ? new ScriptedResponse(200, LayerBytes) { ResetAfter = 120_000 }
            : new ScriptedResponse(206, LayerBytes[150_000..], ("Content-Range", $"bytes 150000-{LayerBytes.Length - 1}/{LayerBytes.Length}"));
        await FailsAsync(DiffahErrors.RegistryProtocol, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AShortAnswerIsMadeGood()
    {
        Start();
        _registry.Intercept = Times(1, IsLayer, new ScriptedResponse(200, LayerBytes[..50_000]) { DeclaredLength = Layer.Size });
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task ALineThatBreaksOffAgainAndAgainIsGivenUp()
    {
        Start();
        _registry.Intercept = r => !IsLayer(r) ? null : _registry.Answer(r) with { ResetAfter = 1000 };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(4, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task ABlobThatEndsTooSoonIsRefused()
    {
        Start();
        _registry.Blobs[Layer.Digest.ToString()] = LayerBytes[..^1];
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task OtherBytesAreRefused()
    {
        Start();
        _registry.Blobs[Layer.Digest.ToString()] = [.. LayerBytes[..^1], (byte)~LayerBytes[^1]];
        await FailsAsync(DiffahErrors.DigestMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AnEndlessBlobIsStopped()
    {
        Start();
        _registry.Intercept = r => IsLayer(r) ? Endless() : null;
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task AnEndlessManifestIsStopped()
    {
        Start();
        _registry.Intercept = r => r.Path.Contains("/manifests/", StringComparison.Ordinal) ? Endless() : null;
        await FailsAsync(DiffahErrors.SizeMismatch, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task AnEndlessErrorIsStopped()
    {
        Start(bench: new(RegistryBench.Quick with { RetryCount = 0 }));
        _registry.Intercept = r => Endless() with { Status = 403 };
        await FailsAsync(DiffahErrors.RegistryAuthentication, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task ARegistryThatFallsSilentIsGivenUp()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1), RetryCount = 1 }));
        _registry.Intercept = r => !IsLayer(r) ? null : new ScriptedResponse(200, LayerBytes[..1000]) { DeclaredLength = Layer.Size, Then = (_, ct) => Task.Delay(Timeout.Infinite, ct) };
        var error = await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Contains("1 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _registry.Requests.Count(IsLayer));
    }

    [Fact]
    public async Task ARegistryThatNeverAnswersIsGivenUp()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1) }));
        _registry.Intercept = r => !IsLayer(r) ? null : new ScriptedResponse(0) { Then = (_, ct) => Task.Delay(Timeout.Infinite, ct) };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task ADrippingManifestIsGivenUp()
    {
        Start(bench: new(RegistryBench.Quick with { IdleTimeout = TimeSpan.FromSeconds(1) }));
        _registry.Intercept = r => !r.Path.Contains("/manifests/", StringComparison.Ordinal) ? null : new ScriptedResponse(200) { DeclaredLength = 1000, Then = Drip };
        await FailsAsync(DiffahErrors.RegistryUnreachable, () => _bench.OpenAsync(_registry.Reference()));
    }

    [Fact]
    public async Task ASlowReaderIsNotASilentRegistry()
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
    public async Task AManifestThatIsNoneIsRefused(string text)
    {
        Start();
        _registry.Manifests["v1"] = (Encoding.UTF8.GetBytes(text), "application/json");
        await FailsAsync(DiffahErrors.InvalidManifest, () => _bench.OpenAsync(_registry.Reference()));
        Assert.Single(_registry.Requests);
    }

    [Fact]
    public async Task AManifestOfAnotherDigestIsRefused()
    {
        Start();
        var other = SampleImage.Oci(2);
        _registry.Intercept = r => r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new ScriptedResponse(200, other.Manifest.Bytes.ToArray(), ("Content-Type", other.Manifest.MediaType), ("Docker-Content-Digest", _image.Manifest.Digest.ToString()))
            : null;
        await FailsAsync(DiffahErrors.DigestMismatch, () => _bench.OpenAsync(_registry.Reference()));
        await FailsAsync(DiffahErrors.DigestMismatch, () => _bench.OpenAsync($"docker://{_registry.Server.Host}/team/app@{_image.Manifest.Digest}"));
    }

    [Fact]
    public async Task ATypeThatTheServerDoesNotKnowIsNotBelieved()
    {
        Start();
        _registry.Manifests["v1"] = (_image.Manifest.Bytes.ToArray(), "application/octet-stream");
        await _bench.AssertHoldsAsync(_registry.Reference(), _image);
    }

    [Fact]
    public async Task AnIndexIsFollowedToThePlatform()
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

    private static Func<ScriptedRequest, ScriptedResponse?> Times(int count, Func<ScriptedRequest, bool> which, ScriptedResponse response) =>
        r => which(r) && count-- > 0 ? response : null;

    private bool IsLayer(ScriptedRequest request) => request.Path.EndsWith($"/blobs/{Layer.Digest}", StringComparison.Ordinal);

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
