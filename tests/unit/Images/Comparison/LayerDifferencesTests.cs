using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>
/// What is told of layers as a whole: how they are written, compressed, ordered, and which there are.
/// </summary>
public sealed class LayerDifferencesTests
{
    private static readonly byte[] Plain = Tars.Of(Tars.Folder("etc/"), Tars.File("etc/motd"));

    private static LayerDraft Stored(byte[] tar) => new(tar) { Compress = t => t, MediaType = MediaTypes.OciLayer };

    private static Task<Found> WritesAsync(byte[] reference, byte[] difference) => AssertFindsAsync(
        new ImageDraft(reference), new ImageDraft(difference), IgnoredDifferences.TarFormat, "Layer TarFormat");

    [Fact]
    public async Task Compression()
    {
        var found = await AssertFindsAsync(new ImageDraft(Stored(Plain)), new ImageDraft(Plain),
            IgnoredDifferences.Compression, "Layer Compression");
        var one = found.Differences[0];
        Assert.Equal($"none, {Plain.Length} bytes", one.Reference);
        Assert.StartsWith("gzip, ", one.Difference, StringComparison.Ordinal);
        Assert.Equal(0, one.Layer);
    }

    [Fact]
    public Task Compression_at_another_level() => AssertFindsAsync(new ImageDraft(Plain),
        new ImageDraft(new LayerDraft(Plain)
        {
            Compress = t => [.. SampleImage.Gzip(t[..512]), .. SampleImage.Gzip(t[512..])],
        }),
        IgnoredDifferences.Compression, "Layer Compression");

    [Fact]
    public Task Compression_that_the_media_type_tells_of_is_told_once() => AssertFindsAsync(new ImageDraft(Plain),
        new ImageDraft(new LayerDraft(Plain) { Compress = LayerBytes.Zstd, MediaType = MediaTypes.OciLayerZstd }),
        IgnoredDifferences.Compression, "Layer Compression");

    [Fact]
    public async Task Compression_beside_another_difference()
    {
        var found = await CompareAsync(new ImageDraft(Stored(Plain)),
            new ImageDraft(Tars.Of(Tars.Folder("etc/"), Tars.File("etc/motd", "other"))));
        Assert.Equal(["Layer Compression", "File etc/motd Content"], found.Lines);
    }

    [Fact]
    public Task A_media_type_of_another_compression_than_the_blobs() => AssertFindsAsync(new ImageDraft(Plain),
        new ImageDraft(new LayerDraft(Plain) { MediaType = MediaTypes.OciLayer }), IgnoredDifferences.Compression,
        "Layer mediaType");

    [Fact]
    public async Task The_same_blob_is_not_read()
    {
        var transport = new InMemoryTransport();
        var (a, b) = (new ImageDraft(Plain, Tars.Of(Tars.File("x"))).Build(),
            new ImageDraft(Plain, Tars.Of(Tars.File("x", "y"))).Build());
        var found = await CompareAsync(transport, new CompareImagesRequest
        {
            ReferenceImage = transport.Put("a", a),
            DifferenceImage = transport.Put("b", b),
        });
        Assert.Equal(["File x Content"], found.Lines);
        Assert.Equal((1, 1L), (found.Comparison.SameLayerCount, found.Comparison.ComparedFileCount));
        Assert.False(transport.Opened.ContainsKey(a.Manifest.Layers[0].Digest));
        Assert.Equal(1, found.Differences[0].Layer);
    }

    [Fact]
    public async Task The_same_image_is_not_read()
    {
        var transport = new InMemoryTransport();
        var image = new ImageDraft(Plain).Build();
        var found = await CompareAsync(transport, new CompareImagesRequest
        {
            ReferenceImage = transport.Put("a", image),
            DifferenceImage = transport.Put("b", image),
        });
        Assert.True(found.Comparison.IsEqual);
        Assert.Equal(1, found.Comparison.SameLayerCount);
        Assert.DoesNotContain(image.Manifest.Layers[0].Digest, transport.Opened.Keys);
    }

    [Fact]
    public Task Formats_ustar_and_pax() => WritesAsync(Tars.Of(Tars.File("a"), Tars.File("b")),
        Tars.Of(Tars.Pax("a"), Tars.Pax("b")));

    [Fact]
    public async Task Formats_ustar_and_gnu()
    {
        var found = await WritesAsync(Tars.Of(Tars.File("a"), Tars.File("b")), Tars.Of(Tars.Gnu("a"), Tars.Gnu("b")));
        Assert.Equal("ustar", found.Differences[0].Reference);
        Assert.StartsWith("gnu; entries that are written in another way: 2, the first a (",
            found.Differences[0].Difference, StringComparison.Ordinal);
    }

