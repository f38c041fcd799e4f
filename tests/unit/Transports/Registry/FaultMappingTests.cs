using System.Net;
using System.Net.Sockets;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>What goes wrong is said in the engine's words, with the option that helps.</summary>
public sealed class FaultMappingTests(TlsRegistry tls, ClientCertificateRegistry closed)
    : IClassFixture<TlsRegistry>, IClassFixture<ClientCertificateRegistry>
{
    [Theory]
    [InlineData(401, "RegistryAuthentication", DiffahErrorCategory.User, "--creds")]
    [InlineData(403, "RegistryAuthentication", DiffahErrorCategory.User, "--authfile")]
    [InlineData(404, "RegistryNotFound", DiffahErrorCategory.Content, "tag")]
    [InlineData(429, "RegistryFailure", DiffahErrorCategory.Environment, "--retry-times")]
    [InlineData(500, "RegistryFailure", DiffahErrorCategory.Environment, "--retry-times")]
    [InlineData(418, "RegistryProtocol", DiffahErrorCategory.Content, "OCI registry")]
    public async Task A_status_is_an_error(int status, string code, DiffahErrorCategory category, string help)
    {
        await using var server =
            new ScriptedServer(r => r.Path == "/v2/"
                ? new ScriptedResponse(200)
                : ScriptedResponse.Error(status, "CODE", "because\\r\\nof this"));
        var error = await FailAsync($"docker://{server.Host}/team/app", RegistryBench.Quick with { RetryCount = 0 });
        Assert.Equal((code, category), (error.Error.Code, error.Error.Category));
        Assert.Contains(help, error.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task What_trying_again_cannot_cure_is_tried_once(int status)
    {
        await using var server =
            new ScriptedServer(r => r.Path == "/v2/" ? new ScriptedResponse(200) : new ScriptedResponse(status));
        await FailAsync($"docker://{server.Host}/team/app", RegistryBench.Quick);
        Assert.Single(server.Requests, r => r.Path != "/v2/");
    }

    [Fact]
    public async Task A_host_without_an_address_is_unreachable()
    {
        var error = await FailAsync("docker://nowhere.invalid/team/app", new());
        Assert.Equal(DiffahErrors.RegistryUnreachable, error.Error);
        Assert.Contains("nowhere.invalid", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_nobody_listens_at_is_unreachable(bool skipTls)
    {
        // Held, so that nobody else gets the port, and not listened at.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)held.LocalEndPoint!).Port;
        using var bench =
            new RegistryBench(new RegistryOptions { SkipTlsVerification = skipTls, RetryDelay = TimeSpan.Zero });
        var error =
            await Assert.ThrowsAsync<DiffahException>(() => bench.OpenAsync($"docker://127.0.0.1:{port}/team/app"));
        Assert.Equal(DiffahErrors.RegistryUnreachable, error.Error);
        Assert.Equal(
            3, bench.Events.OfType<MessageEvent>()
                .Count(e => e.Message.Contains("trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_registry_without_TLS_is_a_TLS_fault()
    {
        await using var registry = new FakeRegistry();
        var error = await FailAsync(registry.Reference(), new());
        Assert.Equal(DiffahErrors.RegistryTls, error.Error);
        Assert.Contains("--tls-verify=false", error.NextAction, StringComparison.Ordinal);
        Assert.Empty(registry.Server.Requests);
    }

    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_a_TLS_fault()
    {
        var error = await FailAsync($"docker://{tls.Process.Host}/team/app", new());
        Assert.Equal(DiffahErrors.RegistryTls, error.Error);
        Assert.Contains("--cert-dir", error.NextAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_certificate_of_another_authority_is_a_TLS_fault()
    {
        using var other = new TestAuthority("Test CA");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["ca.crt"], other.Pem);
        var error = await FailAsync(
            $"docker://{tls.Process.Host}/team/app", new() { CertificateDirectory = folder.Path });
        Assert.Equal(DiffahErrors.RegistryTls, error.Error);
    }

    [SkippableFact]
    public async Task Any_certificate_is_taken_where_verification_is_off() =>
        Assert.Equal(DiffahErrors.RegistryNotFound,
            (await FailAsync($"docker://{tls.Process.Host}/team/app", new() { SkipTlsVerification = true })).Error);

    [SkippableFact]
    public async Task A_folder_of_certificates_named_after_the_registry_is_found()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[tls.Process.Host]);
        await File.WriteAllTextAsync(folder[$"{tls.Process.Host}/ca.crt"], tls.Authority.Pem);
        var error = await FailAsync(
            $"docker://{tls.Process.Host}/team/app", new(), new() { CertificateFolders = ["/nowhere", folder.Path] });
        Assert.Equal(DiffahErrors.RegistryNotFound, error.Error);
    }

    [SkippableFact]
    public async Task A_client_certificate_opens_a_registry_that_asks_for_one()
    {
        using var bench = new RegistryBench(closed.Options);
        var image = SampleImage.Oci(1);
        await bench.PushAsync(image, $"docker://{closed.Process.Host}/team/app:v1");
        await bench.AssertHoldsAsync($"docker://{closed.Process.Host}/team/app:v1", image);
    }

    [SkippableFact]
    public async Task Without_it_a_registry_that_asks_for_one_is_closed()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["ca.crt"], closed.Authority.Pem);
        var error = await FailAsync(
            $"docker://{closed.Process.Host}/team/app", new() { CertificateDirectory = folder.Path, RetryCount = 0 });
        Assert.Contains(error.Error, new[] { DiffahErrors.RegistryTls, DiffahErrors.RegistryUnreachable });
    }

    [Fact]
    public async Task A_certificate_without_a_key_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["client.cert"], "x");
        var error = await FailAsync("docker://127.0.0.1:1/app", new() { CertificateDirectory = folder.Path });
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("client.key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["ca.crt"], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var error = await FailAsync("docker://127.0.0.1:1/app", new() { CertificateDirectory = folder.Path });
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("ca.crt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_certificates_that_is_not_there_is_named() =>
        Assert.Equal(DiffahErrors.FileNotFound,
            (await FailAsync("docker://127.0.0.1:1/app", new() { CertificateDirectory = "/nowhere/certs" })).Error);

    private static async Task<DiffahException> FailAsync(
        string reference, RegistryOptions options, TransportEnvironment? environment = null)
    {
        using var bench = new RegistryBench(options, environment);
        return await Assert.ThrowsAsync<DiffahException>(() => bench.OpenAsync(reference));
    }
}
