using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Transports.Folder;
using Diffah.Engine.Transports.OciLayout;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Conformance;

public sealed class OciArchiveIndexConformance : IndexConformance
{
    internal override IImageTransport Transport { get; } = new OciArchiveTransport();

    [Fact]
    public async Task A_list_of_Docker_images_is_refused()
    {
        var error = await TransportConformance.AssertFailsAsync(
            DiffahErrors.ConversionRefused, () => CopyAsync(SampleIndex.Docker(1)));
        Assert.Contains("index", error.Message, StringComparison.Ordinal);
        Assert.Contains("dir:, docker:// or containerd:", error.NextAction, StringComparison.Ordinal);
        Assert.Empty(Folder.Entries);
    }
}

public sealed class OciLayoutIndexConformance : IndexConformance
{
    internal override IImageTransport Transport { get; } = new OciLayoutTransport();
}

public sealed class DirectoryIndexConformance : IndexConformance
{
    internal override IImageTransport Transport { get; } = new FolderTransport();

    [Fact]
    public async Task A_list_of_Docker_images_is_held()
    {
        await CopyAsync(SampleIndex.Docker(1));
        await AssertHoldsAsync(SampleIndex.Docker(1));
    }

    [Fact]
    public async Task A_replaced_index_leaves_no_files()
    {
        await CopyAsync(SampleIndex.Oci(1));
        await CopyAsync(SampleIndex.Docker(1), overwrite: true);
        var index = SampleIndex.Docker(1);
        Assert.Equal(
            index.Blobs.Keys.Select(d => d.Hex).Concat(index.Children.Select(c => $"{c.Digest.Hex}.manifest.json"))
                .Concat(["manifest.json", "version"]).Order(StringComparer.Ordinal),
            Folder.Entries.Where(e => e != "index").Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal));
    }
}

public sealed class InMemoryIndexConformance : IndexConformance
{
    internal override IImageTransport Transport { get; } = new InMemoryTransport();
}

public sealed class DockerArchiveIndexTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_index_is_refused_before_anything_is_written()
    {
        await using (var source = await SampleIndex.Docker(1).In("/index")
            .OpenSourceAsync(ImageReference.Parse("dir:/index"), _bench.Context, default))
        {
            await using var destination = await _bench.CreateAsync(TransportNames.DockerArchive, "a.tar");
            var tree = await ImageTree.OpenAsync(source, default);
            var error = await TransportConformance.AssertFailsAsync(DiffahErrors.ConversionRefused,
                () => ImageCopier.CopyAsync(tree, destination, EventSink.None, default));
            Assert.Contains("dir:, docker:// or containerd:", error.NextAction, StringComparison.Ordinal);
            await TransportConformance.AssertFailsAsync(
                DiffahErrors.ConversionRefused, () => destination.PutManifestAsync(tree.Manifests.Root, default));
            await TransportConformance.AssertFailsAsync(DiffahErrors.ConversionRefused,
                () => destination.PutChildManifestAsync(tree.Manifests.Children[0], default));
        }
        Assert.Empty(_bench.Entries);
    }
}
