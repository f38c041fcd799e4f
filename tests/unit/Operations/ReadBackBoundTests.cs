using System.Collections.Immutable;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Producing;

namespace Diffah.Tests.Operations;

/// <summary>Two blobs are read back at the same time and no more, of images and of archives.</summary>
public sealed class ReadBackBoundTests : IDisposable
{
    private static readonly byte[][] Blobs = [.. Enumerable.Range(0, 8).Select(i => new[] { (byte)i })];

    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Of_an_image()
    {
        using var stop = new CancellationTokenSource();
        using var readBack = new BlobReadBack(new Destination(_gate), stop);
        var all = Task.Run(async () =>
        {
            foreach (var blob in Blobs)
                await readBack.BeginAsync(Describe(blob), EventSink.None.BeginPart("blob", "", 1));
            await readBack.FinishAsync();
        });
        await _gate.PassAsync(all, Blobs.Length);
    }

    [Fact]
    public async Task Of_an_archive()
    {
        using var archive = new ArchiveReader(new Store(_gate));
        await _gate.PassAsync(
            ArchiveReadBack.CheckAsync(
                archive, _ => throw new InvalidOperationException("stored whole"), "it", default), Blobs.Length);
    }

    private static Descriptor Describe(byte[] blob) => new("x", Digest.Compute(blob), blob.Length);

    private static byte[] Find(Digest digest) => Blobs.Single(b => Digest.Compute(b) == digest);

    /// <summary>Lets nobody read on before as many read as ever will at once.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly SemaphoreSlim _may = new(0);

        public async Task PassAsync(Task all, int count)
        {
            for (var done = 0; done < count; done += 2)
            {
                await ArriveAsync();
                await ArriveAsync();
                Assert.False(await _arrived.WaitAsync(TimeSpan.FromMilliseconds(20)));
                _may.Release(2);
            }
            await all.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            _arrived.Release();
            await _may.WaitAsync(cancellationToken);
        }

        public void Dispose()
        {
            _arrived.Dispose();
            _may.Dispose();
        }

        private async Task ArriveAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private sealed class GatedStream(Gate gate, byte[] bytes) : ForwardReadStream
    {
        private readonly MemoryStream _bytes = new(bytes);
        private bool _isPast;

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_isPast)
                await gate.WaitAsync(cancellationToken);
            _isPast = true;
            return _bytes.Read(buffer.Span);
        }
    }

    private sealed class Store(Gate gate) : IArchiveStore
    {
        public string Location => "/it";

        public ArchiveCompression Compression => ArchiveCompression.None;

        public long Bytes => 0;

        public ArchiveManifest Manifest { get; } = new("v1", "bundle", "t", "1", default, "linux/amd64",
            Blobs.ToImmutableSortedDictionary(
                b => Digest.Compute(b), b => new StoredBlob(b.Length, "x", b.Length)), []);

        public ReadOnlyMemory<byte> ManifestBytes => default;

        public long LengthOf(ArchivePart part) => Find(part.Digest).Length;

        public Stream Open(ArchivePart part, long offset, long length) => new GatedStream(gate, Find(part.Digest));

        public void Dispose() { }
    }

    private sealed class Destination(Gate gate) : IImageDestination
    {
        public ImageReference Reference { get; } = ImageReference.Parse("dir:/it");

        public IImageTransport Transport => throw new NotSupportedException();

        public Stream? TryOpenWritten(Descriptor blob) => new GatedStream(gate, Find(blob.Digest));

        public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IImageSource?> StageAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CommitAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
