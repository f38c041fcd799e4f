using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Signing;

public sealed class BoxedKeyTests
{
    // Published with the library that cosign boxes keys with (go-securesystemslib, encrypted): of each cost it knows
    // one.
    [Theory]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":32768,"r":8,"p":1},"salt":"WO3mVvyTwJ9vwT5/Tk5OW5WPIBUofMjcpEfrLnfY4uA="},"cipher":{"name":"nacl/secretbox","nonce":"tCy7HcTFr4uxv4Nrg/DWmncuZ148U1MX"},"ciphertext":"08n43p5G5yviPEZpO7tPPF4aZQkWiWjkv4taFdhDBA0tamKH4nw="}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"FhzPOt9/bJG4PTq6lQ6ecG6GzaOuOy/ynG5+yRiFlNs="},"cipher":{"name":"nacl/secretbox","nonce":"aw1ng1jHaDz/tQ7V2gR9O2+IGQ8xJEuE"},"ciphertext":"HycvuLZL4sYH0BrYTh4E/H20VtAW6u5zL5Pr+IBjYLYnCPzDkq8="}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":131072,"r":8,"p":1},"salt":"m38E3kouJTtiheLQN22NQ8DTito5hrjpUIskqcd375k="},"cipher":{"name":"nacl/secretbox","nonce":"Y6PM13yA+o44pE/W1ZBwczeGnTV/m9Zc"},"ciphertext":"6H8sqj1K6B6yDjtH5AQ6lbFigg/C2yDDJc4rYJ79w9aVPImFIPI="}""")]
    public void Published_boxes_open(string json)
    {
        var box = BoxedKey.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal("\"cmVhbGx5aW1wb3J0YW50\"", Encoding.UTF8.GetString(box.Open("supersecret"u8)!));
        Assert.Null(box.Open("\0upersecret"u8));
        Assert.Null(box.Open(""u8));
    }

    [Fact]
    public void A_box_has_cosigns_cost_and_a_salt_and_nonce_of_its_own()
    {
        var (one, two) = (Seal(), Seal());
        Assert.Equal("""{"N":65536,"r":8,"p":1}""", one["kdf"]!["params"]!.ToJsonString());
        Assert.Equal((32, 24), (Bytes(one["kdf"]!["salt"]!).Length, Bytes(one["cipher"]!["nonce"]!).Length));
        Assert.NotEqual(one["kdf"]!["salt"]!.GetValue<string>(), two["kdf"]!["salt"]!.GetValue<string>());
        Assert.NotEqual(one["cipher"]!["nonce"]!.GetValue<string>(), two["cipher"]!["nonce"]!.GetValue<string>());
        Assert.Equal("content", Encoding.UTF8.GetString(Parse(one).Open("p"u8)!));
    }

    [Fact]
    public void A_changed_box_does_not_open()
    {
        foreach (var (parent, field) in new[] { ("kdf", "salt"), ("cipher", "nonce"), (null, "ciphertext") })
        {
            var box = Seal();
            var holder = parent is null ? box : box[parent]!.AsObject();
            var bytes = Bytes(holder[field]!);
            bytes[3] ^= 1;
            holder[field] = Convert.ToBase64String(bytes);
            Assert.Null(Parse(box).Open("p"u8));
        }
    }

    // None of these may reach scrypt: some would take more memory than any machine has.
    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(-65536, 8, 1)]
    [InlineData(65535, 8, 1)]
    [InlineData(1L << 40, 8, 1)]
    [InlineData(1L << 62, 1, 1)]
    [InlineData(1L << 19, 8, 1)]
    [InlineData(65536, 0, 1)]
    [InlineData(65536, -8, 1)]
    [InlineData(65536, 1L << 32, 1)]
    [InlineData(65536, 8, 0)]
    [InlineData(65536, 8, 3)]
    [InlineData(262144, 8, 1)]
    [InlineData(32768, 1, 33)]
    [InlineData(65536, 8, long.MaxValue)]
    [InlineData(65536, 1, 1)]
    [InlineData(131072, 1, 1)]
    public void Costs_out_of_bounds_are_refused(long n, long r, long p)
    {
        Assert.False(new ScryptCost(n, r, p).IsAcceptable);
        var e = Assert.Throws<FormatException>(() => Parse(Document($$"""{"N":{{n}},"r":{{r}},"p":{{p}}}""")));
        Assert.Contains("not allowed", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(32768, 1, 1)]
    [InlineData(65536, 2, 1)]
    [InlineData(131072, 8, 1)]
    [InlineData(65536, 8, 2)]
    [InlineData(8192, 8, 16)]
    public void Costs_within_bounds_are_accepted(long n, long r, long p) =>
        Assert.True(new ScryptCost(n, r, p).IsAcceptable);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kdf":1,"cipher":{}}""")]
    [InlineData("""{"kdf":{"name":"argon2"},"cipher":{"name":"nacl/secretbox"}}""")]
    [InlineData("""{"kdf":{"name":"scrypt"},"cipher":{"name":"aes"}}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":"65536","r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":1.5,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":""},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"!"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""")]
    [InlineData(
        """{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"ciphertext":"AAAA"}""")]
    public void What_is_no_box_is_refused(string json) =>
        Assert.Throws<FormatException>(() => BoxedKey.Parse(Encoding.UTF8.GetBytes(json)));

    [SkippableFact]
    public async Task The_fixture_opens_with_its_passphrase_and_signs()
    {
        var passphrase = await File.ReadAllTextAsync(Fixtures.Path("keys/test_ec_p256_enc.pass"));
        var path = Fixtures.Path("keys/test_ec_p256_enc.key");
        using var signer = await ArchiveSigner.LoadAsync(new SigningKeySource(path, passphrase), default);
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["a.tar.sig"], signer.Sign("{}"u8.ToArray()));
        using var verifier = await ArchiveVerifier.LoadAsync(Fixtures.Path("keys/test_ec_p256.pub"), default);
        await verifier.VerifyAsync(folder["a.tar"], "{}"u8.ToArray(), default);
        await Errors.ThrowsAsync(DiffahErrors.KeyInvalid,
            () => ArchiveSigner.LoadAsync(new SigningKeySource(path, passphrase + "x"), default));
    }

    private static byte[] Bytes(JsonNode base64) => Convert.FromBase64String(base64.GetValue<string>());

    private static JsonObject Seal() => JsonNode.Parse(BoxedKey.Seal("content"u8, "p"u8))!.AsObject();

    private static BoxedKey Parse(JsonObject box) => Parse(box.ToJsonString());

    private static BoxedKey Parse(string json) => BoxedKey.Parse(Encoding.UTF8.GetBytes(json));

    private static string Document(string cost) =>
        $$$"""{"kdf":{"name":"scrypt","params":{{{cost}}},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"ciphertext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""";
}