    [Fact]
    public Task Long_names_of_two_formats()
    {
        var name = string.Join('/', Enumerable.Repeat("folder", 30));
        return WritesAsync(Tars.Of(Tars.Pax(name)), Tars.Of(Tars.Gnu(name)));
    }

    [Fact]
    public Task Names_with_and_without_what_says_nothing() => WritesAsync(
        Tars.Of(Tars.Folder("etc/"), Tars.File("etc/a")), Tars.Of(Tars.Folder("./etc"), Tars.File("/etc/a")));

    [Fact]
    public Task Bits_beside_the_permissions() => WritesAsync(
        RawTar.Write([new("a", [1])]), RawTar.Write([new("a", [1]) { Mode = 0b1_000_000_110_100_100 }]));

    [Fact]
    public Task Padding() => WritesAsync(
        RawTar.Write([new("a", [1])]), RawTar.Write([new("a", [1]) { PaddingByte = 7 }]));

    [Fact]
    public Task The_end() => WritesAsync(
        RawTar.Write([new("a", [1])]), RawTar.Write([new("a", [1])], endBlocks: 4));

    [Fact]
    public async Task Whole_records_are_filled_up_by_what_is_in_them()
    {
        var (small, large) = (RawTar.Write([new("a", [1])], endBlocks: 18),
            RawTar.Write([new("a", new byte[2000])], endBlocks: 15));
        Assert.Equal((10240, 10240), (small.Length, large.Length));
        Assert.Equal(["File a Content"], (await CompareAsync(new ImageDraft(small), new ImageDraft(large))).Lines);
    }

    [Fact]
    public async Task How_a_tar_is_written_is_told_beside_what_differs()
    {
        var found = await CompareAsync(new ImageDraft(Tars.Of(Tars.File("a", "1"), Tars.File("b"))),
            new ImageDraft(Tars.Of(Tars.Gnu("a", "2"), Tars.Gnu("b"))));
        Assert.Equal(["File a Content", "Layer TarFormat"], found.Lines);
    }

    [Fact]
    public async Task What_a_difference_brings_with_it_is_not_told_as_writing()
    {
        // Parts of a second need a record of their own.
        var found = await CompareAsync(new ImageDraft(Tars.Of(Tars.Pax("a"))),
            new ImageDraft(Tars.Of(Tars.Pax("a", modified: Tars.Time.AddSeconds(0.5)))));
        Assert.Equal(["File a ModifiedTime"], found.Lines);
    }

    [SkippableTheory]
    [InlineData("old-gnu", "0.0")]
    [InlineData("old-gnu", "1.0")]
    [InlineData("0.1", null)]
    public async Task Sparse_files_are_what_they_are_without_holes(string form, string? other)
    {
        using var folder = new TemporaryFolder();
        await using (var file = File.Create(folder["disk.img"]))
        {
            file.Write("head"u8);
            file.Position = 1 << 20;
            file.Write("tail"u8);
        }
        Task<string> Pack(string name, params string[] arguments) => ExternalTool.RunAsync(
            "tar",
            ["-cf", folder[name], "-C", folder.Path, "--mtime=@0", "--owner=0", "--group=0", .. arguments, "disk.img"]);
        string[] Sparse(string version) => version == "old-gnu"
            ? ["--sparse", "--format=gnu"]
            : ["--sparse", "--format=pax", $"--sparse-version={version}", "--pax-option=delete=atime,delete=ctime"];
        await Pack("one.tar", Sparse(form));
        await Pack("other.tar", other is null ? ["--format=gnu"] : Sparse(other));
        var (one, two) = (File.ReadAllBytes(folder["one.tar"]), File.ReadAllBytes(folder["other.tar"]));
        Assert.True(one.Length < 1 << 19);
        await WritesAsync(one, two);
    }

