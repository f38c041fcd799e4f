using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>What is told of manifests and configurations: the field, not the digests that follow from it.</summary>
public sealed class DocumentDifferencesTests
{
    private const IgnoredDifferences HistoryOrTime = IgnoredDifferences.History | IgnoredDifferences.Timestamp;

    private static readonly byte[] Layer = Tars.Of(Tars.File("a"));
    private static readonly ImageDraft Plain = new(Layer);

    private static Task<Found> ConfigAsync(
        Action<JsonObject> change, IgnoredDifferences hiddenBy, params string[] lines) =>
        AssertFindsAsync(Plain, Plain with { Config = change }, hiddenBy, lines);

    private static Task<Found> ManifestAsync(
        Action<JsonObject> change, IgnoredDifferences hiddenBy, params string[] lines) =>
        AssertFindsAsync(Plain, Plain with { Manifest = change }, hiddenBy, lines);

    private static JsonObject Annotations(string key, string value) => new() { [key] = value };

    [Fact]
    public Task Time_of_the_image() =>
        ConfigAsync(c => c["created"] = "2025-01-01T00:00:00Z", IgnoredDifferences.Timestamp, "Config created");

    [Fact]
    public Task Time_of_a_step() => ConfigAsync(
        c => c["history"]![0]!["created"] = "2025-01-01T00:00:00Z", HistoryOrTime, "Config history[0].created");

    [Fact]
    public Task Text_of_a_step() => ConfigAsync(
        c => c["history"]![0]!["created_by"] = "other", IgnoredDifferences.History, "Config history[0].created_by");

    [Fact]
    public async Task One_more_step_between_others()
    {
        static Action<JsonObject> Steps(params string[] steps) => c => c["history"] = new JsonArray(
            [.. steps.Select(s => (JsonNode)new JsonObject { ["created_by"] = s, ["empty_layer"] = true })]);
        var found = await AssertFindsAsync(Plain with { Config = Steps("a", "b", "c") },
            Plain with { Config = Steps("a", "new", "b", "c") }, IgnoredDifferences.History, "Config history[1]");
        Assert.Null(found.Differences[0].Reference);
        Assert.Equal("""{"created_by":"new","empty_layer":true}""", found.Differences[0].Difference);
    }

    [Fact]
    public async Task Variables_by_their_names()
    {
        var found = await ConfigAsync(c => c["config"]!["Env"] = new JsonArray("A=2", "NEW=x", "PATH=/bin"), default,
            "Config config.Env", "Config config.Env");
        Assert.Equal([("A=1", "A=2"), (null, "NEW=x")], found.Differences.Select(d => (d.Reference, d.Difference)));
    }

    [Fact]
    public Task The_order_of_variables() => ConfigAsync(
        c => c["config"]!["Env"] = new JsonArray("A=1", "PATH=/bin"), default, "Config config.Env");

