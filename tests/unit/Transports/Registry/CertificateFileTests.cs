using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Http;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>Certificates in the forms in which they lie on people's disks.</summary>
public sealed class CertificateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_certificate_and_a_key_may_come_through_a_shell_of_Windows(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        _authority.WriteClient(_folder["a.cert"], _folder["a.key"]);
        File.WriteAllText(_folder["ca.crt"], _authority.Pem);
        foreach (var file in (string[])["a.cert", "a.key", "ca.crt"])
            File.WriteAllText(_folder[file], File.ReadAllText(_folder[file]).ReplaceLineEndings("\r\n"), encoding);
        using var read = Load();
        Assert.Equal(_authority.Pem, Assert.Single(read.Authorities).ExportCertificatePem());
        Assert.True(Assert.Single(read.Clients).HasPrivateKey);
    }

    [Fact]
    public void An_authority_may_be_DER()
    {
        using var certificate = X509Certificate2.CreateFromPem(_authority.Pem);
        File.WriteAllBytes(_folder["ca.crt"], certificate.RawData);
        using var read = Load();
        Assert.Equal(certificate.RawData, Assert.Single(read.Authorities).RawData);
    }

    [SkippableFact]
    public async Task What_is_no_certificate_is_named()
    {
        File.WriteAllBytes(_folder["ca.crt"], new byte[(1 << 20) + 1]);
        Fails();
        File.WriteAllBytes(_folder["ca.crt"], [0x30, 1, 2]);
        Fails();
        File.Delete(_folder["ca.crt"]);
        Skip.IfNot(ExternalTool.Exists("mkfifo"), "mkfifo is not on this machine.");
        await ExternalTool.RunAsync("mkfifo", _folder["ca.crt"]);
        Fails();
    }

    private void Fails()
    {
        var error = Assert.Throws<DiffahException>(Load);
        Assert.Equal(DiffahErrors.InvalidArgument, error.Error);
        Assert.Contains("ca.crt", error.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<CryptographicException>(error.InnerException);
    }

    private RegistryCertificates Load() => RegistryCertificates.Load(
        new RegistryOptions { CertificateDirectory = _folder.Path }, TransportEnvironment.None, "registry.example");
}
