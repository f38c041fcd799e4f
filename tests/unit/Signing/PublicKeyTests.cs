using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;

namespace Diffah.Tests.Signing;

public sealed class PublicKeyTests : IDisposable
{
    private readonly KeyBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_pkix_key_is_read()
    {
        using var key = await PublicKeyReader.ReadAsync(_bench.Public, default);
        _bench.AssertSame(key);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_key_may_come_through_a_shell_of_Windows(string encoding)
    {
        var text = (await File.ReadAllTextAsync(_bench.Public)).ReplaceLineEndings("\r\n");
        await File.WriteAllTextAsync(_bench["k"], text, System.Text.Encoding.GetEncoding(encoding));
        using var key = await PublicKeyReader.ReadAsync(_bench["k"], default);
        _bench.AssertSame(key);
    }

    [Fact]
    public async Task A_key_file_is_read_up_to_its_bound()
    {
        var text = await File.ReadAllTextAsync(_bench.Public);
        using var key = await PublicKeyReader.ReadAsync(_bench.Write("k", text.PadRight(64 * 1024)), default);
        _bench.AssertSame(key);
        await FailsAsync(text.PadRight((64 * 1024) + 1), "is longer than 65536 bytes");
    }

    [Fact]
    public async Task Every_wrong_key_is_named()
    {
        using var p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var rsa = RSA.Create(2048);
        var der = _bench.Key.ExportSubjectPublicKeyInfo();
        await FailsAsync(p521.ExportSubjectPublicKeyInfoPem(), "P-521");
        await FailsAsync(rsa.ExportSubjectPublicKeyInfoPem(), "RSA");
        await FailsAsync(rsa.ExportRSAPublicKeyPem(), "PKIX");
        await FailsAsync(_bench.Key.ExportPkcs8PrivateKeyPem(), "private key");
        await FailsAsync(_bench.Key.ExportECPrivateKeyPem(), "private key");
        await FailsAsync(PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", [1]), "private key");
        await FailsAsync("{}", "private key");
        await FailsAsync("", "no key");
        await FailsAsync(PemEncoding.WriteString("PUBLIC KEY", der.AsSpan(0, der.Length - 5)), "damaged");
        await FailsAsync(PemEncoding.WriteString("PUBLIC KEY", [.. der, 0]), "damaged");
        await FailsAsync(PemEncoding.WriteString("PUBLIC KEY", []), "damaged");
    }

    [Fact]
    public Task A_certificate_is_reserved() =>
        Errors.ThrowsAsync(DiffahErrors.SigningReserved,
            () => PublicKeyReader.ReadAsync(_bench.Write("k", PemEncoding.WriteString("CERTIFICATE", [1])), default));

    private async Task FailsAsync(string text, string says)
    {
        var e = await Errors.ThrowsAsync(
            DiffahErrors.KeyInvalid, () => PublicKeyReader.ReadAsync(_bench.Write("k", text), default));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }
}
