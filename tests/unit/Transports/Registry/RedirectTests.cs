using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Http;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Blobs may be elsewhere; who has them learns nothing of the user.</summary>
public sealed class RedirectTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new FakeRegistry().Add(SampleImage.Oci(1));
    private readonly RegistryBench _bench = new(RegistryBench.Quick with { Credential = new("bob", "hunter22") });

    private static Descriptor Layer => SampleImage.Oci(1).Layers[1];

    private static byte[] LayerBytes => SampleImage.Oci(1).Blobs[Layer.Digest];

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Another_host_is_told_no_secret(int status)
    {
        await using var storage = new ScriptedServer(_ => new ScriptedResponse(200, LayerBytes));
        RedirectBlobs(status, $"http://localhost:{storage.Port}/blob?signature=abc");
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Null(Assert.Single(storage.Requests).Authorization);
        Assert.Contains(_registry.Requests,
            r => r.Authorization is not null && r.Path.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_host_is_told_who_asks()
    {
        _registry.Intercept = WithAuthorization(r => r.Path == "/v2/elsewhere/blob"
            ? new ScriptedResponse(200, LayerBytes)
            : IsBlob(r) ? new ScriptedResponse(307, null, ("Location", "/v2/elsewhere/blob")) : null);
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
    }

    [Fact]
    public async Task A_resumed_fetch_is_redirected_again()
    {
        var fetched = 0;
        await using var storage = new ScriptedServer(r => fetched++ == 0
            ? new ScriptedResponse(200, LayerBytes) { ResetAfter = 100_000 }
            : new ScriptedResponse(206, LayerBytes[100_000..],
                ("Content-Range", $"bytes 100000-{LayerBytes.Length - 1}/{LayerBytes.Length}")));
        RedirectBlobs(307, $"http://{storage.Host}/blob");
        Assert.Equal(LayerBytes, await _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(2, _registry.Requests.Count(r => IsBlob(r) && r.Authorization is not null));
    }

    [Fact]
    public async Task A_circle_is_left()
    {
        RedirectBlobs(307, "/v2/team/app/blobs/again");
        var error = await Assert.ThrowsAsync<DiffahException>(() => _bench.ReadAsync(_registry.Reference(), Layer));
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
        Assert.InRange(_registry.Requests.Count(), 3, 12);
    }

    [Fact]
    public void From_TLS_nobody_is_led_to_a_place_without()
    {
        using var client = new HttpClient();
        var (exchange, from) = (new HttpExchange(client, new RegistryOptions()), new Uri("https://registry.example/"));
        var error = Assert.Throws<DiffahException>(
            () => exchange.RefuseDowngrade(from, new Uri("http://storage.example/x?signature=abc")));
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
        Assert.DoesNotContain("signature", error.Message, StringComparison.Ordinal);
        Assert.Throws<DiffahException>(() => exchange.RefuseDowngrade(from, new Uri("file:///etc/passwd")));
        exchange.RefuseDowngrade(from, new Uri("https://storage.example/"));
        new HttpExchange(client, RegistryBench.Quick).RefuseDowngrade(from, new Uri("http://storage.example/"));
    }

    private void RedirectBlobs(int status, string location) =>
        _registry.Intercept =
            WithAuthorization(r => IsBlob(r) ? new ScriptedResponse(status, null, ("Location", location)) : null);

    private static Func<ScriptedRequest, ScriptedResponse?> WithAuthorization(
        Func<ScriptedRequest, ScriptedResponse?> then) =>
        r => r.Authorization is null
            ? new ScriptedResponse(401, null, ("WWW-Authenticate", "Basic realm=\"x\""))
            : then(r);

    private static bool IsBlob(ScriptedRequest request) => request.Path.Contains("/blobs/", StringComparison.Ordinal);
}
