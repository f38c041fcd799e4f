using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.DockerDaemon;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.DockerDaemon;

/// <summary>Engines are looked for where docker and podman look for them, in the same order.</summary>
public sealed class DaemonAddressesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("unix:///var/run/docker.sock", "/var/run/docker.sock", "http://localhost/")]
    [InlineData("/run/docker.sock", "/run/docker.sock", "http://localhost/")]
    [InlineData("tcp://host.example", null, "http://host.example:2375/")]
    [InlineData("tcp://127.0.0.1:1234", null, "http://127.0.0.1:1234/")]
    [InlineData("tcp://[::1]", null, "http://[::1]:2375/")]
    [InlineData("http://h:80/", null, "http://h/")]
    [InlineData("https://h.example", null, "https://h.example:2376/")]
    public void An_address_is_a_socket_or_a_host(string text, string? socket, string address)
    {
        var read = DaemonAddress.Parse(text, "test");
        Assert.Equal((socket, address), (read.Socket, read.Base.AbsoluteUri));
    }

    [Theory]
    [InlineData("unix://docker.sock")]
    [InlineData("unix://")]
    [InlineData("ssh://user@host")]
    [InlineData("npipe:////./pipe/docker_engine")]
    [InlineData("tcp://")]
    [InlineData("tcp://user:secret@host")]
    [InlineData("tcp://host/path")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void What_is_no_address_is_refused_with_what_to_write(string text)
    {
        var error = Assert.Throws<DiffahException>(() => DaemonAddress.Parse(text, "DOCKER_HOST"));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("DOCKER_HOST", error.Message, StringComparison.Ordinal);
        Assert.Contains("unix:///", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public void The_option_wins_over_variables_and_contexts()
    {
        WriteConfig("""{"currentContext":"far"}""");
        WriteContext("far", "tcp://far.example:2376");
        var said = Environment with { DockerHost = "unix:///env.sock", DockerContext = "other" };
        Assert.Equal("/option.sock", Find(said, "unix:///option.sock").Socket);
        Assert.Equal("/env.sock", Find(said).Socket);
        Assert.Equal("far.example", Find(Environment).Base.Host);
        Assert.Equal("/var/run/docker.sock", Find(Environment with { DockerContext = "default" }).Socket);
    }

    [Fact]
    public void A_context_brings_its_certificates()
    {
        WriteContext("far", "tcp://far.example");
        var tls = Path.Combine(_folder.Path, "contexts", "tls", IdOf("far"), "docker");
        Directory.CreateDirectory(tls);
        var found = Find(Environment with { DockerContext = "far" });
        Assert.Equal((tls, false, "https"), (found.Certificates, found.SkipVerification, found.Base.Scheme));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"Endpoints":{"docker":{"Host":""}}}""")]
    [InlineData("not json")]
    public void A_context_without_a_host_is_refused(string? meta)
    {
        if (meta is not null)
            Write(meta, "contexts", "meta", IdOf("gone"), "meta.json");
        var error = Assert.Throws<DiffahException>(() => Find(Environment with { DockerContext = "gone" }));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("--daemon-host", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_encrypt_and_verify_encrypts_with_verification()
    {
        var plain = Environment with { DockerHost = "tcp://h", DockerCertificates = "/certs" };
        Assert.Equal((true, "https"), (Find(plain).SkipVerification, Find(plain).Base.Scheme));
        var verified = plain with { DockerTlsVerify = true };
        Assert.Equal((false, "/certs"), (Find(verified).SkipVerification, Find(verified).Certificates));
    }

    [Fact]
    public void Podman_has_a_socket_of_the_user_and_one_of_the_system()
    {
        var environment = new TransportEnvironment { RuntimeFolder = _folder.Path };
        Write("", "podman", "podman.sock");
        Assert.Equal(_folder["podman/podman.sock"], new DaemonAddresses(environment, null).Podman().Socket);
        var named = environment with { Daemons = new DaemonEnvironment { PodmanHost = "unix:///named.sock" } };
        Assert.Equal("/named.sock", new DaemonAddresses(named, null).Podman().Socket);
    }

    private static DaemonEnvironment Environment => new();

    private static string IdOf(string context) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context)));

    private DaemonAddress Find(DaemonEnvironment daemons, string? asked = null) => new DaemonAddresses(
        new TransportEnvironment { DockerFolder = _folder.Path, Daemons = daemons }, asked).Docker();

    private void WriteConfig(string json) => Write(json, "config.json");

    private void WriteContext(string name, string host) => Write(
        JsonSerializer.Serialize(new { Name = name, Endpoints = new { docker = new { Host = host } } }),
        "contexts", "meta", IdOf(name), "meta.json");

    private void Write(string text, params string[] names)
    {
        var path = Path.Combine([_folder.Path, .. names]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
