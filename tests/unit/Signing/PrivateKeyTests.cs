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

    [SkippableTheory]
    [InlineData("1000001 rounds", "-iter", "1000001")]
    [InlineData("2147483647 rounds", "-iter", "2147483647")]
    [InlineData("not used with PBKDF2", "-scrypt")]
    [InlineData("PKCS#12", "-v1", "PBE-SHA1-3DES")]
    public async Task A_key_that_costs_too_much_to_open_is_refused_at_once(string says, params string[] arguments)
    {
        // openssl does the work of a first round or two only where it is little; a count is set by hand otherwise.
        var isHuge = arguments[^1].Length > 8 && arguments[0] == "-iter";
        string[] cheap = isHuge ? ["-iter", "1234567"] : arguments;
        await ExternalTool.RunAsync("openssl", ["pkcs8", "-topk8", "-in", _bench.Private, "-out", _bench["encrypted"],
            "-passout", "pass:secret", .. cheap]);
        var text = await File.ReadAllTextAsync(_bench["encrypted"]);
        if (isHuge)
            text = WithLargestCount(text);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await FailsAsync(text, says, "secret");
        var e = await Errors.ThrowsAsync(DiffahErrors.KeyInvalid, () => ReadAsync(_bench["k"], "secret"));
        Assert.Contains("openssl pkcs8", e.NextAction, StringComparison.Ordinal);
        // A count of 2^31 would take hours.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public Task As_many_rounds_as_are_done_open_a_key() => ReadsAsync(
        _bench.Key.ExportEncryptedPkcs8PrivateKeyPem(KeyBench.Passphrase, new PbeParameters(
            PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Pkcs8Cost.MaximumIterations)),
        KeyBench.Passphrase);

    [SkippableTheory]
    [InlineData("PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("PUBLIC KEY")]
    public async Task A_curve_that_the_file_describes_itself_is_not_computed_with(string label)
    {
        await ExternalTool.RunAsync("openssl", "ecparam", "-name", "secp521r1", "-genkey", "-noout",
            "-param_enc", "explicit", "-out", _bench["explicit"]);
        string[] form = label switch
        {
            "PRIVATE KEY" => ["pkcs8", "-topk8", "-nocrypt", "-in", _bench["explicit"]],
            "EC PRIVATE KEY" => ["ec", "-in", _bench["explicit"]],
            _ => ["ec", "-in", _bench["explicit"], "-pubout"],
        };
        var text = await ExternalTool.RunAsync("openssl", form);
        Assert.Contains($"-----BEGIN {label}-----", text, StringComparison.Ordinal);
        var e = label == "PUBLIC KEY"
            ? await Errors.ThrowsAsync(
                DiffahErrors.KeyInvalid, () => PublicKeyReader.ReadAsync(_bench.Write("k", text), default))
            : await Errors.ThrowsAsync(DiffahErrors.KeyInvalid, () => ReadAsync(_bench.Write("k", text)));
        Assert.Contains("another curve than P-256", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The DER of 1234567, as an integer of four bytes less one, becomes that of 2^31 - 1.</summary>
    private static string WithLargestCount(string pem)
    {
        var fields = PemEncoding.Find(pem);
        var der = Convert.FromBase64String(pem[fields.Base64Data]);
        var at = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x03, 0x12, 0xD6, 0x87]);
        Assert.True(at > 0);
        // One byte more: the four sequences around it grow by one.
        byte[] grown = [.. der[..at], 0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF, .. der[(at + 5)..]];
        foreach (var length in Lengths(der, at))
            grown[length]++;
        return PemEncoding.WriteString(pem[fields.Label], grown);
    }

    /// <summary>Where the last bytes of the lengths of all sequences are that hold a place.</summary>
    private static IEnumerable<int> Lengths(byte[] der, int place)
    {
        for (var at = 0; at < place;)
        {
            var bytes = der[at + 1] < 0x80 ? 0 : der[at + 1] & 0x7F;
            var length = bytes == 0
                ? der[at + 1]
                : der.AsSpan(at + 2, bytes).ToArray().Aggregate(0, (n, b) => n << 8 | b);
            var content = at + 2 + bytes;
            var holds = der[at] == 0x30 && content + length > place;
            if (holds)
                yield return content - 1;
            at = holds ? content : content + length;
        }
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
