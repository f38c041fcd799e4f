using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Tests.Transports.Registry;

public sealed class RegistryReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("alpine", "docker.io", "library/alpine", "latest")]
    [InlineData("alpine:3.20", "docker.io", "library/alpine", "3.20")]
    [InlineData("team/app", "docker.io", "team/app", "latest")]
    [InlineData("docker.io/alpine", "docker.io", "library/alpine", "latest")]
    [InlineData("docker.io/team/app:v1", "docker.io", "team/app", "v1")]
    [InlineData("index.docker.io/alpine", "docker.io", "library/alpine", "latest")]
    [InlineData("localhost/app", "localhost", "app", "latest")]
    [InlineData("localhost", "docker.io", "library/localhost", "latest")]
    [InlineData("localhost:5000/app:v1", "localhost:5000", "app", "v1")]
    [InlineData("registry.example/a/b/c:V_1.2-3", "registry.example", "a/b/c", "V_1.2-3")]
    [InlineData("registry:5000/app", "registry:5000", "app", "latest")]
    [InlineData("Host/app", "Host", "app", "latest")]
    [InlineData("[::1]:5000/app", "[::1]:5000", "app", "latest")]
    [InlineData("registry.example/a__b/c--d/e.f_g", "registry.example", "a__b/c--d/e.f_g", "latest")]
    public void A_name_is_read_as_skopeo_reads_it(string text, string host, string repository, string tag)
    {
        var parsed = Parse(text);
        Assert.Equal((host, repository, tag), (parsed.Host, parsed.Repository, parsed.Tag));
        Assert.Null(parsed.Digest);
    }

    [Fact]
    public void A_digest_is_read()
    {
        var parsed = Parse($"registry.example:5000/app@sha256:{Hex}");
        Assert.Equal($"sha256:{Hex}", parsed.Target);
        Assert.Null(parsed.Tag);
    }

    [Fact]
    public void Where_there_are_both_the_digest_says_which_image_and_the_tag_where_it_is_put()
    {
        var parsed = Parse($"registry.example:5000/app:v1@sha256:{Hex}");
        Assert.Equal(($"sha256:{Hex}", "v1", "v1"), (parsed.Target, parsed.Tag, parsed.Place));
        Assert.Equal($"sha256:{Hex}", Parse($"registry.example/app@sha256:{Hex}").Place);
    }

    [Fact]
    public void The_host_of_short_names_has_another_name_for_its_API()
    {
        Assert.Equal("registry-1.docker.io", RegistryReference.ApiHost(Parse("alpine").Host));
        Assert.Equal("registry.example", RegistryReference.ApiHost(Parse("registry.example/app").Host));
    }

    [Theory]
    [InlineData("registry.example/")]
    [InlineData("registry.example/App")]
    [InlineData("registry.example//app")]
    [InlineData("registry.example/app:")]
    [InlineData("registry.example/app:-x")]
    [InlineData("registry.example/app/")]
    [InlineData("registry.example/../app")]
    [InlineData("registry.example/a b")]
    [InlineData("registry.example/app?x=1")]
    [InlineData("registry.example/app#x")]
    [InlineData("registry.example/app%2f")]
    [InlineData("registry.example:port/app")]
    [InlineData("-registry.example/app")]
    [InlineData("/app")]
    [InlineData("registry.example/app@sha256:12")]
    [InlineData("registry.example/app\n")]
    public void What_is_no_name_is_refused(string text)
    {
        var error = Assert.Throws<DiffahException>(() => Parse(text));
        Assert.Equal(DiffahErrors.InvalidReference, error.Error);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused() =>
        Assert.Throws<DiffahException>(() => Parse("registry.example/" + new string('a', 256)));

    [Fact]
    public void A_password_in_a_reference_is_not_repeated()
    {
        var error = Assert.Throws<DiffahException>(() => Parse("bob:hunter22@registry.example/app"));
        Assert.DoesNotContain("hunter22", error.Message + error.NextAction, StringComparison.Ordinal);
        Assert.Contains("--creds", error.NextAction, StringComparison.Ordinal);
    }

    private static ImageName Parse(string text) => RegistryReference.Parse(ImageReference.Parse($"docker://{text}"));
}
