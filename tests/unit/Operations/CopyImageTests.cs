using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Operations;

public sealed class CopyImageTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly SampleIndex _index = SampleIndex.Oci(1);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(TransportNames.OciLayout, "out:v2")]
    [InlineData(TransportNames.OciArchive, "out.tar:v2")]
    [InlineData(TransportNames.Directory, "out")]
    public async Task An_image_keeps_its_digest(string transport, string name)
    {
        var image = SampleImage.Oci(1);
        await _bench.WriteAsync(TransportNames.OciArchive, "in.tar", image);
        var copied = await CopyAsync(
            _bench.Reference(TransportNames.OciArchive, "in.tar"), _bench.Reference(transport, name));
        Assert.Equal((image.Manifest.Digest.ToString(), MediaTypes.OciManifest, 1, 2),
            (copied.Digest, copied.MediaType, copied.ImageCount, copied.LayerCount));
        Assert.Equal(["linux/amd64"], copied.Platforms.AsEnumerable());
        var blobs = image.BlobDescriptors.Sum(b => b.Size);
        var whole = blobs + image.Manifest.Bytes.Length;
        Assert.Equal(
            (whole, whole, 0L, 0.0), (copied.CopiedBytes, copied.ImageBytes, copied.SparedBytes, copied.SparedRatio));
        await using var source = await _bench.OpenAsync(transport, name);
        await TransportConformance.AssertHoldsAsync(source, image);
    }

    [Fact]
    public async Task A_Docker_archive_keeps_its_digest_too()
    {
        await _bench.WriteAsync(TransportNames.DockerArchive, "in.tar", SampleImage.DockerPlain(1));
        var copied = await CopyAsync(_bench.Reference(TransportNames.DockerArchive, "in.tar"),
            _bench.Reference(TransportNames.DockerArchive, "out.tar:app:v1"));
        Assert.Equal((SampleImage.DockerPlain(1).Manifest.Digest.ToString(), 2), (copied.Digest, copied.LayerCount));
    }

    [Theory]
    [InlineData("linux/amd64", 0)]
    [InlineData("linux/arm64", 1)]
    public async Task Of_an_index_one_platform_is_copied(string platform, int image)
    {
        await WriteIndexAsync();
        var copied = await CopyAsync(From, To, r => r with { Platform = Platform.Parse(platform) });
        Assert.Equal((_index.Images[image].Manifest.Digest.ToString(), 1), (copied.Digest, copied.ImageCount));
        Assert.Equal([platform], copied.Platforms.AsEnumerable());
    }

    [Fact]
    public async Task An_index_is_copied_whole_where_that_is_asked()
    {
        await WriteIndexAsync();
        var copied = await CopyAsync(From, To, r => r with { All = true });
        Assert.Equal((_index.Root.Digest.ToString(), MediaTypes.OciIndex, 4),
            (copied.Digest, copied.MediaType, copied.ImageCount));
        Assert.Equal(["linux/amd64", "linux/arm64", "unknown", "linux/arm/v7", "linux/amd64/v2"],
            copied.Platforms.AsEnumerable());
        var whole = _index.Blobs.Values.Sum(b => (long)b.Length) + _index.Root.Bytes.Length
            + _index.Children.Sum(c => c.Bytes.Length);
        Assert.Equal((5, whole, whole), (copied.LayerCount, copied.CopiedBytes, copied.ImageBytes));
    }

    [Fact]
    public async Task What_is_there_already_does_not_count()
    {
        await WriteIndexAsync();
        await CopyAsync(From, To);
        var copied = await CopyAsync(
            From, _bench.Reference(TransportNames.OciLayout, "out:all"), r => r with { All = true });
        var there = _index.Images[0].Blobs.Values.Sum(b => (long)b.Length);
        Assert.Equal((there, copied.ImageBytes - there, (double)there / copied.ImageBytes),
            (copied.SparedBytes, copied.CopiedBytes, copied.SparedRatio));
    }

    [Fact]
    public async Task All_of_one_image_is_the_image()
    {
        await _bench.WriteAsync(TransportNames.Directory, "in", SampleImage.Oci(1));
        var copied = await CopyAsync(_bench.Reference(TransportNames.Directory, "in"), To, r => r with { All = true });
        Assert.Equal((SampleImage.Oci(1).Manifest.Digest.ToString(), 1), (copied.Digest, copied.ImageCount));
    }

    [Fact]
    public async Task What_is_there_is_replaced_only_where_that_is_allowed()
    {
        await WriteIndexAsync();
        await CopyAsync(From, To);
        await TransportConformance.AssertFailsAsync(DiffahErrors.DestinationExists, () => CopyAsync(From, To));
        await CopyAsync(From, To, r => r with { Overwrite = true, Platform = Platform.Parse("linux/arm64") });
    }

    [Fact]
    public async Task A_conversion_is_refused()
    {
        await WriteIndexAsync();
        var error = await TransportConformance.AssertFailsAsync(DiffahErrors.ConversionRefused,
            () => CopyAsync(
                From, _bench.Reference(TransportNames.DockerArchive, "out.tar"), r => r with { All = true }));
        Assert.Contains(
            "oci-archive:, oci:, dir:, docker:// or containerd:", error.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain("out.tar", _bench.Entries);
    }

    [Fact]
    public async Task A_missing_child_is_found_before_anything_is_written()
    {
        await WriteIndexAsync();
        File.Delete(_bench[$"in/{_index.Children[3].Digest.Hex}.manifest.json"]);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.BlobMissing, () => CopyAsync(From, To, r => r with { All = true }));
        Assert.DoesNotContain("out", _bench.Entries);
    }

    [Fact]
    public async Task Indexes_without_an_end_are_refused()
    {
        var deep = Enumerable.Range(0, 5).Aggregate(
            SampleImage.Oci(1).Manifest, (below, _) => SampleIndex.Index(MediaTypes.OciIndex, (below, "linux/amd64")));
        var memory = new InMemoryTransport();
        var below = Enumerable.Range(0, 5).Aggregate(new List<RawManifest> { SampleImage.Oci(1).Manifest },
            (all, _) => [.. all, SampleIndex.Index(MediaTypes.OciIndex, (all[^1], "linux/amd64"))]);
        memory.Add("/deep", deep, below, SampleImage.Oci(1).Blobs);
        using var catalog = new TransportCatalog([memory]);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse("dir:/deep"),
            Destination = ImageReference.Parse("dir:/out"),
            All = true,
            WorkDirectory = _bench[""]
        };
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidManifest, () => new CopyImage(catalog).RunAsync(request, EventSink.None, default));
    }

    [Theory]
    [InlineData(4097, 0)]
    [InlineData(33, 1 << 20)]
    public async Task An_index_of_more_than_memory_is_meant_for_is_refused(int count, int padding)
    {
        var children = Enumerable.Range(0, count).Select(i => new RawManifest(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"config":{"mediaType":"c","digest":"{{Digest.Compute([1])}}","size":1},"layers":[],"n":{{i}}}"""
                + new string(' ', padding)),
            MediaTypes.OciManifest)).ToArray();
        var memory = new InMemoryTransport();
        memory.Add("/wide", SampleIndex.Index(MediaTypes.OciIndex, [.. children.Select(c => (c, (string?)null))]),
            children, SampleImage.Oci(1).Blobs);
        using var catalog = new TransportCatalog([memory]);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse("dir:/wide"),
            Destination = ImageReference.Parse("dir:/out"),
            All = true,
            WorkDirectory = _bench[""]
        };
        var error = await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidManifest, () => new CopyImage(catalog).RunAsync(request, EventSink.None, default));
        Assert.Contains("4096 manifests, 32 MiB", error.Message, StringComparison.Ordinal);
        Assert.False(memory.Has("/out"));
    }

    [Fact]
    public async Task An_index_that_is_not_read_back_whole_is_not_published()
    {
        var memory = new InMemoryTransport { Forgets = _index.Children[3].Digest };
        memory.Add("/in", _index.Root, _index.Children, _index.Blobs);
        using var catalog = new TransportCatalog([memory]);
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse("dir:/in"),
            Destination = ImageReference.Parse("dir:/out"),
            All = true,
            WorkDirectory = _bench[""]
        };
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.ReadBackFailed, () => new CopyImage(catalog).RunAsync(request, EventSink.None, default));
        Assert.False(memory.Has("/out"));
    }

    [Fact]
    public async Task A_path_is_absolute() =>
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidArgument, () => CopyAsync(ImageReference.Parse("dir:in"), To));

    [SkippableTheory]
    [InlineData(TransportNames.OciLayout, "skopeo:v1", "ours:v1")]
    [InlineData(TransportNames.Directory, "skopeo", "ours")]
    [InlineData(TransportNames.OciArchive, "skopeo.tar", "ours.tar")]
    public async Task Skopeo_copies_the_same_index_both_ways(string transport, string theirs, string ours)
    {
        await WriteIndexAsync(nested: false);
        await SkopeoAsync(
            "copy", "--all", "--preserve-digests", From.ToString(), _bench.Reference(transport, theirs).ToString());
        var copied = await CopyAsync(
            _bench.Reference(transport, theirs), _bench.Reference(transport, ours), r => r with { All = true });
        Assert.Equal(3, copied.ImageCount);
        Assert.Equal(await SkopeoAsync("inspect", "--raw", From.ToString()),
            await SkopeoAsync("inspect", "--raw", _bench.Reference(transport, ours).ToString()));
        await SkopeoAsync("copy", "--all", "--preserve-digests", _bench.Reference(transport, ours).ToString(),
            $"dir:{_bench["back"]}");
        Assert.Equal(Contents("in"), Contents("back"));
    }

    private ImageReference From => _bench.Reference(TransportNames.Directory, "in");

    private ImageReference To => _bench.Reference(TransportNames.OciLayout, "out:v1");

    private async Task WriteIndexAsync(bool nested = true)
    {
        // skopeo can't copy an index below an index.
        var index = nested ? _index : SampleIndex.Flat(1);
        using var catalog = new TransportCatalog(
            [index.In("/index", TransportNames.OciLayout), new Engine.Transports.Folder.FolderTransport()]);
        var request =
            new CopyImageRequest { Source = ImageReference.Parse("oci:/index"), Destination = From, All = true };
        await new CopyImage(catalog).RunAsync(request, EventSink.None, default);
    }

    private static Task<CopiedImage> CopyAsync(
        ImageReference from, ImageReference to, Func<CopyImageRequest, CopyImageRequest>? change = null)
    {
        var request = new CopyImageRequest { Source = from, Destination = to };
        return new CopyImage(TransportCatalog.Default).RunAsync(
            change?.Invoke(request) ?? request, EventSink.None, default);
    }

    private string[] Contents(string folder) =>
        [.. Directory.EnumerateFiles(_bench[folder]).Select(
            f => $"{Path.GetFileName(f)} {Digest.Compute(File.ReadAllBytes(f))}").Order(StringComparer.Ordinal)];

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
