using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Deltas.Support;

/// <summary>A transport and catalog of images in memory, which counts what is opened and tells what was not closed.</summary>
internal sealed class MemoryImages : IImageTransport, ITransportCatalog
{
    private readonly ConcurrentDictionary<string, MemoryImage> _images = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Digest, int> _opened = new();
    private readonly ConcurrentDictionary<string, int> _sources = new(StringComparer.Ordinal);
    private int _manifestsRead;
    private int _open;

    public TransportTraits Traits => TransportTraits.OciLayout;

    public string? WhyNotExact(ImageReference reference, ManifestTree index) => "an image in memory is one image.";

    /// <summary>How often each blob was opened.</summary>
    public IReadOnlyDictionary<Digest, int> Opened => _opened;

    /// <summary>How often each image was opened for reading, by its path.</summary>
    public IReadOnlyDictionary<string, int> Sources => _sources;

    /// <summary>How many manifests were read.</summary>
    public int ManifestsRead => _manifestsRead;

    /// <summary>The names of all images.</summary>
    public IEnumerable<string> Names => _images.Keys.Select(k => Path.GetFileName(k));

    /// <summary>Called before an image becomes visible; may throw.</summary>
    public Action<ImageReference>? BeforeCommit { get; set; }

    /// <summary>Sources and destinations that were not closed.</summary>
    public int Open => _open;

    /// <summary>Called before a blob is opened; may throw, or give other bytes.</summary>
    public Func<Digest, byte[], Stream>? OpenBlob { get; set; }

    public IImageTransport Get(ImageReference reference) => this;

    public static ImageReference Reference(string name) => ImageReference.Parse($"oci:/memory/{name}");

    public ImageReference Put(string name, MemoryImage image)
    {
        var reference = Reference(name);
        _images[reference.Path!] = image;
        return reference;
    }

    /// <summary>The image under a name; null where none was committed.</summary>
    public MemoryImage? Find(string name) => _images.GetValueOrDefault(Reference(name).Path!);

    public void Remove(string name) => _images.TryRemove(Reference(name).Path!, out _);

    public void ForgetCounts()
    {
        _opened.Clear();
        _sources.Clear();
        _manifestsRead = 0;
    }

    public Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var image = _images.GetValueOrDefault(reference.Path!) ?? throw new DiffahException(DiffahErrors.FileNotFound, $"{reference} does not exist.");
        Interlocked.Increment(ref _open);
        _sources.AddOrUpdate(reference.Path!, 1, (_, count) => count + 1);
        return Task.FromResult<IImageSource>(new Source(this, reference, image));
    }

    public Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!overwrite && _images.ContainsKey(reference.Path!))
            throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.");
        Interlocked.Increment(ref _open);
        return Task.FromResult<IImageDestination>(new Destination(this, reference));
    }

    private sealed class Source(MemoryImages owner, ImageReference reference, MemoryImage image) : IImageSource
    {
        private int _closed;

        public ImageReference Reference => reference;

        public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref owner._manifestsRead);
            return digest is null || digest == image.Digest ? Task.FromResult(image.Raw) : throw Missing(digest.Value);
        }

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            owner._opened.AddOrUpdate(blob.Digest, 1, (_, count) => count + 1);
            var bytes = image.Blobs.TryGetValue(blob.Digest, out var found) ? found : throw Missing(blob.Digest);
            return Task.FromResult(owner.OpenBlob?.Invoke(blob.Digest, bytes) ?? new MemoryStream(bytes, writable: false));
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                Interlocked.Decrement(ref owner._open);
            return ValueTask.CompletedTask;
        }

        private DiffahException Missing(Digest digest) => new(DiffahErrors.BlobMissing, $"{reference} has no blob {digest}.");
    }

    private sealed class Destination(MemoryImages owner, ImageReference reference) : IImageDestination
    {
        private readonly Dictionary<Digest, byte[]> _blobs = [];
        private RawManifest? _manifest;
        private int _closed;

        public ImageReference Reference => reference;

        public IImageTransport Transport => owner;

        public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(_blobs.ContainsKey(blob.Digest));

        public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            _blobs[blob.Digest] = bytes.ToArray();
        }

        public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
        {
            _manifest = manifest;
            return Task.CompletedTask;
        }

        public Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref owner._open);
            return Task.FromResult<IImageSource?>(new Source(owner, reference, Written()));
        }

        public Task CommitAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            owner.BeforeCommit?.Invoke(reference);
            owner._images[reference.Path!] = Written();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                Interlocked.Decrement(ref owner._open);
            return ValueTask.CompletedTask;
        }

        private MemoryImage Written() => new(_manifest!.Bytes.ToArray(), _manifest.MediaType, _blobs.ToImmutableDictionary());
    }
}
