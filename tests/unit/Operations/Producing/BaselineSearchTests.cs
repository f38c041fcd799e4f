using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Producing;

/// <summary>A baseline that nobody names: where it is looked for, which it is, and what is told of it.</summary>
public sealed class BaselineSearchTests : IDisposable
{
    private static readonly LayerBytes Below = LayerBytes.Raw(Bytes.Text(1, 9000));
    private static readonly MemoryImage Base = ImageMaker.Oci(Below);
    private static readonly MemoryImage Other = ImageMaker.Oci(LayerBytes.Raw(Bytes.Text(9, 5000)));
    private static readonly MemoryImage Target = ImageMaker.Oci(Below, LayerBytes.Raw(Bytes.Text(2, 3000)));

    private readonly DeltaLab _lab = new();
    private readonly EventLog _log = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("docker-daemon:app:v2", "docker-daemon:base:1", "docker-daemon:base:1")]
    [InlineData("containers-storage:app:v2", "containers-storage:base:1", "containers-storage:base:1")]
    [InlineData("containerd:app:v2", "containerd:base:1", "containerd:base:1")]
    [InlineData("docker-daemon:app:v2", "docker://base:1", "docker://base:1")]
    [InlineData("docker-daemon:app:v2", "docker-daemon:base:1 docker://base:1", "docker-daemon:base:1")]
    [InlineData("oci:/memory/app", "docker://base:1 docker-daemon:base:1", "docker://base:1")]
    [InlineData("docker-archive:/memory/app", "docker://base:1", "docker://base:1")]
    [InlineData("docker://far.example/app:v2", "docker://base:1", "docker://base:1")]
    public async Task It_is_looked_for_where_the_target_is_and_then_in_the_registry(
        string target, string there, string expected)
    {
        foreach (var place in there.Split(' '))
            _lab.Images.PutAt(place, Base);
        var request = Request("FROM base:1", target);
        var archive = await CreateAsync(request);
        Assert.Equal(expected, archive.ChosenBaseline!.ToString());
        Assert.StartsWith($"FROM in line 1 of '{request.DockerfilePath}'",
            archive.ChosenBaseline.Reason, StringComparison.Ordinal);
        Assert.Equal(Base.Digest.ToString(), archive.Images[0].BaselineManifestDigest);
        Assert.Equal($"The baseline is {expected}: {archive.ChosenBaseline.Reason}.",
            Assert.Single(_log.Messages(EventLevel.Info)));
        Assert.Empty(_log.Messages(EventLevel.Warning));
        Assert.Equal(nameof(Engine.Deltas.BlobOrigin.Reuse), archive.Images[0].Layers[0].Encoding);
    }

    [Fact]
    public async Task That_the_store_lacks_it_is_told()
    {
        _lab.Images.PutAt("docker://base:1", Base);
        var archive = await CreateAsync(Request("FROM base:1", "docker-daemon:app:v2"));
        Assert.EndsWith("; docker-daemon: lacks it", archive.ChosenBaseline!.Reason, StringComparison.Ordinal);
        Assert.Contains("docker-daemon:base:1 is not there; the registry is asked next.",
            _log.Messages(EventLevel.Verbose));
    }

    [Fact]
    public async Task Nothing_but_an_image_that_is_not_there_sends_to_the_registry()
    {
        _lab.Images.PutAt("docker-daemon:base:1", Base with { ManifestBytes = [.. "{}"u8] });
        _lab.Images.PutAt("docker://base:1", Base);
        var e = await FailsAsync(DiffahErrors.InvalidManifest, Request("FROM base:1", "docker-daemon:app:v2"));
        Assert.StartsWith("The baseline docker-daemon:base:1 (FROM in line 1 of ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_is_nowhere_the_error_names_it_and_who_says_it()
    {
        var e = await FailsAsync(DiffahErrors.ImageNotFound, Request("FROM base:1", "docker-daemon:app:v2"));
        Assert.StartsWith("The baseline docker://base:1 (FROM in line 1 of ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_that_is_another_by_now_is_warned_of()
    {
        _lab.Images.PutAt("docker://base:1", Other);
        await CreateAsync(Request("FROM base:1", "oci:/memory/app"));
        Assert.Equal("oci:/memory/app is not built on docker://base:1 as it is now: the layers at its bottom are others. "
            + "It is the baseline all the same; name another one if the other side has that.",
            Assert.Single(_log.Messages(EventLevel.Warning)));
    }

    [Fact]
    public async Task What_the_build_was_given_counts_and_what_nothing_declares_is_told()
    {
        _lab.Images.PutAt("docker://base:2", Base);
        var archive = await CreateAsync(Request("ARG V=1\nFROM base:$V", "oci:/memory/app") with
        {
            BuildArguments = Arguments(
                ("V", "2"), ("W", "3"), ("http_proxy", "x"), ("BUILDKIT_INLINE_CACHE", "1")),
        });
        Assert.Equal("docker://base:2", archive.ChosenBaseline!.ToString());
        Assert.Matches("No ARG of '.*' declares 'W'", Assert.Single(_log.Messages(EventLevel.Warning)));
    }

    [Fact]
    public async Task The_base_is_for_the_platform_of_the_target()
    {
        var arm = Base.For("arm64");
        var index = Index(Base, arm);
        _lab.Images.Add("docker://base:1", index, [Base.Raw, arm.Raw],
            Base.Blobs.SetItems(arm.Blobs));
        var request = Request("FROM base:$TARGETARCH", "oci:/memory/app", Target.For("arm64"));
        _lab.Images.Add("docker://base:arm64", index, [Base.Raw, arm.Raw], Base.Blobs.SetItems(arm.Blobs));
        var archive = await CreateAsync(request);
        Assert.Equal(("docker://base:arm64", arm.Digest.ToString()),
            (archive.ChosenBaseline!.ToString(), archive.Images[0].BaselineManifestDigest));
    }

    [Fact]
    public async Task A_plan_says_it_too()
    {
        _lab.Images.PutAt("docker://base:1", Base);
        var plan = await new CreateDelta(_lab.Images).PlanAsync(
            Request("FROM base:1", "oci:/memory/app"), _log.Sink, default);
        Assert.Equal("docker://base:1", plan.ChosenBaseline!.ToString());
    }

    [Fact]
    public async Task The_label_of_the_target_names_it()
    {
        _lab.Images.PutAt("docker://reg.example/base:1", Base);
        var archive = await CreateAsync(Marked(Target.WithLabels((MarkedImage.Name, "reg.example/base:1"))));
        Assert.Equal("docker://reg.example/base:1", archive.ChosenBaseline!.ToString());
        Assert.Equal("label org.opencontainers.image.base.name of the target", archive.ChosenBaseline.Reason);
    }

    [Fact]
    public async Task An_annotation_comes_before_a_label_which_may_be_the_bases_own()
    {
        _lab.Images.PutAt("docker://reg.example/base:1", Base);
        var archive = await CreateAsync(Marked(Target.WithLabels((MarkedImage.Name, "reg.example/below:1"))
            .WithAnnotations((MarkedImage.Name, "reg.example/base:1"))));
        Assert.Equal("docker://reg.example/base:1", archive.ChosenBaseline!.ToString());
        Assert.StartsWith("annotation ", archive.ChosenBaseline.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base:1", "docker://docker.io/library/base@")]
    [InlineData("reg.example:5000/a/base:1", "docker://reg.example:5000/a/base@")]
    public async Task With_a_digest_it_is_that_image_whatever_the_tag_is_now(string name, string expected)
    {
        _lab.Images.PutAt(expected + Base.Digest, Base);
        var archive = await CreateAsync(Marked(Target.WithLabels(
            (MarkedImage.Name, name), (MarkedImage.BaseDigest, Base.Digest.ToString()))));
        Assert.Equal(expected + Base.Digest, archive.ChosenBaseline!.ToString());
        Assert.EndsWith(", with its digest", archive.ChosenBaseline.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "does not say which image it is built on")]
    [InlineData("", null, "does not say which image it is built on")]
    [InlineData(null, "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "does not say which image it is built on")]
    [InlineData("Not A Name", null, "what is no name of an image")]
    [InlineData("user:secret@reg.example/x", null, "what is no name of an image")]
    [InlineData("base:1", "sha256:12", "what is no digest: 'sha256:12'")]
    [InlineData("base@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "two digests")]
    public async Task A_target_that_says_nothing_usable_is_an_error(string? name, string? digest, string message)
    {
        var e = await FailsAsync(DiffahErrors.BaselineUnknown,
            Marked(Target.WithLabels((MarkedImage.Name, name), (MarkedImage.BaseDigest, digest))));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_one_way_of_naming_it()
    {
        var request = Request("FROM base:1", "oci:/memory/app");
        var baseline = ImageReference.Parse("docker://base:1");
        CreateDeltaRequest[] wrong =
        [
            request with { Baseline = baseline }, request with { IsBaselineFromImage = true },
            request with { BaselineManifestPath = "/m.json" }, request with { DockerfilePath = null },
            request with { DockerfilePath = null, Baseline = baseline, IsBaselineFromImage = true },
            request with { DockerfilePath = null, Baseline = baseline, BuildArguments = Arguments(("V", "1")) },
        ];
        foreach (var each in wrong)
            await FailsAsync(DiffahErrors.InvalidArgument, each);
    }

    [Fact]
    public async Task The_Dockerfile_is_never_written_over()
    {
        var request = Request("FROM base:1", "oci:/memory/app");
        await FailsAsync(DiffahErrors.OutputIsInput, request with { OutputPath = request.DockerfilePath! });
        Assert.Equal("FROM base:1", await File.ReadAllTextAsync(request.DockerfilePath!));
        await FailsAsync(DiffahErrors.InvalidArgument, request with { DockerfilePath = "Dockerfile" });
    }

    private static ImmutableSortedDictionary<string, string> Arguments(
        params (string, string)[] arguments) => ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal, arguments.Select(a => KeyValuePair.Create(a.Item1, a.Item2)));

    private static RawManifest Index(params MemoryImage[] images) => new(
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciIndex,
            manifests = images.Select(i => new
            {
                mediaType = i.MediaType,
                digest = i.Digest.ToString(),
                size = i.ManifestBytes.Length,
                platform = new
                {
                    os = "linux",
                    architecture = ImageConfig.Parse(i.Blobs[i.Manifest.Config.Digest]).Platform!.Architecture,
                },
            }),
        }), MediaTypes.OciIndex);

    private CreateDeltaRequest Request(string dockerfile, string target, MemoryImage? image = null)
    {
        var path = _lab.Folder["out/Dockerfile"];
        File.WriteAllText(path, dockerfile);
        return new CreateDeltaRequest
        {
            DockerfilePath = path,
            Target = _lab.Images.PutAt(target, image ?? Target),
            OutputPath = _lab.Archive,
            Encoding = DeltaLab.Quick,
            WorkDirectory = _lab.Work,
        };
    }

    private CreateDeltaRequest Marked(MemoryImage target) =>
        Request("", "oci:/memory/app", target) with { DockerfilePath = null, IsBaselineFromImage = true };

    private Task<DeltaArchive> CreateAsync(CreateDeltaRequest request) =>
        new CreateDelta(_lab.Images).RunAsync(request, _log.Sink, default);

    private async Task<DiffahException> FailsAsync(DiffahError error, CreateDeltaRequest request)
    {
        var e = await Errors.ThrowsAsync(error, () => CreateAsync(request));
        Assert.False(File.Exists(_lab.Archive));
        Assert.Equal(0, _lab.Images.Open);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
        return e;
    }
}
