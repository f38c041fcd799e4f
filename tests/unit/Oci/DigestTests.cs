using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Oci;

public sealed class DigestTests
{
    private static readonly string Sha256Hex = new('a', 64);

    [Theory]
    [InlineData("sha256", 64)]
    [InlineData("sha384", 96)]
    [InlineData("sha512", 128)]
    public void Registered_algorithms_parse_and_print_back(string algorithm, int length)
    {
        var text = $"{algorithm}:{new string('0', length - 2)}af";
        var digest = Digest.Parse(text);
        Assert.Equal((algorithm, length, text), (digest.Algorithm, digest.Hex.Length, digest.ToString()));
        Assert.Equal(digest.Hex[..12], digest.ShortHex);
    }

    public static TheoryData<string?> Refused => new(
        null, "", ":", "sha256", "sha256:", $"sha256:{Sha256Hex}a", $"sha256:{Sha256Hex[1..]}",
        $"sha256:{Sha256Hex.ToUpperInvariant()}", $"SHA256:{Sha256Hex}",
        $"md5:{new string('a', 32)}", $"sha512:{Sha256Hex}", $"sha256:{Sha256Hex[..63]}g",
        $"sha256:{Sha256Hex[..62]}/.", $" sha256:{Sha256Hex}", $"sha256:{Sha256Hex}\n", new string('x', 100_000));

    [Theory]
    [MemberData(nameof(Refused))]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.Equal(default, digest);
        var error = Assert.Throws<DiffahException>(() => Digest.Parse(text));
        Assert.Equal(DiffahErrors.InvalidDigest, error.Error);
        Assert.True(error.Message.Length < 300);
    }

    [Fact]
    public void The_default_is_no_digest()
    {
        Assert.Throws<InvalidOperationException>(() => default(Digest).Algorithm);
        Assert.Throws<InvalidOperationException>(() => default(Digest).Hex);
        Assert.Equal("", default(Digest).ToString());
        Assert.NotEqual(default, Digest.Compute([]));
    }

    [Fact]
    public void Computed_digests_are_those_of_the_algorithm()
    {
        Assert.Equal(
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.Compute([]).ToString());
        foreach (var (algorithm, hash) in new[] { ("sha384", SHA384.HashData("abc"u8)),
            ("sha512", SHA512.HashData("abc"u8)) })
        {
            var digest = Digest.FromHash(algorithm, hash);
            using var incremental = digest.CreateHash();
            incremental.AppendData("abc"u8);
            Assert.Equal(digest, Digest.FromHash(algorithm, incremental.GetHashAndReset()));
        }
    }

    [Fact]
    public void Order_is_that_of_the_text()
    {
        var (low, high) = (Digest.Parse($"sha256:{new string('1', 64)}"),
            Digest.Parse($"sha256:{new string('a', 64)}"));
        Assert.True(low < high && high > low && low <= high && high >= low);
        Assert.Equal(low, Digest.Parse(low.ToString()));
        Assert.Equal(low.GetHashCode(), Digest.Parse(low.ToString()).GetHashCode());
    }
}
