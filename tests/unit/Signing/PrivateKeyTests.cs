using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Signing;

public sealed class PrivateKeyTests : IDisposable
{
    private readonly KeyBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public Task Pkcs8_is_read() => ReadsAsync(_bench.Key.ExportPkcs8PrivateKeyPem());

    [Fact]
    public Task Sec1_is_read() => ReadsAsync(_bench.Key.ExportECPrivateKeyPem());

    [Fact]
    public Task Text_around_the_block_does_not_matter() =>
        ReadsAsync($"a comment\r\n{_bench.Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n")}\r\n\r\n");

    [Fact]
    public Task A_passphrase_that_is_not_needed_does_not_matter() =>
        ReadsAsync(_bench.Key.ExportPkcs8PrivateKeyPem(), KeyBench.Passphrase);

    [Fact]
    public Task Pkcs8_with_a_passphrase_is_read() => ReadsAsync(Encrypted(), KeyBench.Passphrase);

    [SkippableTheory]
    [InlineData("ENCRYPTED SIGSTORE PRIVATE KEY")]
    [InlineData("ENCRYPTED COSIGN PRIVATE KEY")]
    [InlineData(null)]
    public Task A_box_is_opened(string? label)
    {
        var box = _bench.Box();
        return ReadsAsync(
            label is null ? Encoding.UTF8.GetString(box) : PemEncoding.WriteString(label, box), KeyBench.Passphrase);
    }

    [SkippableFact]
    public Task A_box_may_have_an_empty_passphrase() => ReadsAsync(Encoding.UTF8.GetString(_bench.Box("")), "");

    [SkippableTheory]
    [InlineData("ecparam", "-name", "prime256v1", "-genkey")]
    [InlineData("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")]
    public async Task What_openssl_writes_is_read(params string[] arguments)
    {
        var pem = await ExternalTool.RunAsync("openssl", arguments);
        using var key = await ReadAsync(_bench.Write("k", pem));
        Assert.Equal(256, key.KeySize);
    }

    [SkippableFact]
    public async Task What_openssl_encrypts_is_read()
    {
        await ExternalTool.RunAsync("openssl", "pkcs8", "-topk8", "-in", _bench.Private, "-out", _bench["encrypted"],
            "-passout", "pass:secret");
        using var key = await ReadAsync(_bench["encrypted"], "secret");
        _bench.AssertSame(key);
    }

    [Fact]
    public async Task Every_wrong_key_is_named()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var der = _bench.Key.ExportPkcs8PrivateKey();
        await FailsAsync(p384.ExportPkcs8PrivateKeyPem(), "P-384");
        await FailsAsync(p384.ExportECPrivateKeyPem(), "P-384");
        await FailsAsync(rsa.ExportPkcs8PrivateKeyPem(), "RSA");
        await FailsAsync(rsa.ExportRSAPrivateKeyPem(), "RSA");
        await FailsAsync(_bench.Key.ExportSubjectPublicKeyInfoPem(), "public key");
        await FailsAsync(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END "
                + "PRIVATE KEY-----\n", "Ed25519");
        await FailsAsync(PemEncoding.WriteString("CERTIFICATE", [1]), "certificate");
        await FailsAsync(PemEncoding.WriteString("OPENSSH PRIVATE KEY", [1]), "OpenSSH");
        await FailsAsync(PemEncoding.WriteString("PGP PRIVATE KEY BLOCK", [1]), "PGP PRIVATE KEY BLOCK");
        await FailsAsync(
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
                + "AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n", "older form");
        await FailsAsync(PemEncoding.WriteString("PRIVATE KEY", der.AsSpan(0, der.Length - 5)), "damaged");
        await FailsAsync(PemEncoding.WriteString("PRIVATE KEY", [.. der, 0]), "damaged");
        await FailsAsync(PemEncoding.WriteString("EC PRIVATE KEY", der), "damaged");
        await FailsAsync("", "no key");
        await FailsAsync("hello", "no key");
        await FailsAsync(new string('x', KeyFile.MaximumSize + 1), "longer");
        await FailsAsync("{", "boxed key");
        await FailsAsync("{\"kdf\":{\"name\":3}}", "boxed key");
    }

    [SkippableFact]
    public async Task A_passphrase_that_is_missing_or_wrong_is_told_and_never_shown()
    {
        foreach (var text in (string[])[Encrypted(), Encoding.UTF8.GetString(_bench.Box()),
            PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", _bench.Box())])
        {
            await FailsAsync(text, "none was given", null);
            await FailsAsync(text, "can't be opened with this passphrase", "wr0ng secret");
        }
    }

    [Fact]
    public async Task A_box_around_another_kind_of_key_is_refused()
    {
        using var rsa = RSA.Create(2048);
        foreach (var content in (byte[][])[rsa.ExportPkcs8PrivateKey(), "a text"u8.ToArray()])
            await FailsAsync(Encoding.UTF8.GetString(BoxedKey.Seal(content, "p"u8)),
                content.Length > 100 ? "RSA" : "not a private key", "p");
    }

    [Fact]
    public async Task What_is_no_file_is_refused()
    {
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => ReadAsync(_bench["missing"]));
        await Errors.ThrowsAsync(DiffahErrors.KeyInvalid, () => ReadAsync(Path.GetTempPath()));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => ReadAsync("key.pem"));
    }

    [Theory]
    [InlineData("cosign://vault/key")]
    [InlineData("awskms:///alias/k")]
    [InlineData("gcpkms://projects/p")]
    [InlineData("azurekms://vault/key")]
    [InlineData("hashivault://key")]
    [InlineData("k8s://namespace/secret")]
    [InlineData("gitlab://group/project")]
    [InlineData("env://KEY")]
    [InlineData("pkcs11:token=t;object=k")]
    [InlineData("AWSKMS:///alias/k")]
    public async Task What_names_a_key_elsewhere_is_reserved(string key)
    {
        Assert.True(SigningKeySource.IsReserved(key));
        await Errors.ThrowsAsync(DiffahErrors.SigningReserved, () => ReadAsync(key));
        await Errors.ThrowsAsync(DiffahErrors.SigningReserved, () => ArchiveVerifier.LoadAsync(key, default));
    }

    [Theory]
    [InlineData("/keys/awskms")]
    [InlineData("cosign.key")]
    [InlineData(@"C:\keys\env")]
    [InlineData("")]
    public void A_path_is_not_reserved(string path) => Assert.False(SigningKeySource.IsReserved(path));

    [Fact]
    public void A_source_does_not_print_its_passphrase()
    {
        var source = new SigningKeySource("/key", KeyBench.Passphrase);
        Assert.Equal("/key", source.ToString());
        Assert.DoesNotContain(
            KeyBench.Passphrase, System.Text.Json.JsonSerializer.Serialize(source), StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(SigningKeySource).GetProperties(), p => p.Name == "Passphrase");
    }

    private string Encrypted() =>
        _bench.Key.ExportEncryptedPkcs8PrivateKeyPem(
            KeyBench.Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

    private static Task<ECDsa> ReadAsync(string path, string? passphrase = null) =>
        PrivateKeyReader.ReadAsync(new SigningKeySource(path, passphrase), default);

    private async Task ReadsAsync(string text, string? passphrase = null)
    {
        using var key = await ReadAsync(_bench.Write("k", text), passphrase);
        _bench.AssertSame(key);
    }

    private async Task FailsAsync(string text, string says, string? passphrase = KeyBench.Passphrase)
    {
        var e = await Errors.ThrowsAsync(DiffahErrors.KeyInvalid, () => ReadAsync(_bench.Write("k", text), passphrase));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.Contains(_bench["k"], e.Message, StringComparison.Ordinal);
        foreach (var secret in (string?[])[passphrase, KeyBench.Passphrase,
            Convert.ToBase64String(_bench.Key.ExportParameters(true).D!)])
        {
            if (secret is { Length: > 1 })
                Assert.DoesNotContain(secret, e.ToString() + e.NextAction, StringComparison.Ordinal);
        }
    }
}
