using System.Formats.Tar;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Oci;

public sealed partial class ImageNameTests : IDisposable
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("app", "docker.io/library/app:latest")]
    [InlineData("team/app:1", "docker.io/team/app:1")]
    [InlineData("docker.io/app:1", "docker.io/library/app:1")]
    [InlineData("index.docker.io/app", "docker.io/library/app:latest")]
    [InlineData("localhost", "docker.io/library/localhost:latest")]
    [InlineData("localhost/app", "localhost/app:latest")]
    [InlineData("localhost:5000/app", "localhost:5000/app:latest")]
    [InlineData("127.0.0.1:5055/web/app:v1", "127.0.0.1:5055/web/app:v1")]
    [InlineData("[::1]:5000/app", "[::1]:5000/app:latest")]
    [InlineData("a--b/c__d/e.f:x_Y.Z", "docker.io/a--b/c__d/e.f:x_Y.Z")]
    [InlineData("a..b", null)]
    [InlineData("", null)]
    [InlineData(":tag", null)]
    [InlineData("app:", null)]
    [InlineData("app:.tag", null)]
    [InlineData("App", null)]
    [InlineData("/app", null)]
    [InlineData("app/", null)]
    [InlineData("registry.example:port/app", null)]
    [InlineData("app@sha256:" + Hex, null)]
    [InlineData("app:v1@sha256:" + Hex, "docker.io/library/app:v1")]
    public void Names_have_a_full_form(string name, string? expected) =>
        Assert.Equal(expected, ImageName.Normalize(name));

    [Theory]
    [InlineData("app")]
    [InlineData("localhost:5000/a/b:v1")]
    [InlineData("registry.example/app@sha256:" + Hex)]
    [InlineData("registry.example:5000/app:v1@sha256:" + Hex)]
    public void A_full_name_is_read_as_itself(string text)
    {
        var name = ImageName.TryParse(text)!;
        Assert.Equal(name, ImageName.TryParse(name.ToString()));
        if (name.Host != ImageName.DockerHost)
            Assert.Equal(text, name.ToString());
    }

    /// <summary>The forms are written out in the distribution specification ("Pulling manifests").</summary>
    [Fact]
    public void Repositories_and_tags_are_those_of_the_specification()
    {
        var random = new Random(20);
        var (good, bad) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var repository = Text(random, "ab0._-/", 1 + random.Next(9));
            var tag = Text(random, "aB0._-", 1 + random.Next(5));
            var isName = SpecifiedRepository().IsMatch(repository) && SpecifiedTag().IsMatch(tag);
            Assert.True(
                isName == ImageName.TryParse($"r.example/{repository}:{tag}") is not null, $"{repository}:{tag}");
            _ = isName ? good++ : bad++;
        }
        Assert.True(good > 1000 && bad > 1000, $"{good} names and {bad} others are not enough of each.");
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_tag_has_at_most128_characters(int length, bool isName) =>
        Assert.Equal(isName, ImageName.TryParse($"app:{new string('a', length)}") is not null);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_repository_has_at_most255_characters(int length, bool isName) =>
        Assert.Equal(isName, ImageName.TryParse($"r.example/{new string('a', length)}") is not null);

    [Theory]
    [InlineData("-r.example/app", "Host", "-r.example")]
    [InlineData("r.example/App:v1", "Repository", "App")]
    [InlineData("r.example/app:-v1", "Tag", "-v1")]
    [InlineData("r.example/app@sha256:12", "Digest", "sha256:12")]
    [InlineData("bob:secret@r.example/app", "Digest", "r.example/app")]
    public void A_fault_is_named(string text, string part, string shown)
    {
        Assert.Null(ImageName.Read(text, out var fault));
        Assert.Equal((part, shown), (fault!.Part.ToString(), fault.Text));
    }

    [Theory]
    [InlineData("app:v1", "app", "v1")]
    [InlineData("localhost:5000/app", "localhost:5000/app", null)]
    [InlineData("localhost:5000/app:v1", "localhost:5000/app", "v1")]
    [InlineData("", "", null)]
    public void A_colon_before_the_last_slash_is_a_ports(string text, string before, string? tag) =>
        Assert.Equal((before, tag), ImageName.SplitTag(text));

    [SkippableTheory]
    [InlineData("app")]
    [InlineData("app:v1")]
    [InlineData("team/app:V_1.2-3")]
    [InlineData("docker.io/app")]
    [InlineData("index.docker.io/app:1")]
    [InlineData("docker.io/library/app")]
    [InlineData("localhost")]
    [InlineData("localhost/app")]
    [InlineData("localhost:5000/a/b")]
    [InlineData("registry:5000/app")]
    [InlineData("a--b/c__d/e.f")]
    [InlineData("a---b")]
    [InlineData("a___b")]
    [InlineData("a..b")]
    [InlineData("a._b")]
    [InlineData("App")]
    [InlineData("r.example/App")]
    [InlineData("r.example//app")]
    [InlineData("-r.example/app")]
    [InlineData("app:-v")]
    [InlineData("app/")]
    [InlineData("/app")]
    public async Task Skopeo_reads_a_name_the_same_way(string name)
    {
        await _bench.WriteAsync("docker-archive", "in.tar", SampleImage.DockerPlain(1));
        var copied = await ExternalTool.TryRunAsync(
            "skopeo", "copy", "--insecure-policy", $"docker-archive:{_bench["in.tar"]}",
            $"docker-archive:{_bench["out.tar"]}:{name}");
        Assert.Equal(copied.ExitCode == 0 ? ReadName(_bench["out.tar"]) : null, ImageName.Normalize(name));
    }

    private static string ReadName(string archive)
    {
        using var tar = new TarReader(File.OpenRead(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name != "manifest.json")
                continue;
            using var manifest = JsonDocument.Parse(entry.DataStream!);
            return manifest.RootElement[0].GetProperty("RepoTags")[0].GetString()!;
        }
        throw new InvalidDataException("There is no manifest.json.");
    }

    private static string Text(Random random, string letters, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex SpecifiedRepository();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex SpecifiedTag();
}
