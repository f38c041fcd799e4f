using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Diffah.Tests.Signing;

public sealed class ArchiveSignatureTests : IDisposable
{
    private readonly KeyBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData("signed.delta.tar")]
    [InlineData("signed-boxed.delta.tar")]
    public async Task Any_change_of_any_byte_of_the_sidecar_is_refused(string name)
    {
        var archive = Fixtures.Path($"deltas/{name}");
        var sidecar = await ArchiveOpening.ReadSidecarAsync(archive, default);
        using var verifier = await ArchiveVerifier.LoadAsync(Fixtures.Path("keys/test_ec_p256.pub"), default);
        await verifier.VerifyAsync(archive, sidecar, default);
        for (var at = 0; at < sidecar.Length; at++)
        {
            var original = sidecar[at];
            byte[] values = [(byte)(original ^ 0x20), (byte)(original ^ 1), (byte)' ', (byte)'\t', (byte)'\n',
                (byte)'0', (byte)'"', 0xC3];
            foreach (var value in values.Where(v => v != original).Distinct())
            {
                sidecar[at] = value;
                await RefusesAsync(verifier, archive, sidecar, $"byte {at} changed to {value}");
            }
            sidecar[at] = original;
        }
        await verifier.VerifyAsync(archive, sidecar, default);
    }

    [SkippableFact]
    public async Task A_property_twice_and_bytes_more_or_less_are_refused()
    {
        var archive = Fixtures.Path("deltas/signed.delta.tar");
        var sidecar = await ArchiveOpening.ReadSidecarAsync(archive, default);
        using var verifier = await ArchiveVerifier.LoadAsync(Fixtures.Path("keys/test_ec_p256.pub"), default);
        var text = Encoding.UTF8.GetString(sidecar);
        foreach (var changed in (string[])[text + "\n", " " + text,
            text.Replace("\n", "\r\n", StringComparison.Ordinal), text.Replace(": ", ":", StringComparison.Ordinal),
            text.Replace("  \"version\": \"v1\",\n", "  \"version\": \"v1\",\n  \"version\": \"v1\",\n",
                StringComparison.Ordinal), text.Replace("\"v1\"", "\"\\u00761\"", StringComparison.Ordinal)])
        {
            Assert.NotEqual(text, changed);
            await RefusesAsync(verifier, archive, Encoding.UTF8.GetBytes(changed), changed[..40]);
        }
    }

    [Fact]
    public void What_is_signed_verifies_and_any_flipped_bit_does_not() => ForAll(12, async sidecar =>
    {
        using var signer = await ArchiveSigner.LoadAsync(new SigningKeySource(_bench.Private), default);
        using var verifier = await ArchiveVerifier.LoadAsync(_bench.Public, default);
        var (archive, signature) = (_bench["a.tar"], signer.Sign(sidecar));
        await File.WriteAllBytesAsync(archive + ".sig", signature);
        await verifier.VerifyAsync(archive, sidecar, default);
        var random = new Random(sidecar.Length);
        for (var at = 0; at < sidecar.Length; at++)
            await RefusesAsync(verifier, archive, Flipped(sidecar, at, random), $"sidecar, byte {at}");
        for (var at = 0; at < signature.Length; at++)
        {
            await File.WriteAllBytesAsync(archive + ".sig", Flipped(signature, at, random));
            await RefusesAsync(verifier, archive, sidecar, $"signature, byte {at}");
        }
    });

    [Fact]
    public async Task A_signature_file_is_one_line_of_base64_and_nothing_else()
    {
        var sidecar = "{}"u8.ToArray();
        using var signer = await ArchiveSigner.LoadAsync(new SigningKeySource(_bench.Private), default);
        using var verifier = await ArchiveVerifier.LoadAsync(_bench.Public, default);
        var text = Encoding.ASCII.GetString(signer.Sign(sidecar));
        Assert.Matches(@"\A[A-Za-z0-9+/]+={0,2}\n\z", text);
        var der = Convert.FromBase64String(text);
        var line = text.TrimEnd('\n');
        await File.WriteAllTextAsync(_bench["a.sig"], line);
        await verifier.VerifyAsync(_bench["a"], sidecar, default);
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            await File.WriteAllTextAsync(_bench["a.sig"], line + "\r\n", encoding);
            await verifier.VerifyAsync(_bench["a"], sidecar, default);
        }
        var fixedForm = _bench.Key.SignHash(
            ArchiveSignature.HashOf(sidecar), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        foreach (var wrong in (string[])["", "\n", " " + text, text + "\n", line + "\r",
            line + "\n\r\n", line + " ", line.Insert(8, "\n"),
            line + "=", line + "AAAA", "-----BEGIN-----", new string('A', 4096),
            Convert.ToBase64String(fixedForm), Convert.ToBase64String([.. der, 0]),
            Convert.ToBase64String(der.AsSpan(1)), Convert.ToBase64String(new byte[72])])
        {
            await File.WriteAllTextAsync(_bench["a.sig"], wrong);
            await RefusesAsync(verifier, _bench["a"], sidecar, wrong);
        }
    }

    [Theory]
    [InlineData(1024, "must be one line of base64")]
    [InlineData(1025, "is larger than 1.0 KiB")]
    public async Task No_more_is_read_of_a_signature_file_than_its_bound(int length, string why)
    {
        await File.WriteAllTextAsync(_bench["a.sig"], new string('\n', length));
        var e = await Errors.ThrowsAsync(
            DiffahErrors.SignatureInvalid, () => ArchiveSignature.ReadAsync(_bench["a"], default));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_without_signature_is_refused()
    {
        using var verifier = await ArchiveVerifier.LoadAsync(_bench.Public, default);
        var e = await Errors.ThrowsAsync(
            DiffahErrors.SignatureMissing, () => verifier.VerifyAsync(_bench["a"], "{}"u8.ToArray(), default));
        Assert.Contains(_bench["a.sig"], e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_signed_that_would_not_verify()
    {
        using var signer = await ArchiveSigner.LoadAsync(new SigningKeySource(_bench.Private), default);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => signer.Sign("{ }"u8.ToArray()));
    }

    [SkippableFact]
    public async Task Openssl_verifies_what_we_sign()
    {
        var archive = Fixtures.Path("deltas/v1-v2.oci.delta.tar");
        var sidecar = await ArchiveOpening.ReadSidecarAsync(archive, default);
        using var signer = await ArchiveSigner.LoadAsync(new SigningKeySource(_bench.Private), default);
        await File.WriteAllBytesAsync(
            _bench["sig.der"], Convert.FromBase64String(Encoding.ASCII.GetString(signer.Sign(sidecar))));
        await File.WriteAllBytesAsync(_bench["payload"], CanonicalJson.Canonicalize(sidecar));
        var output = await ExternalTool.RunAsync(
            "openssl", "dgst", "-sha256", "-verify", _bench.Public, "-signature", _bench["sig.der"], _bench["payload"]);
        Assert.Contains("Verified OK", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_openssl_signs_verifies()
    {
        var sidecar = "{\n  \"b\": 1,\n  \"a\": \"é\"\n}"u8.ToArray();
        await File.WriteAllTextAsync(_bench["payload"], """{"a":"é","b":1}""");
        await ExternalTool.RunAsync(
            "openssl", "dgst", "-sha256", "-sign", _bench.Private, "-out", _bench["sig.der"], _bench["payload"]);
        await File.WriteAllTextAsync(
            _bench["a.sig"], Convert.ToBase64String(await File.ReadAllBytesAsync(_bench["sig.der"])) + "\n");
        using var verifier = await ArchiveVerifier.LoadAsync(_bench.Public, default);
        await verifier.VerifyAsync(_bench["a"], sidecar, default);
    }

    private static async Task RefusesAsync(ArchiveVerifier verifier, string archive, byte[] sidecar, string what)
    {
        try
        {
            await verifier.VerifyAsync(archive, sidecar, default);
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.SignatureInvalid)
        {
            Errors.AssertHelpful(e);
            return;
        }
        Assert.Fail($"{what}: verified all the same");
    }

    private static byte[] Flipped(byte[] bytes, int at, Random random)
    {
        var changed = bytes.ToArray();
        changed[at] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    /// <summary>Checks a law over sidecars with all kinds of texts.</summary>
    private static void ForAll(int count, Func<byte[], Task> law)
    {
        var character = Gen.Elements("a", "<", "&", "\"", "\\", "/", "\n", "\u0001", "\u000c", "\u001f", "\u007f", "é",
            "\u2028", "\ue000", "模", "😂");
        var text = character.ArrayOf(6).Select(string.Concat);
        var sidecar = from tool in text
                      from hint in text
                      from media in text
                      from size in Gen.Elements(0L, 1L, 4096L, 1L << 40)
                      select Sidecar(tool, hint, media, size);
        Prop.ForAll(sidecar.ToArbitrary(), s => law(s).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20261, 12345));
    }

    private static byte[] Sidecar(string tool, string hint, string mediaType, long size)
    {
        var digest = Digest.Compute(Encoding.UTF8.GetBytes(tool));
        return Sidecars.Write(new ArchiveManifest("v1", "bundle", tool, "1", DeltaLab.Time, "linux/amd64",
            ImmutableSortedDictionary<Digest, StoredBlob>.Empty.Add(digest, new StoredBlob(size, mediaType, size)),
            [new ArchiveImage(
                "default", new ArchiveBaseline(digest, mediaType, hint), new ArchiveTarget(digest, size, mediaType))]));
    }
}