    [Fact]
    public async Task A_layer_that_one_has()
    {
        var found = await AssertFindsAsync(
            new ImageDraft(Plain) { Config = c => c["history"] = null },
            new ImageDraft(Tars.Of(Tars.File("new"), Tars.File("new2")), Plain) { Config = c => c["history"] = null },
            default, "Layer Presence");
        Assert.Equal((2, 1, 0), (found.Comparison.AddedFileCount, found.Comparison.SameLayerCount,
            found.Differences[0].Layer));
        Assert.EndsWith(", 2 entries", found.Differences[0].Difference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_of_one_step_are_compared()
    {
        ImageDraft Image(params (string Step, string Content)[] steps) =>
            new([.. steps.Select(s => (LayerDraft)Tars.Of(Tars.File(s.Step, s.Content)))])
            {
                Config = c => c["history"] = new JsonArray(
                    [.. steps.Select(s => (JsonNode)new JsonObject { ["created_by"] = s.Step })]),
            };
        var found = await CompareAsync(Image(("a", "1"), ("b", "1"), ("c", "1")),
            Image(("a", "2"), ("new", "2"), ("b", "2"), ("c", "2")), new() { Ignore = IgnoredDifferences.History });
        Assert.Equal(["File a Content", "Layer Presence", "File b Content", "File c Content"], found.Lines);
    }

    [Fact]
    public Task Annotations_and_types_of_a_layer() => AssertFindsAsync(new ImageDraft(Plain),
        new ImageDraft(new LayerDraft(Plain) { Describe = d => d["annotations"] = new JsonObject { ["a"] = "1" } }),
        default, "Layer annotations.a");

    [Fact]
    public Task A_configuration_that_names_another_content() => AssertFindsAsync(new ImageDraft(Plain),
        new ImageDraft(Plain) { Config = c => c["rootfs"]!["diff_ids"]![0] = $"sha256:{new string('0', 64)}" },
        default, "Config rootfs.diff_ids");

    [Fact]
    public async Task A_layer_that_is_elsewhere_is_compared_by_its_digest()
    {
        MemoryImage Image(string content)
        {
            var image = new ImageDraft(new LayerDraft(Tars.Of(Tars.File("a", content)))
            {
                Describe = d => d["urls"] = new JsonArray("https://example.invalid/"),
            }).Build();
            return image with { Blobs = image.Blobs.Remove(image.Manifest.Layers[0].Digest) };
        }
        Assert.Equal(["Layer Digest"], (await CompareAsync(Image("1"), Image("2"))).Lines);
        Assert.Equal(["Layer Digest"], (await CompareAsync(Image("1"), Image("2"), new() { Squash = true })).Lines);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("PK\u0003\u0004 a zip that is none")]
    public async Task What_is_no_layer_is_compared_by_its_digest(string content)
    {
        LayerDraft Document(string text) => new(Encoding.UTF8.GetBytes(text))
        {
            Compress = t => t,
            MediaType = "application/vnd.in-toto+json",
        };
        await AssertFindsAsync(new ImageDraft(Document(content)), new ImageDraft(Document(content + " ")), default,
            "Layer Digest");
    }

    [Fact]
    public async Task A_chart_that_is_a_tar_is_looked_into()
    {
        LayerDraft Chart(string text) => new(Tars.Of(Tars.File("chart/values.yaml", text)))
        {
            MediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        };
        await AssertFindsAsync(new ImageDraft(Chart("1")), new ImageDraft(Chart("2")), default,
            "File chart/values.yaml Content");
    }

    [Fact]
    public async Task Damage_is_told_with_the_layers_name()
    {
        foreach (var damaged in (byte[][])[Encoding.UTF8.GetBytes(new string('x', 2000)), Plain[..700]])
        {
            var e = await Assert.ThrowsAsync<DiffahException>(
                () => CompareAsync(new ImageDraft(Plain), new ImageDraft(damaged)));
            Assert.Equal(DiffahErrors.InvalidImage, e.Error);
            Assert.Contains("layer sha256:", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_blob_than_promised_is_an_error()
    {
        var (a, b) = (new ImageDraft(Plain).Build(), new ImageDraft(Tars.Of(Tars.File("a"))).Build());
        var digest = b.Manifest.Layers[0].Digest;
        var bytes = b.Blobs[digest].ToArray();
        bytes[^1] ^= 1;
        await Assert.ThrowsAsync<DiffahException>(
            () => CompareAsync(a, b with { Blobs = b.Blobs.SetItem(digest, bytes) }));
    }

    [Fact]
    public async Task Paths_that_are_passed_over_make_no_difference_of_any_kind()
    {
        TarEntry[] Entries(bool first) => first
            ? [Tars.File("a"), Tars.File("var/cache/x", "1"), Tars.File("b"), Tars.Gnu("usr/lib/m.pyc")]
            : [Tars.Gnu("usr/lib/m.pyc", "2"), Tars.File("a"), Tars.File("var/cache/y"), Tars.File("b"),
                Tars.File("var/.wh.cache", "")];
        var found = await CompareAsync(new ImageDraft(Tars.Of(Entries(true))), new ImageDraft(Tars.Of(Entries(false))),
            new() { ExcludePaths = ["/var/cache", "**/*.pyc"] });
        Assert.Empty(found.Lines);
        Assert.Equal(2, found.Comparison.ComparedFileCount);
    }
}
