using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports.DockerArchive;

public sealed class DockerArchiveTests : IDisposable
{
    private const string Docker = TransportNames.DockerArchive;

    private readonly TransportBench _bench = new();
    private readonly SampleImage _image = SampleImage.DockerPlain(1);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task An_archive_compressed_as_a_whole_is_read_the_same(CompressionKind kind)
    {
        await _bench.WriteAsync(Docker, "plain.tar", _image);
        await File.WriteAllBytesAsync(
            _bench["x.tar"], Compress(await File.ReadAllBytesAsync(_bench["plain.tar"]), kind));
        await using var source = await _bench.OpenAsync(Docker, "x.tar");
        await AssertHoldsAsync(source, _image);
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task The_shape_of_new_Dockers_is_read_whatever_its_layers_are_stored_as(CompressionKind kind)
    {
        var tar = new TarBuilder().Folder("blobs/").Folder("blobs/sha256/");
        var layers = _image.Layers.Select(l => Store(tar, Compress(_image.Blobs[l.Digest], kind))).ToArray();
        var config = Store(tar, _image.Blobs[_image.Config.Digest]);
        tar.File("index.json", "{}").File("oci-layout", "{}")
            .File("manifest.json", SavedManifest(config, layers, "app:v1")).Save(_bench["x.tar"]);
        await using var source = await _bench.OpenAsync(Docker, "x.tar");
        await AssertHoldsAsync(source, _image);
    }

    [Fact]
    public async Task The_shape_of_old_Dockers_is_read_through_its_links()
    {
        var (first, second) = (_image.Layers[0], _image.Layers[1]);
        new TarBuilder().Folder("./").Folder("aaa/").File("./aaa/layer.tar", _image.Blobs[first.Digest])
            .Symlink("bbb/layer.tar", "../ddd/real.tar").HardLink("ccc/layer.tar", "aaa/layer.tar")
            .File("ddd/real.tar", _image.Blobs[second.Digest])
            .File("config.json", _image.Blobs[_image.Config.Digest])
            .File("./manifest.json", SavedManifest(
                "config.json", ["aaa/layer.tar", "./bbb/layer.tar", "ccc//layer.tar"], "app:v1")).Save(_bench["x.tar"]);
        await using var source = await _bench.OpenAsync(Docker, "x.tar");
        await AssertHoldsAsync(source, _image);
    }

    [Fact]
    public async Task Pax_and_GNU_names_are_read()
    {
        var deep = string.Join('/', Enumerable.Repeat("0123456789abcdef0123456789abcdef", 8));
        var tar = new TarBuilder();
        tar.Entry(new PaxTarEntry(TarEntryType.RegularFile,
            $"{deep}/l1.tar")
        { DataStream = new MemoryStream(_image.Blobs[_image.Layers[0].Digest]) });
        tar.Entry(new GnuTarEntry(TarEntryType.RegularFile,
            $"{deep}/l2.tar")
        { DataStream = new MemoryStream(_image.Blobs[_image.Layers[1].Digest]) });
        tar.File("config.json", _image.Blobs[_image.Config.Digest]);
        tar.File("manifest.json", SavedManifest("config.json", [$"{deep}/l1.tar", $"{deep}/l2.tar", $"{deep}/l1.tar"]))
            .Save(_bench["x.tar"]);
        await using var source = await _bench.OpenAsync(Docker, "x.tar");
        await AssertHoldsAsync(source, _image);
    }

    [Fact]
    public async Task A_damaged_compressed_layer_is_named()
    {
        var layer = SampleImage.Gzip(_image.Blobs[_image.Layers[0].Digest]);
        layer.AsSpan(200, 500).Fill(0xFF);
        new TarBuilder().File("l", layer).File("c", Rootfs(_image.Layers[0].Digest))
            .File("manifest.json", SavedManifest("c", ["l"])).Save(_bench["x.tar"]);
        await using var source = await _bench.OpenAsync(Docker, "x.tar");
        var error = await AssertFailsAsync(DiffahErrors.InvalidImage, () => source.GetManifestAsync(null, default));
        Assert.Contains("'l'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_layer_or_configuration_is_named()
    {
        new TarBuilder().File("manifest.json", SavedManifest("c", ["l"])).Save(_bench["x.tar"]);
        Assert.Contains(
            "'c'", (await AssertFailsAsync(DiffahErrors.BlobMissing, () => _bench.OpenAsync(Docker, "x.tar"))).Message,
            StringComparison.Ordinal);
        new TarBuilder().File("manifest.json", SavedManifest("c", ["l"])).File("c", Rootfs(_image.Layers[0].Digest))
            .Save(_bench["x.tar"]);
        Assert.Contains(
            "'l'", (await AssertFailsAsync(DiffahErrors.BlobMissing, () => _bench.OpenAsync(Docker, "x.tar"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_images_need_a_name()
    {
        SaveTwo();
        var ambiguous = await AssertFailsAsync(DiffahErrors.AmbiguousImage, () => _bench.OpenAsync(Docker, "x.tar"));
        Assert.Contains("app:v1", ambiguous.Message, StringComparison.Ordinal);
        Assert.Contains("@1", ambiguous.Message, StringComparison.Ordinal);
        var unknown = await AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => _bench.OpenAsync(Docker, "x.tar:other:v1"));
        Assert.Contains("app:v1", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app:v1", 1)]
    [InlineData("library/app:v1", 1)]
    [InlineData("docker.io/app:v1", 1)]
    [InlineData("docker.io/library/app:v1", 1)]
    [InlineData("index.docker.io/library/app:v1", 1)]
    [InlineData("second", 1)]
    [InlineData("second:latest", 1)]
    [InlineData("@0", 1)]
    [InlineData("@1", 2)]
    public async Task A_name_or_an_index_picks_one(string name, int expected)
    {
        SaveTwo();
        await using var source = await _bench.OpenAsync(Docker, $"x.tar:{name}");
        await AssertHoldsAsync(source, SampleImage.DockerPlain(expected));
    }

    [Theory]
    [InlineData("@2")]
    [InlineData("@-1")]
    [InlineData("@99999999999")]
    [InlineData("@x")]
    [InlineData("localhost/app:v1")]
    [InlineData("app:V1")]
    [InlineData("APP:v1")]
    public async Task A_name_or_an_index_that_is_not_there(string name)
    {
        SaveTwo();
        await AssertFailsAsync(DiffahErrors.ImageNotFound, () => _bench.OpenAsync(Docker, $"x.tar:{name}"));
    }

    [Fact]
    public async Task An_archive_without_an_image()
    {
        new TarBuilder().File("manifest.json", "[]").Save(_bench["x.tar"]);
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => _bench.OpenAsync(Docker, "x.tar"));
    }

    [Fact]
    public async Task What_is_written_is_always_the_same_and_tells_nothing_of_the_machine()
    {
        await _bench.WriteAsync(Docker, "a.tar:app", _image);
        await _bench.WriteAsync(Docker, "b.tar:docker.io/library/app:latest", _image);
        Assert.Equal(await File.ReadAllBytesAsync(_bench["a.tar"]), await File.ReadAllBytesAsync(_bench["b.tar"]));
        var entries = ReadEntries(_bench["a.tar"]);
        Assert.Equal([$"{_image.Config.Digest.Hex}.json", $"{_image.Layers[0].Digest.Hex}.tar",
            $"{_image.Layers[1].Digest.Hex}.tar", "manifest.json"], entries.Select(e => e.Name));
        Assert.All(
            entries,
            e => Assert.Equal(
                (TarEntryFormat.Ustar, TarEntryType.RegularFile, 0, 0, DateTimeOffset.UnixEpoch,
                    (UnixFileMode)0b110_100_100),
                (e.Format, e.EntryType, e.Uid, e.Gid, e.ModificationTime, e.Mode)));
        Assert.All(entries, e => Assert.Equal("", ((PosixTarEntry)e).UserName + ((PosixTarEntry)e).GroupName));
    }

    [Theory]
    [InlineData("a.tar", "\"RepoTags\":null")]
    [InlineData("a.tar:app:v2", "\"RepoTags\":[\"docker.io/library/app:v2\"]")]
    [InlineData("a.tar:ghcr.io/team/app", "\"RepoTags\":[\"ghcr.io/team/app:latest\"]")]
    public async Task The_name_is_written_in_full(string name, string expected)
    {
        await _bench.WriteAsync(Docker, name, _image);
        var text = Encoding.UTF8.GetString(
            ReadEntries(_bench["a.tar"]).Last().DataStream is MemoryStream m ? m.ToArray() : []);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        await using var source = await _bench.OpenAsync(Docker, name);
        await AssertHoldsAsync(source, _image);
    }

    [Theory]
    [InlineData("@0")]
    [InlineData("App:v1")]
    [InlineData("app:v1@sha256:0000")]
    [InlineData("app:")]
    [InlineData("a b")]
    public async Task A_name_that_is_none_is_not_written(string name)
    {
        await AssertFailsAsync(DiffahErrors.InvalidReference, () => _bench.CreateAsync(Docker, $"a.tar:{name}"));
        Assert.Empty(_bench.Entries);
    }

    [Fact]
    public async Task Images_whose_digest_would_change_are_not_exact()
    {
        await using var destination = await _bench.CreateAsync(Docker, "a.tar");
        Assert.Contains("OCI", Why(destination, SampleImage.Oci(1)), StringComparison.Ordinal);
        Assert.Contains("compressed", Why(destination, SampleImage.DockerGzip(1)), StringComparison.Ordinal);
        Assert.Contains("layers", Why(destination, _image, """{"rootfs":{"diff_ids":[]}}"""), StringComparison.Ordinal);
        var spaced = new RawManifest(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_image.Manifest.Bytes.Span)
                .Replace(",\"layers\"", ", \"layers\"", StringComparison.Ordinal)), MediaTypes.DockerManifest);
        Assert.Contains("written differently",
            destination.Transport.WhyNotExact(destination.Reference, ImageManifest.Parse(spaced),
                ImageConfig.Parse(_image.Blobs[_image.Config.Digest])), StringComparison.Ordinal);
        await AssertFailsAsync(DiffahErrors.ConversionRefused, () => destination.PutManifestAsync(spaced, default));
        await AssertFailsAsync(
            DiffahErrors.ConversionRefused, () => destination.PutManifestAsync(SampleImage.Oci(1).Manifest, default));
    }

    private static string? Why(IImageDestination destination, SampleImage image, string? config = null) =>
        destination.Transport.WhyNotExact(destination.Reference, ImageManifest.Parse(image.Manifest),
            ImageConfig.Parse(config is null ? image.Blobs[image.Config.Digest] : Encoding.UTF8.GetBytes(config)));

    private void SaveTwo()
    {
        var tar = new TarBuilder();
        var images = new List<string>();
        foreach (var (image, tags) in new[] { (_image, new[] { "app:v1", "docker.io/library/second:latest" }),
            (SampleImage.DockerPlain(2), []) })
            images.Add(SavedManifest(Store(tar, image.Blobs[image.Config.Digest]),
                [.. image.Layers.Select(l => Store(tar, image.Blobs[l.Digest]))], tags)[1..^1]);
        tar.File("manifest.json", $"[{string.Join(',', images)}]").Save(_bench["x.tar"]);
    }

    private readonly HashSet<string> _stored = [];

    private string Store(TarBuilder tar, byte[] content)
    {
        var name = $"blobs/sha256/{Digest.Compute(content).Hex}";
        if (_stored.Add(name))
            tar.File(name, content);
        return name;
    }

    private static string SavedManifest(string config, string[] layers, params string[] tags) =>
        $$"""[{"Config":"{{config}}","RepoTags":[{{string.Join(',', tags.Select(t => $"\"{t}\""))}}],"Layers":[{{string.Join(',', layers.Select(l => $"\"{l}\""))}}]}]""";

    private static byte[] Compress(byte[] content, CompressionKind kind)
    {
        if (kind != CompressionKind.Zstd)
            return kind == CompressionKind.Gzip ? SampleImage.Gzip(content) : content;
        using var buffer = new MemoryStream();
        using (var zstd = new ZstdCompressionStream(buffer, new ZstdSettings(3)))
        {
            zstd.Write(content);
            zstd.Finish();
        }
        return buffer.ToArray();
    }

    private static List<TarEntry> ReadEntries(string path)
    {
        using var reader = new TarReader(File.OpenRead(path));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return entries;
    }

    private static string Rootfs(Digest layer) => $$$"""{"rootfs":{"diff_ids":["{{{layer}}}"]}}""";
}
