using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports;

namespace Diffah.Tests.Images;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("docker-archive:app.tar", "app.tar", null, "app.tar")]
    [InlineData("docker-archive:/a/b.tar:app:v1", "/a/b.tar", "app:v1", "b.tar")]
    [InlineData("docker-archive:/a/b.tar:localhost:5000/app:v1", "/a/b.tar", "localhost:5000/app:v1", "b.tar")]
    [InlineData("docker-archive:./x.tar:@2", "./x.tar", "@2", "x.tar")]
    [InlineData("oci-archive:x.tar:v1", "x.tar", "v1", "x.tar")]
    [InlineData("oci:store:registry/app:v1", "store", "registry/app:v1", "store")]
    [InlineData("oci:store/", "store/", null, "store")]
    [InlineData("dir:/a/with:colon", "/a/with:colon", null, "with:colon")]
    public void References_of_files_parse_and_print_back(string text, string path, string? name, string hint)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(
            (path, name, hint, text), (reference.Path, reference.Name, reference.SourceHint, reference.ToString()));
        Assert.True(reference.IsFile);
    }

    [Theory]
    [InlineData("docker://registry.example/app:v1", "registry.example/app:v1")]
    [InlineData("docker://localhost:5000/a/b@sha256:00", "localhost:5000/a/b@sha256:00")]
    public void References_of_registries_parse_and_print_back(string text, string hint)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal((text, hint, false), (reference.ToString(), reference.SourceHint, reference.IsFile));
    }

    [Theory]
    [InlineData("")]
    [InlineData("app.tar")]
    [InlineData("/a/b.tar")]
    [InlineData("./app")]
    [InlineData("C:\\app.tar")]
    [InlineData("docker:registry.example/app")]
    [InlineData("docker://")]
    [InlineData("oci:")]
    [InlineData("oci::v1")]
    [InlineData("oci:store:")]
    [InlineData("dir:")]
    [InlineData("Docker-Archive:x.tar")]
    [InlineData("http://x")]
    public void Anything_else_is_refused_with_a_way_out(string text)
    {
        Assert.False(ImageReference.TryParse(text, out _));
        var error = Assert.Throws<DiffahException>(() => ImageReference.Parse(text));
        Assert.Equal(DiffahErrors.InvalidReference, error.Error);
        Assert.NotEmpty(error.NextAction);
    }

    [Fact]
    public void A_bare_path_gets_the_list_of_transports()
    {
        var error = Assert.Throws<DiffahException>(() => ImageReference.Parse("app.tar"));
        foreach (var transport in TransportTraits.Implemented.Select(t => t.Prefix))
            Assert.Contains(transport, error.NextAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alpine:3.20")]
    [InlineData("alpine")]
    [InlineData("ghcr.io/team/app")]
    [InlineData("localhost:5000/team/app:v1")]
    [InlineData("library/alpine@sha256:0123456789abcdef")]
    public void What_Docker_pull_takes_gets_the_registrys_transport(string text)
    {
        var error = Assert.Throws<DiffahException>(() => ImageReference.Parse(text));
        Assert.Equal(DiffahErrors.InvalidReference, error.Error);
        Assert.StartsWith($"Did you mean docker://{text}?", error.NextAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.tar")]
    [InlineData("images/app.tar.gz")]
    [InlineData("./alpine")]
    [InlineData("/srv/alpine:3.20")]
    [InlineData("~/alpine")]
    [InlineData("A:3.20")]
    public void What_looks_like_a_file_does_not(string text) =>
        Assert.DoesNotContain("Did you mean",
            Assert.Throws<DiffahException>(() => ImageReference.Parse(text)).NextAction, StringComparison.Ordinal);

    [Fact]
    public void A_slash_or_two_that_are_missing_are_named() =>
        Assert.Equal("Did you mean docker://registry.example/app?",
            Assert.Throws<DiffahException>(() => ImageReference.Parse("docker:registry.example/app")).NextAction);

    [Theory]
    [InlineData("docker-archve:./app.tar:app:v1", "Did you mean docker-archive:./app.tar:app:v1?")]
    [InlineData("oci_archive:app.tar", "Did you mean oci-archive:app.tar?")]
    [InlineData("dcoker://registry.example/app", "Did you mean docker://registry.example/app?")]
    [InlineData("Dir:app", "Did you mean dir:app?")]
    public void A_mistyped_transport_gets_the_nearest(string text, string nextAction)
    {
        var error = Assert.Throws<DiffahException>(() => ImageReference.Parse(text));
        Assert.Equal((DiffahErrors.InvalidReference, nextAction), (error.Error, error.NextAction));
        Assert.Contains($"no transport '{text[..(text.IndexOf(':', StringComparison.Ordinal) + 1)]}'", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker://app", "docker://app@")]
    [InlineData("docker://localhost:5000/team/app", "docker://localhost:5000/team/app@")]
    [InlineData("docker://localhost:5000/team/app:v1", "docker://localhost:5000/team/app@")]
    [InlineData("docker://registry.example/app@sha256:00", "docker://registry.example/app@")]
    [InlineData("oci:store:v1", null)]
    [InlineData("docker-daemon:app:v1", null)]
    public void An_image_of_a_registry_is_named_by_its_digest(string text, string? repository)
    {
        var digest = Digest.Compute([]);
        Assert.Equal(repository is null ? null : ImageReference.Parse($"{repository}{digest}"),
            ImageReference.Parse(text).AtDigest(digest));
    }

    [Theory]
    [InlineData("docker-daemon:app:v1", "docker.io/library/app:v1")]
    [InlineData("docker-daemon:app", "docker.io/library/app:latest")]
    [InlineData("containers-storage:localhost/team/app:v1", "localhost/team/app:v1")]
    [InlineData("containerd:r.example:5000/app", "r.example:5000/app:latest")]
    [InlineData(
        "docker-daemon:sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", null)]
    public void An_image_of_a_daemon_goes_by_name_or_id(string text, string? name)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(text, reference.ToString());
        Assert.Equal((name, null, false), (reference.FullName?.ToString(), reference.Path, reference.IsFile));
    }

    [Theory]
    [InlineData("docker-daemon:")]
    [InlineData("docker-daemon:App")]
    [InlineData("docker-daemon://app")]
    [InlineData("containers-storage:[overlay@/root]app")]
    public void What_is_no_name_is_refused(string text) =>
        Assert.Equal(DiffahErrors.InvalidReference,
            Assert.Throws<DiffahException>(() => ImageReference.Parse(text)).Error);

    [Theory]
    [InlineData("ostree:app")]
    [InlineData("sif:app")]
    [InlineData("tarball:app")]
    public void Reserved_transports_parse_and_are_not_implemented(string text)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(text, reference.ToString());
        var error = Assert.Throws<DiffahException>(() => TransportCatalog.Default.Get(reference));
        Assert.Equal(DiffahErrors.TransportReserved, error.Error);
        Assert.Contains("reserved but not yet implemented", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker-archive:x")]
    [InlineData("oci-archive:x")]
    [InlineData("oci:x")]
    [InlineData("dir:x")]
    public void Transports_of_files_are_there(string text)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(reference.Transport, TransportCatalog.Default.Get(reference).Traits.Name);
    }

    [Fact]
    public void Paths_are_made_absolute()
    {
        Assert.Equal("oci:/base/store:v1", ImageReference.Parse("oci:store:v1").ResolveAgainst("/base").ToString());
        Assert.Equal("dir:/base/x", ImageReference.Parse("dir:../base/x").ResolveAgainst("/other").ToString());
        Assert.Equal("oci:/a/store", ImageReference.Parse("oci:/a/store").ResolveAgainst("/base").ToString());
        Assert.Equal("docker://a/b", ImageReference.Parse("docker://a/b").ResolveAgainst("/base").ToString());
        Assert.Throws<DiffahException>(() => ImageReference.Parse("oci:store").ResolveAgainst("/a:b"));
    }

    [Theory]
    [InlineData("docker-archive:-", true, "-")]
    [InlineData("docker-archive:-:app:v2", true, "app:v2")]
    [InlineData("oci-archive:-:v2", true, "v2")]
    [InlineData("docker-archive:./-", false, "-")]
    [InlineData("oci:-", false, "-")]
    [InlineData("dir:-", false, "-")]
    public void A_dash_for_an_archive_is_a_stream_and_no_path(string text, bool isStream, string hint)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal((isStream, hint), (reference.IsStandardStream, reference.SourceHint));
        var resolved = reference.ResolveAgainst("/base");
        Assert.Equal(isStream, resolved.IsStandardStream);
        Assert.Equal(isStream ? text : $"{reference.Transport}:/base/-", resolved.ToString());
    }

    [Fact]
    public void A_path_with_a_colon_is_fine_for_a_folder() =>
        Assert.Equal("dir:/a:b/store", ImageReference.Parse("dir:store").ResolveAgainst("/a:b").ToString());
}
