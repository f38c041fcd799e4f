using System.IO.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Transports;

/// <summary>The names of the images in an archive or a layout.</summary>
public sealed class ListImagesTests : IDisposable
{
    private const string TwoImages = """
        [{"Config":"a","RepoTags":["app:v1","ghcr.io/team/app:v2"],"Layers":[]},{"Config":"b","RepoTags":null,"Layers":[]}]
        """;

    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Of_a_Docker_archive_are_its_tags_and_the_index_of_what_has_none()
    {
        Save(TwoImages);
        Assert.Equal(["app:v1", "ghcr.io/team/app:v2", "@1"], await ListAsync(TransportNames.DockerArchive, "x.tar"));
    }

    [Theory]
    [InlineData(TransportNames.OciLayout)]
    [InlineData(TransportNames.OciArchive)]
    public async Task Of_a_layout_are_its_references(string transport)
    {
        await _bench.WriteAsync(TransportNames.OciLayout, "l:v1", SampleImage.Oci(1));
        await _bench.WriteAsync(TransportNames.OciLayout, "l:registry.example/app:v2", SampleImage.Oci(2));
        new TarBuilder().File("index.json", await File.ReadAllTextAsync(_bench["l/index.json"])).Save(_bench["l.tar"]);
        Assert.Equal(["v1", "registry.example/app:v2"],
            await ListAsync(transport, transport == TransportNames.OciLayout ? "l" : "l.tar"));
    }

    [Fact]
    public async Task Are_those_that_a_reference_can_say_and_a_line_can_show()
    {
        var names = string.Join(',', Enumerable.Range(0, 1500).Select(i => $"\"app:v{i}\""));
        Save(
            $$"""[{"Config":"a","RepoTags":["","no name","app:\u001b[2J","UPPER:v1",{{names}},"app:v0"],"Layers":[]}]""");
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => $"app:v{i}"), await ListAsync(TransportNames.DockerArchive, "x.tar"));
    }

    [Fact]
    public async Task Are_not_looked_for_where_an_archive_would_have_to_be_decompressed()
    {
        Save(TwoImages);
        using (var file = File.Create(_bench["x.tar.gz"]))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(_bench["x.tar"]));
        Assert.Empty(await ListAsync(TransportNames.DockerArchive, "x.tar.gz"));
        Assert.Empty(await ListAsync(TransportNames.OciArchive, "x.tar.gz"));
    }

    [Fact]
    public async Task Leave_nothing_behind()
    {
        Save(TwoImages);
        await ListAsync(TransportNames.DockerArchive, "x.tar");
        Assert.Equal(["x.tar"], _bench.Entries);
    }

    [Fact]
    public async Task Are_refused_of_what_holds_none()
    {
        Save("[");
        await AssertFailsAsync(DiffahErrors.InvalidManifest, () => ListAsync(TransportNames.DockerArchive, "x.tar"));
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => ListAsync(TransportNames.OciArchive, "x.tar"));
        await AssertFailsAsync(DiffahErrors.FileNotFound, () => ListAsync(TransportNames.DockerArchive, "none.tar"));
        await AssertFailsAsync(DiffahErrors.FileNotFound, () => ListAsync(TransportNames.OciLayout, "none"));
        await AssertFailsAsync(DiffahErrors.InvalidArgument, () => ListAsync(TransportNames.Directory, "x"));
    }

    private void Save(string manifest) => new TarBuilder().File("manifest.json", manifest).Save(_bench["x.tar"]);

    private Task<IReadOnlyList<string>> ListAsync(string transport, string name) =>
        new ListImages(TransportCatalog.Default).RunAsync(_bench.Reference(transport, name), default);
}
