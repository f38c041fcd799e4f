using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Oci;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64")]
    [InlineData("linux/arm/v7")]
    [InlineData("windows/amd64")]
    public void Platforms_parse_and_print_back(string text) => Assert.Equal(text, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("/amd64")]
    [InlineData("linux/arm/v7/x")]
    [InlineData("linux/am d64")]
    [InlineData("linux/amd64\n")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(DiffahErrors.InvalidArgument, Assert.Throws<DiffahException>(() => Platform.Parse(text)).Error);

    [Theory]
    [InlineData("linux/amd64", "linux/amd64", true)]
    [InlineData("linux/amd64", "linux/arm64", false)]
    [InlineData("windows/amd64", "linux/amd64", false)]
    [InlineData("linux/arm/v7", "linux/arm", true)]
    [InlineData("linux/arm/v7", "linux/arm/v6", false)]
    [InlineData("linux/arm", "linux/arm/v7", true)]
    [InlineData("linux/arm", "linux/arm/v6", false)]
    [InlineData("linux/arm/v6", "linux/arm/v7", true)]
    [InlineData("linux/amd64/v2", "linux/amd64/v3", true)]
    [InlineData("linux/amd64/v3", "linux/amd64/v2", false)]
    [InlineData("linux/amd64", "linux/amd64/v1", true)]
    [InlineData("linux/x86_64", "linux/amd64", true)]
    [InlineData("unknown/unknown", "unknown/unknown", false)]
    [InlineData("linux/arm64/v8", "linux/arm64", true)]
    [InlineData("linux/arm64", "linux/arm64/v8", true)]
    [InlineData("linux/arm64/v9", "linux/arm64/v8", false)]
    public void An_image_satisfies_a_request(string image, string requested, bool expected) =>
        Assert.Equal(expected, Platform.Parse(image).Satisfies(Platform.Parse(requested)));
}
