using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Who asks, as real registries and a scripted one want to know it.</summary>
public sealed class AuthenticationTests(PasswordRegistry password, TokenRegistry token)
    : IAsyncDisposable, IClassFixture<PasswordRegistry>, IClassFixture<TokenRegistry>
{
    private readonly FakeRegistry _registry = new FakeRegistry().Add(SampleImage.Oci(1));
    private readonly TokenServer _tokens = new();
    private readonly TemporaryFolder _folder = new();

    private static SampleImage Sample { get; } = SampleImage.Oci(1);

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _tokens.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_wrong_password_is_the_users_fault()
    {
        var error = await FailAsync($"docker://{password.Process.Host}/a/b",
            password.Anonymous with { Credential = new("bob", "wrong-pass-9") });
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        Assert.DoesNotContain("wrong-pass-9", error.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task No_credential_is_the_users_fault_too()
    {
        Assert.Equal(DiffahErrors.RegistryAuthentication,
            (await FailAsync($"docker://{password.Process.Host}/a/b", password.Anonymous)).Error);
        var file = await AuthFileAsync(password.Process.Host, PasswordRegistry.User, PasswordRegistry.Password);
        Assert.Equal(DiffahErrors.RegistryAuthentication,
            (await FailAsync($"docker://{password.Process.Host}/a/b",
                password.Anonymous with { NoCredential = true, AuthFile = file })).Error);
    }

    [SkippableFact]
    public async Task An_auth_file_opens_a_registry()
    {
        var file = await AuthFileAsync(password.Process.Host, PasswordRegistry.User, PasswordRegistry.Password);
        using var bench = new RegistryBench(password.Anonymous with { AuthFile = file });
        await bench.PushAsync(Sample, $"docker://{password.Process.Host}/auth/file:v1");
    }

    [SkippableFact]
    public async Task Anybody_may_pull_what_the_token_service_lets_them()
    {
        var reference = $"docker://{token.Process.Host}/open/app:v1";
        using var alice = new RegistryBench(token.Options);
        await alice.PushAsync(Sample, reference);
        using var anybody = new RegistryBench(token.Anonymous);
        await anybody.AssertHoldsAsync(reference, Sample);
        var error = await Assert.ThrowsAsync<DiffahException>(() => anybody.PushAsync(SampleImage.Oci(2), reference));
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        await anybody.AssertHoldsAsync(reference, Sample);
    }

    [SkippableFact]
    public async Task A_token_serves_a_set_of_scopes_until_it_expires()
    {
        using var bench = new RegistryBench(token.Options);
        var before = token.Tokens.Server.Requests.Count;
        await bench.PushAsync(Sample, $"docker://{token.Process.Host}/scopes/app:v1");
        await bench.AssertHoldsAsync($"docker://{token.Process.Host}/scopes/app:v1", Sample);
        var scopes = token.Tokens.Server.Requests.Skip(before).Select(r => r.Query("scope")!).ToArray();
        Assert.Equal(["repository:scopes/app:pull,push", "repository:scopes/app:pull"], scopes);
    }

    [SkippableFact]
    public async Task Blobs_are_borrowed_with_a_token_for_both_repositories()
    {
        using var bench = new RegistryBench(token.Options);
        await bench.PushAsync(Sample, $"docker://{token.Process.Host}/lend/from:v1");
        await using (await bench.OpenAsync($"docker://{token.Process.Host}/lend/from:v1"))
            await bench.PushAsync(Sample, $"docker://{token.Process.Host}/lend/to:v1");
        var log = await token.Process.LogAsync();
        Assert.Equal(Sample.Blobs.Count,
            log.Count(
                l => l.Path.Contains("/lend/to/blobs/uploads/?mount=", StringComparison.Ordinal) && l.Status == 201));
    }

    [SkippableFact]
    public async Task An_identity_token_is_exchanged()
    {
        var file = _folder["auth.json"];
        await File.WriteAllTextAsync(
            file,
            $$$"""{"auths":{"{{{token.Process.Host}}}":{"auth":"{{{Base64("00000000-0000-0000-0000-000000000000:")}}}","identitytoken":"{{{TokenServer.Identity}}}"} } }""");
        using var bench = new RegistryBench(token.Anonymous with { AuthFile = file });
        await bench.PushAsync(Sample, $"docker://{token.Process.Host}/identity/app:v1");
        Assert.Contains(token.Tokens.Server.Requests, r => r.Method == "POST");
    }

    [SkippableFact]
    public async Task A_wrong_password_at_the_token_service_is_the_users_fault()
    {
        var error = await FailAsync($"docker://{token.Process.Host}/a/b",
            token.Anonymous with { Credential = new(TokenServer.User, "wrong-pass-9") });
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        Assert.DoesNotContain("wrong-pass-9", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_is_renewed()
    {
        var refused = 0;
        Ask(r => r.Path.Contains("/blobs/", StringComparison.Ordinal) && refused++ == 0);
        using var bench = new RegistryBench();
        await bench.AssertHoldsAsync(_registry.Reference(), Sample);
        Assert.Equal(2, _tokens.Server.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_expires_during_a_push_is_renewed()
    {
        var refused = 0;
        Ask(r => r.Method == "PUT" && r.Query("digest") == Sample.Layers[1].Digest.ToString() && refused++ == 0);
        using var bench = new RegistryBench();
        _registry.Blobs.Clear();
        await bench.PushAsync(Sample, _registry.Reference());
        await bench.AssertHoldsAsync(_registry.Reference(), Sample);
    }

    [Fact]
    public async Task A_token_is_not_used_beyond_its_time()
    {
        Ask(_ => false);
        _tokens.Seconds = 1;
        using var bench = new RegistryBench();
        await using var source = await bench.OpenAsync(_registry.Reference());
        await Task.Delay(1000);
        await using var stream = await source.OpenBlobAsync(Sample.Layers[0], default);
        Assert.Equal(2, _tokens.Server.Requests.Count);
        Assert.DoesNotContain(_registry.Requests.Skip(1), r => r.Authorization is null);
    }

    [Fact]
    public async Task A_token_that_is_refused_for_good_is_given_up()
    {
        Ask(_ => true);
        var error = await FailAsync(_registry.Reference(), RegistryBench.Quick);
        Assert.Equal(DiffahErrors.RegistryAuthentication, error.Error);
        Assert.InRange(_registry.Requests.Count(), 1, 3);
    }

    [Fact]
    public async Task Many_at_a_time_fetch_one_token()
    {
        Ask(_ => false);
        using var bench = new RegistryBench();
        await using var source = await bench.OpenAsync(_registry.Reference());
        await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(async _ => await (await source.OpenBlobAsync(Sample.Layers[0], default)).DisposeAsync()));
        Assert.Single(_tokens.Server.Requests);
    }

    [Fact]
    public async Task A_token_of_the_users_own_is_sent_as_it_is()
    {
        using var bench = new RegistryBench(RegistryBench.Quick with { RegistryToken = "my-own-token" });
        await bench.AssertHoldsAsync(_registry.Reference(), Sample);
        Assert.All(_registry.Requests, r => Assert.Equal("Bearer my-own-token", r.Authorization));
        Assert.Empty(_tokens.Server.Requests);
    }

    [Fact]
    public async Task Nothing_is_told_before_the_registry_asks()
    {
        using var bench = new RegistryBench(RegistryBench.Quick with { Credential = new("bob", "hunter22") });
        await bench.AssertHoldsAsync(_registry.Reference(), Sample);
        Assert.All(_registry.Requests, r => Assert.Null(r.Authorization));
    }

    [Theory]
    [InlineData("Bearer service=\"x\"")]
    [InlineData("Bearer realm=\"nonsense\"")]
    [InlineData("Bearer realm=\"ftp://x/\"")]
    public async Task A_challenge_that_leads_nowhere_is_refused(string challenge)
    {
        _registry.Intercept = _ => new ScriptedResponse(401, null, ("WWW-Authenticate", challenge));
        Assert.Equal(
            DiffahErrors.RegistryProtocol, (await FailAsync(_registry.Reference(), RegistryBench.Quick)).Error);
    }

    [Theory]
    [InlineData("not json, but secret-in-the-body")]
    [InlineData("{}")]
    [InlineData("{\"token\":\"two words secret-in-the-body\"}")]
    [InlineData("{\"token\":7}")]
    [InlineData("[]")]
    public async Task A_token_that_is_none_is_refused(string body)
    {
        await using var tokens = new ScriptedServer(_ => ScriptedResponse.Text(200, body));
        _registry.Intercept = _ => new ScriptedResponse(
            401, null, ("WWW-Authenticate", $"Bearer realm=\"http://{tokens.Host}/\""));
        var error = await FailAsync(_registry.Reference(), RegistryBench.Quick);
        Assert.Equal(DiffahErrors.RegistryProtocol, error.Error);
        Assert.DoesNotContain("secret-in-the-body", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_told_whatever_goes_wrong()
    {
        // The registry repeats what it was sent, and so does the token service.
        _registry.Intercept = r => r.Authorization is null
            ? new ScriptedResponse(401, null, ("WWW-Authenticate", $"Bearer realm=\"{_tokens.Realm}\",service=\"x\""))
            : ScriptedResponse.Error(500, "UNKNOWN", $"you sent {r.Authorization}");
        using var bench =
            new RegistryBench(RegistryBench.Quick with { Credential = new(TokenServer.User, TokenServer.Password) });
        var error = await Assert.ThrowsAsync<DiffahException>(() => bench.OpenAsync(_registry.Reference()));
        var jwt = _registry.Requests.Select(r => r.Authorization).OfType<string>().First()["Bearer ".Length..];
        var told = string.Join('\n', bench.Events) + error + error.NextAction;
        Assert.Contains("you sent", error.Message, StringComparison.Ordinal);
        foreach (var secret in (string[])[TokenServer.Password, jwt,
            Base64($"{TokenServer.User}:{TokenServer.Password}")])
            Assert.DoesNotContain(secret[..Math.Min(secret.Length, 40)], told, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<string> AuthFileAsync(string host, string user, string secret)
    {
        await File.WriteAllTextAsync(
            _folder["auth.json"], $$$"""{"auths":{"{{{host}}}":{"auth":"{{{Base64($"{user}:{secret}")}}}"} } }""");
        return _folder["auth.json"];
    }

    /// <summary>The scripted registry asks for a token, and takes any but those of requests that it refuses.</summary>
    private void Ask(Func<ScriptedRequest, bool> refuses) => _registry.Intercept = r =>
        r.Path != "/v2/" && (r.Authorization is null || refuses(r)) ? new ScriptedResponse(401, null,
            ("WWW-Authenticate", $"Bearer realm=\"{_tokens.Realm}\",service=\"x\",error=\"invalid_token\"")) : null;

    private static async Task<DiffahException> FailAsync(string reference, RegistryOptions options)
    {
        using var bench = new RegistryBench(options);
        return await Assert.ThrowsAsync<DiffahException>(() => bench.OpenAsync(reference));
    }
}
