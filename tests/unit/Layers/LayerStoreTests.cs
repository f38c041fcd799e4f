using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Layers;

public sealed class LayerStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;
    private readonly LayerStore _store;
    private int _opened;

    public LayerStoreTests()
    {
        _work = new WorkDirectory(_folder.Path);
        _store = new LayerStore(_work, new DecompressionBounds());
    }

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task Blob_content_and_map_are_made_from_one_reading(CompressionKind compression)
    {
        var plain = LayerBytes.Tar(("a", Bytes.Text(1, 5000)), ("b", Bytes.Random(2, 300)));
        var stored = plain.As(compression).Stored;
        var layer = Layer(stored, plain.DiffId);
        var (blob, path, map) = (await _store.BlobAsync(layer, null, default),
            (await _store.ContentAsync(layer, default)).Path, await _store.MapAsync(layer, null, default));
        Assert.Equal(stored, await File.ReadAllBytesAsync(blob.Path));
        Assert.Equal(plain.Stored, await File.ReadAllBytesAsync(path));
        Assert.Equal(compression == CompressionKind.None, path == blob.Path);
        Assert.Equal([300L, 5000L], map!.Contents.Values.Order());
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task Many_who_ask_at_the_same_time_get_the_same()
    {
        var plain = LayerBytes.Tar(("a", Bytes.Random(1, 200_000)));
        var layer = Layer(LayerBytes.Gzip(plain.Stored), plain.DiffId);
        var maps = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => _store.MapAsync(layer, null, default))));
        var contents = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => _store.ContentAsync(layer, default))));
        Assert.Single(maps.Distinct());
        Assert.Single(contents.Distinct());
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task A_blob_that_is_not_what_its_digest_says_is_refused()
    {
        var bytes = Bytes.Random(1, 1000);
        var layer = new Layer(new Descriptor("layer", Digest.Compute([1]), bytes.Length), null,
            _ => Task.FromResult<Stream>(new MemoryStream(bytes)));
        var error = await Assert.ThrowsAsync<DiffahException>(() => _store.MapAsync(layer, null, default));
        Assert.Equal(DiffahErrors.DigestMismatch, error.Error);
    }

    [Fact]
    public async Task Damaged_compression_has_no_content()
    {
        var gzip = LayerBytes.Gzip(LayerBytes.Tar(("a", Bytes.Random(1, 50_000))).Stored);
        gzip.AsSpan(20_000, 2000).Fill(0xFF);
        var error = await Assert.ThrowsAsync<DiffahException>(() => _store.ContentAsync(Layer(gzip, null), default));
        Assert.Equal(DiffahErrors.InvalidImage, error.Error);
    }

    [Fact]
    public async Task A_layer_that_grows_too_large_is_refused_wherever_it_is_read()
    {
        var store = new LayerStore(_work, new DecompressionBounds(40_000));
        var gzip = LayerBytes.Gzip(LayerBytes.Tar(("a", Bytes.Random(1, 50_000))).Stored);
        var map = await Assert.ThrowsAsync<DiffahException>(() => store.MapAsync(Layer(gzip, null), null, default));
        var content = await Assert.ThrowsAsync<DiffahException>(() => store.ContentAsync(Layer(gzip, null), default));
        Assert.Equal((DiffahErrors.ContentTooLarge, DiffahErrors.ContentTooLarge), (map.Error, content.Error));
    }

    [Fact]
    public async Task A_compression_that_is_not_read_has_no_map_and_is_named_where_content_is_asked_for()
    {
        byte[] lz4 = [0x04, 0x22, 0x4D, 0x18, .. Bytes.Random(1, 1000)];
        Assert.Null(await _store.MapAsync(Layer(lz4, null), null, default));
        var error = await Assert.ThrowsAsync<DiffahException>(() => _store.ContentAsync(Layer(lz4, null), default));
        Assert.Equal(DiffahErrors.CompressionUnknown, error.Error);
        Assert.Contains("lz4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_is_found_by_blob_and_by_content()
    {
        var (plain, other) = (LayerBytes.Tar(("a", [1])), LayerBytes.Tar(("b", [2])));
        var gzip = Layer(LayerBytes.Gzip(plain.Stored), plain.DiffId);
        var view = new BaselineView([gzip, Layer(other.Stored, null), gzip], _store);
        Assert.Equal(2, view.Layers.Length);
        Assert.Same(gzip, view.FindBlob(gzip.Digest));
        Assert.Same(gzip, view.FindContent(plain.DiffId));
        Assert.Null(view.FindBlob(plain.DiffId));
        Assert.Null(view.FindContent(other.DiffId));
    }

    private Layer Layer(byte[] stored, Digest? diffId) =>
        new(new Descriptor("layer", Digest.Compute(stored), stored.Length), diffId, _ =>
        {
            Interlocked.Increment(ref _opened);
            return Task.FromResult<Stream>(new MemoryStream(stored));
        });
}
