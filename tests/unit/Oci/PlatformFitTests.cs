using Diffah.Engine.Oci;

namespace Diffah.Tests.Oci;

/// <summary>
/// The order in which images are tried is containerd's (platforms/compare.go, the vectors of its own tests), and
/// containers/image's where an entry without a variant stands beside others.
/// </summary>
public sealed class PlatformFitTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64/v3 linux/amd64/v2 linux/amd64", "linux/amd64")]
    [InlineData("linux/amd64", "linux/amd64/v3 linux/amd64/v2 linux/amd64/v1", "linux/amd64/v1")]
    [InlineData("linux/amd64", "linux/amd64/v3 linux/amd64/v2", "linux/amd64/v2")]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v1 linux/amd64/v2", "linux/amd64/v2")]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v4", "linux/amd64")]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v3", "linux/amd64/v3")]
    [InlineData("linux/amd64/v2", "linux/amd64/v3", null)]
    [InlineData("linux/arm", "linux/arm/v5 linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm", "linux/arm/v8 linux/arm/v5 linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm", "linux/arm/v7 linux/arm", "linux/arm")]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm/v7", "linux/arm/v6 linux/arm", "linux/arm")]
    [InlineData("linux/arm/v7", "linux/arm/v8", null)]
    [InlineData("linux/arm/v6", "linux/arm/v7 linux/arm", null)]
    [InlineData("linux/arm/7", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/arm64", "linux/arm linux/arm64/v8 linux/arm64", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64/v9 linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64/v9", "linux/arm64/v8.6 linux/arm64/v8.5 linux/arm64", "linux/arm64/v8.5")]
    [InlineData("linux/arm64/v8", "linux/arm/v7", null)]
    [InlineData("linux/riscv64", "linux/riscv64/rva23", "linux/riscv64/rva23")]
    [InlineData("linux/riscv64/rva20", "linux/riscv64/rva23 linux/riscv64", null)]
    [InlineData("linux/amd64", "unknown/unknown windows/amd64", null)]
    [InlineData("linux/amd64", "linux/amd64/v2 linux/x86_64", "linux/x86_64")]
    public void The_best_is_picked(string asked, string offered, string? picked) =>
        Assert.Equal(picked, offered.Split(' ').Select(Platform.Parse)
            .Select(p => (Platform: p, Rank: PlatformFit.Rank(p, Platform.Parse(asked)))).Where(p => p.Rank is not null)
            .OrderBy(p => p.Rank).FirstOrDefault().Platform?.ToString());
}
