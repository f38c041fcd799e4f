using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Copying;

/// <summary>A source that makes blobs makes what the next needs while one is written.</summary>
public sealed class BlobsAheadTests : IDisposable
{
    private readonly InMemoryTransport _transport = new();
    private readonly SampleImage _image = SampleImage.Oci(1);
    private readonly PreparingSource _source;

    public BlobsAheadTests()
    {
        var reference = InMemoryTransport.Reference("from");
        _transport.Add(reference.Path!, _image);
        _source = new PreparingSource(
            _transport.OpenSourceAsync(reference, null!, default).GetAwaiter().GetResult());
    }

    public void Dispose() => _source.Dispose();

    private Digest[] Layers => [.. ImageManifest.Parse(_image.Manifest).Layers.Select(l => l.Digest)];

    [Fact]
    public async Task The_next_layer_is_prepared_before_the_one_before_is_read()
    {
        _source.BeforeRead = digest =>
        {
            var next = Array.IndexOf(Layers, digest) + 1;
            if (next is > 0 && next < Layers.Length)
                Assert.True(SpinWait.SpinUntil(
                    () => _source.Prepared.Contains(Layers[next]), TimeSpan.FromSeconds(30)));
        };
        await CopyAsync();
        Assert.Equal(Layers[1..], _source.Prepared.Where(Layers.Contains));
    }

    [Fact]
    public async Task What_goes_wrong_ahead_is_told_where_the_blob_is_opened()
    {
        _source.Fails = true;
        await CopyAsync();
        Assert.Equal(Layers[1..], _source.Prepared.Where(Layers.Contains));
    }

    [Fact]
    public async Task What_the_destination_has_is_not_prepared()
    {
        await using var destination = await DestinationAsync();
        var blob = ImageManifest.Parse(_image.Manifest).Layers[1];
        await destination.PutBlobAsync(blob, await _source.OpenBlobAsync(blob, default), default);
        await using (var ahead = new BlobsAhead(_source, destination))
        {
            await ahead.BeginAsync(blob, default);
            await ahead.BeginAsync(null, default);
        }
        Assert.Empty(_source.Prepared);
    }

    private async Task CopyAsync()
    {
        await using var destination = await DestinationAsync();
        var tree = await ImageTree.OpenAsync(_source, default);
        await ImageCopier.CopyAsync(tree, destination, EventSink.None, default);
        Assert.NotNull(_transport.Find("to"));
    }

    private Task<IImageDestination> DestinationAsync() =>
        _transport.OpenDestinationAsync(InMemoryTransport.Reference("to"), true, null!, default);

    /// <summary>A source of blobs that says what was prepared.</summary>
    private sealed class PreparingSource(IImageSource blobs) : IContentImageSource, IDisposable
    {
        public ConcurrentQueue<Digest> Prepared { get; } = new();

        public Action<Digest>? BeforeRead { get; set; }

        public bool Fails { get; set; }

        public ImageReference Reference => blobs.Reference;

        public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken) =>
            blobs.GetManifestAsync(digest, cancellationToken);

        public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
        {
            var content = await blobs.OpenBlobAsync(blob, cancellationToken);
            return new CallbackStream(content, 0, () => BeforeRead?.Invoke(blob.Digest));
        }

        public Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken) =>
            Task.FromResult<SpooledBlob?>(null);

        public Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken)
        {
            Prepared.Enqueue(blob.Digest);
            return Fails ? throw new DiffahException(DiffahErrors.PatchInvalid, "It is damaged.") : Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => blobs.DisposeAsync();

        public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
