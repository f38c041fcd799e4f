using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Conformance;

/// <summary>What every transport must do that holds an index with its images.</summary>
public abstract class IndexConformance : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _work = new();
    private readonly WorkDirectory _workDirectory;

    protected IndexConformance() => _workDirectory = new WorkDirectory(_work.Path);

    internal TemporaryFolder Folder => _folder;

    internal abstract IImageTransport Transport { get; }

    internal virtual ImageReference Reference => ImageReference.Parse($"{Transport.Traits.Name}:{_folder["index"]}");

    private TransportContext Context => new(_workDirectory, EventSink.None);

    [SkippableFact]
    public async Task An_index_is_copied_with_all_that_is_below_it()
    {
        var index = SampleIndex.Oci(1);
        Assert.Equal(index.Blobs.Values.Sum(b => (long)b.Length) + index.ManifestBytes, await CopyAsync(index));
        await AssertHoldsAsync(index);
    }

    [SkippableFact]
    public async Task Every_image_of_it_can_be_opened()
    {
        var index = SampleIndex.Oci(1);
        await CopyAsync(index);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        foreach (var (platform, image) in new[] { ("linux/amd64", 0), ("linux/arm64", 1) })
            Assert.Equal(index.Images[image].Manifest.Digest,
                (await Image.OpenAsync(source, Platform.Parse(platform), default)).Manifest.Digest);
    }

    [SkippableFact]
    public async Task An_index_is_replaced_by_another_one()
    {
        await CopyAsync(SampleIndex.Oci(1));
        await CopyAsync(SampleIndex.Oci(5), overwrite: true);
        await AssertHoldsAsync(SampleIndex.Oci(5));
    }

    [SkippableFact]
    public async Task An_index_replaces_an_image_and_the_other_way_round()
    {
        var (index, image) = (SampleIndex.Oci(1), SampleImage.Oci(7));
        await CopyAsync(image);
        await CopyAsync(index, overwrite: true);
        await AssertHoldsAsync(index);
        await CopyAsync(image, overwrite: true);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await TransportConformance.AssertHoldsAsync(source, image);
    }

    [SkippableFact]
    public async Task What_is_there_already_is_not_written_again()
    {
        var index = SampleIndex.Oci(1);
        await using var source = await OpenAsync(index);
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        var image = index.Images[0];
        foreach (var blob in image.BlobDescriptors)
            await destination.PutBlobAsync(blob, new MemoryStream(image.Blobs[blob.Digest]), default);
        var copied = await ImageCopier.CopyAsync(
            await ImageTree.OpenAsync(source, default), destination, EventSink.None, default);
        Assert.Equal(
            index.Blobs.Where(b => !image.Blobs.ContainsKey(b.Key)).Sum(b => (long)b.Value.Length)
                + index.ManifestBytes, copied);
    }

    [SkippableFact]
    public async Task An_index_that_can_not_be_read_whole_is_not_published()
    {
        var index = SampleIndex.Oci(1);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.BlobMissing, () => CopyAsync(index, overwrite: false, index.Images[1].Layers[1].Digest));
        await Assert.ThrowsAsync<DiffahException>(() => Transport.OpenSourceAsync(Reference, Context, default));
        Assert.Empty(_folder.Entries);
    }

    public void Dispose()
    {
        _workDirectory.Dispose();
        _work.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Copies an index, perhaps without a blob that is missing at its source.</summary>
    private protected async Task<long> CopyAsync(SampleIndex index, bool overwrite = false, Digest? missing = null)
    {
        await using var source = await OpenAsync(index, missing);
        return await CopyAsync(await ImageTree.OpenAsync(source, default), overwrite);
    }

    private protected async Task AssertHoldsAsync(SampleIndex index)
    {
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        var tree = await ManifestTree.ReadAsync(source, default);
        Assert.Equal(index.Root.Bytes.ToArray(), tree.Root.Bytes.ToArray());
        Assert.Equal(index.Root.MediaType, tree.Root.MediaType);
        Assert.Equal(index.Children.Select(c => c.Digest), tree.Children.Select(c => c.Digest));
        foreach (var blob in tree.Layers.Concat(tree.Configs))
            Assert.Equal(index.Blobs[blob.Digest], await source.ReadBlobAsync(blob, int.MaxValue, default));
        Assert.Equal(index.Blobs.Count, tree.Layers.Length + tree.Configs.Length);
    }

    private Task<IImageSource> OpenAsync(SampleIndex index, Digest? missing = null)
    {
        var memory = index.In("/index");
        if (missing is { } blob)
            memory.Damage("/index", blob, null);
        return memory.OpenSourceAsync(ImageReference.Parse("dir:/index"), Context, default);
    }

    private async Task CopyAsync(SampleImage image, bool overwrite = false)
    {
        var memory = new InMemoryTransport();
        memory.Add("/image", image);
        await using var source = await memory.OpenSourceAsync(ImageReference.Parse("dir:/image"), Context, default);
        await CopyAsync(await ImageTree.OpenAsync(source, default), overwrite);
    }

    private async Task<long> CopyAsync(ImageTree tree, bool overwrite)
    {
        await using var destination = await Transport.OpenDestinationAsync(Reference, overwrite, Context, default);
        return await ImageCopier.CopyAsync(tree, destination, EventSink.None, default);
    }
}