    [Fact]
    public async Task A_command_as_a_whole()
    {
        var found = await ConfigAsync(
            c => c["config"]!["Cmd"] = new JsonArray("sh", "-c", "a\"b"), default, "Config config.Cmd");
        Assert.Equal(("""["sh"]""", """["sh","-c","a\"b"]"""),
            (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public Task Labels_and_ports_by_their_names() => ConfigAsync(
        c =>
        {
            c["config"]!["Labels"] = Annotations("version", "");
            c["config"]!["ExposedPorts"] = new JsonObject { ["80/tcp"] = new JsonObject() };
        },
        default, "Config config.Labels.version", "Config config.ExposedPorts.80/tcp");

    [Fact]
    public Task The_time_in_a_label() => ConfigAsync(
        c => c["config"]!["Labels"] = Annotations("org.opencontainers.image.created", "now"),
        IgnoredDifferences.Timestamp, "Config config.Labels.org.opencontainers.image.created");

    [Fact]
    public Task The_platform() => ConfigAsync(c => c["variant"] = "v2", default, "Config variant");

    [Fact]
    public Task The_container_of_a_classic_build() => ConfigAsync(
        c => (c["container"], c["container_config"]) = ("0123", new JsonObject { ["Hostname"] = "0123" }),
        IgnoredDifferences.History, "Config container", "Config container_config.Hostname");

    [Fact]
    public Task Fields_that_say_nothing() => ConfigAsync(
        c =>
        {
            c["config"]!["User"] = "";
            c["config"]!["Tty"] = false;
            c["config"]!["Volumes"] = null;
            c["config"]!["OnBuild"] = new JsonArray();
        },
        IgnoredDifferences.JsonFormat, "Config JsonFormat");

    [Theory]
    [InlineData("\"os\":\"linux\"", "\"os\": \"linux\"")]
    [InlineData("\"linux\"", "\"l\\u0069nux\"")]
    [InlineData("\"architecture\":\"amd64\",\"os\":\"linux\"", "\"os\":\"linux\",\"architecture\":\"amd64\"")]
    [InlineData("\"os\":\"linux\"", "\"os\":\"plan9\",\"os\":\"linux\"")]
    public Task A_configuration_that_is_written_otherwise(string from, string to) => AssertFindsAsync(Plain,
        Plain with { ConfigText = t => t.Replace(from, to, StringComparison.Ordinal) },
        IgnoredDifferences.JsonFormat, "Config JsonFormat");

    [Fact]
    public async Task Writing_is_told_beside_what_differs()
    {
        var found = await CompareAsync(Plain, Plain with
        {
            ConfigText = t => t.Replace("T00:00:00Z\",\"arch", "T00:00:01Z\", \"arch", StringComparison.Ordinal),
        });
        Assert.Equal(["Config created", "Config JsonFormat"], found.Lines);
    }

    [Fact]
    public Task A_manifest_that_is_written_otherwise() => AssertFindsAsync(Plain,
        Plain with { ManifestText = t => t + "\n" }, IgnoredDifferences.JsonFormat, "Manifest JsonFormat");

    [Fact]
    public Task A_manifest_without_its_media_type() => ManifestAsync(
        m => m.Remove("mediaType"), IgnoredDifferences.JsonFormat, "Manifest JsonFormat");

    [Fact]
    public Task Annotations_of_the_manifest() =>
        ManifestAsync(m => m["annotations"] = Annotations("a.b", "1"), default, "Manifest annotations.a.b");

    [Theory]
    [InlineData("org.opencontainers.image.ref.name", IgnoredDifferences.ImageName)]
    [InlineData("io.containerd.image.name", IgnoredDifferences.ImageName)]
    [InlineData("org.opencontainers.image.base.name", IgnoredDifferences.None)]
    [InlineData("org.opencontainers.image.created", IgnoredDifferences.Timestamp)]
    public Task Annotations_of_a_class(string key, IgnoredDifferences hiddenBy) =>
        ManifestAsync(m => m["annotations"] = Annotations(key, "1"), hiddenBy, $"Manifest annotations.{key}");

    [Fact]
    public Task An_artifact_type_and_a_subject() => ManifestAsync(
        m => (m["artifactType"], m["subject"]) = ("application/x", Annotations("digest", "sha256:0")), default,
        "Manifest artifactType", "Manifest subject.digest");

    [Fact]
    public Task Dockers_dialect_says_the_same() => AssertFindsAsync(Plain,
        new ImageDraft(new LayerDraft(Layer) { MediaType = MediaTypes.DockerLayerGzip })
        {
            ManifestType = MediaTypes.DockerManifest,
            ConfigType = MediaTypes.DockerConfig,
        },
        IgnoredDifferences.JsonFormat, "Manifest mediaType", "Manifest config.mediaType", "Layer mediaType");

    [Fact]
    public async Task Dockers_dialect_with_plain_layers_is_the_same_image()
    {
        var docker = new ImageDraft(
            new LayerDraft(Layer) { Compress = t => t, MediaType = MediaTypes.DockerLayerGzip })
        {
            ManifestType = MediaTypes.DockerManifest,
            ConfigType = MediaTypes.DockerConfig,
        };
        var found = await CompareAsync(Plain, docker, new() { Ignore = IgnoredDifferences.Semantic });
        Assert.Empty(found.Lines);
        Assert.False((await CompareAsync(Plain, docker)).Comparison.IsEqual);
    }

    [Fact]
    public async Task The_configuration_of_an_artifact_is_compared_by_its_digest()
    {
        ImageDraft Artifact(string text) => Plain with
        {
            ConfigType = "application/vnd.example+json",
            ConfigText = _ => text,
        };
        await AssertFindsAsync(Artifact("{}"), Artifact("{ }"), default, "Config Digest");
    }

    [Fact]
    public async Task Images_of_different_digests_are_never_equal_when_nothing_is_passed_over()
    {
        // The configuration's size is wrong in one: nothing else is, and nobody reads this of an artifact.
        var a = Plain with { ConfigType = "application/vnd.example+json" };
        var found = await CompareAsync(a, a with { Manifest = m => m["config"]!["size"] = 1 });
        Assert.Equal(["Manifest Digest"], found.Lines);
    }

    [Fact]
    public async Task Two_builds_of_one_source_mean_the_same()
    {
        ImageDraft Build(int minute, bool isOther) => new(
            new LayerDraft(Tars.Of(isOther
                ? [Tars.Gnu("./b", "2", e => e.ModificationTime = Tars.Time.AddMinutes(minute)), Tars.Gnu("a")]
                : [Tars.Pax("a"), Tars.Pax("b", "2", modified: Tars.Time.AddMinutes(minute + 0.3))])))
        {
            Config = c => (c["created"], c["history"]![0]!["created_by"]) = ($"2024-01-01T00:{minute}:00Z", $"{minute}"),
            Manifest = m => m["annotations"] = Annotations("io.containerd.image.name", $"app:{minute}"),
            ConfigText = t => isOther ? t + "\n" : t,
        };
        var options = new ComparisonOptions { Ignore = IgnoredDifferences.Semantic };
        Assert.Empty((await CompareAsync(Build(10, false), Build(20, true), options)).Lines);
        Assert.Equal(
            ["Manifest annotations.io.containerd.image.name", "Config created", "Config history[0].created_by",
                "Config JsonFormat", "File b ModifiedTime", "Layer FileOrder", "Layer TarFormat"],
            (await CompareAsync(Build(10, false), Build(20, true))).Lines);
    }

    [Fact]
    public async Task It_ends_with_the_first_difference_where_asked()
    {
        var transport = new InMemoryTransport();
        var a = Plain.Build();
        var found = await CompareAsync(transport, new()
        {
            ReferenceImage = transport.Put("a", a),
            DifferenceImage = transport.Put("b", new ImageDraft(Tars.Of(Tars.File("b")))
            {
                Config = c => c["created"] = "x",
            }.Build()),
            Options = new() { StopAtFirst = true },
        });
        Assert.Equal(["Config created"], found.Lines);
        Assert.DoesNotContain(a.Manifest.Layers[0].Digest, transport.Opened.Keys);
    }
}
