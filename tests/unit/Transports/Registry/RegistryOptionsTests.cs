using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Tests.Transports.Registry;

public sealed class RegistryOptionsTests
{
    private static readonly RegistryCredential Bob = new("bob", "hunter22");

    public static TheoryData<string, RegistryOptions> Wrong => new()
    {
        { "Credential, NoCredential", new() { Credential = Bob, NoCredential = true } },
        { "Credential, RegistryToken", new() { Credential = Bob, RegistryToken = "token" } },
        { "NoCredential, RegistryToken", new() { NoCredential = true, RegistryToken = "token" } },
        { "RegistryToken", new() { RegistryToken = "two words" } },
        { "RegistryToken", new() { RegistryToken = "" } },
        { "Credential", new() { Credential = new("", "x") } },
        { "AuthFile", new() { AuthFile = "auth.json" } },
        { "CertificateDirectory", new() { CertificateDirectory = "certs" } },
        { "RetryCount", new() { RetryCount = -1 } },
        { "RetryDelay", new() { RetryDelay = TimeSpan.FromSeconds(31) } },
        { "ConnectTimeout", new() { ConnectTimeout = TimeSpan.Zero } },
        { "IdleTimeout", new() { IdleTimeout = TimeSpan.FromSeconds(-1) } },
        { "Concurrency", new() { Concurrency = 0 } },
        { "UploadChunkSize", new() { UploadChunkSize = 1 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_meant_is_refused_by_name(string names, RegistryOptions options)
    {
        var error = Assert.Throws<DiffahException>(() => TransportCatalog.Create(options));
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains(names, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_fine() => new RegistryOptions().Validate();

    [Fact]
    public void An_auth_file_goes_with_anything() =>
        new RegistryOptions { AuthFile = "/auth.json", Credential = Bob }.Validate();

    [Fact]
    public void No_secret_is_shown()
    {
        var options = new RegistryOptions { Credential = Bob, RegistryToken = "to-ken-1" };
        var shown = $"{options} {Bob}";
        Assert.DoesNotContain("hunter22", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("to-ken-1", shown, StringComparison.Ordinal);
        Assert.Contains("Credential", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_can_be_read_from_outside()
    {
        var readable = new[] { typeof(RegistryOptions), typeof(RegistryCredential) }.SelectMany(t => t.GetProperties())
            .Where(p => p.GetMethod is { IsPublic: true }).Select(p => p.Name);
        Assert.DoesNotContain("Password", readable);
        Assert.DoesNotContain("RegistryToken", readable);
    }
}
