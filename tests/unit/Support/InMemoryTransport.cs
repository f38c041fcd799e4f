using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>A transport that keeps images in memory, by path. It holds every kind of manifest.</summary>
/// <param name="name">The transport's name.</param>
internal sealed class InMemoryTransport(string name = TransportNames.Directory) : IImageTransport
{
    private sealed record Stored(RawManifest Root, ImmutableDictionary<Digest, RawManifest> Nested, ImmutableDictionary<Digest, byte[]> Blobs);

    private readonly ConcurrentDictionary<string, Stored> _images = new();

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.Find(name)!;

    /// <summary>Bytes of blobs opened so far, by digest: how many times each.</summary>
    public ConcurrentDictionary<Digest, int> Opened { get; } = new();

    /// <summary>A manifest that destinations lose; null for none.</summary>
    public Digest? Forgets { get; init; }

    /// <summary>True where an image is visible at a path.</summary>
    public bool Has(string path) => _images.ContainsKey(path);

    /// <summary>Puts an image there.</summary>
    public void Add(string path, SampleImage image) => _images[path] = new Stored(image.Manifest, ImmutableDictionary<Digest, RawManifest>.Empty, image.Blobs);

    /// <summary>Puts images under an index there.</summary>
    public void Add(string path, RawManifest index, params SampleImage[] images) =>
        Add(path, index, images.Select(i => i.Manifest), images.SelectMany(i => i.Blobs).DistinctBy(b => b.Key).ToImmutableDictionary());

    /// <summary>Puts an index and what is below it there.</summary>
    public void Add(string path, RawManifest index, IEnumerable<RawManifest> children, ImmutableDictionary<Digest, byte[]> blobs) =>
        _images[path] = new Stored(index, children.ToImmutableDictionary(c => c.Digest), blobs);

    /// <summary>Takes a blob away, or puts other bytes in its place.</summary>
    public void Damage(string path, Digest blob, byte[]? content) =>
        _images[path] = _images[path] with { Blobs = content is null ? _images[path].Blobs.Remove(blob) : _images[path].Blobs.SetItem(blob, content) };

    /// <inheritdoc/>
    public Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IImageSource>(_images.TryGetValue(reference.Path!, out var stored)
            ? new Source(this, reference, stored)
            : throw new DiffahException(DiffahErrors.FileNotFound, $"There is nothing at {reference}."));
    }

    /// <inheritdoc/>
    public Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return !overwrite && Has(reference.Path!)
            ? throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.")
            : Task.FromResult<IImageDestination>(new Destination(this, reference));
    }

    private sealed class Source(InMemoryTransport owner, ImageReference reference, Stored stored) : IImageSource
    {
        public ImageReference Reference => reference;

        public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (digest is not { } wanted || wanted == stored.Root.Digest)
                return Task.FromResult(stored.Root);
            return Task.FromResult(stored.Nested.GetValueOrDefault(wanted) ?? throw Missing(wanted));
        }

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            owner.Opened.AddOrUpdate(blob.Digest, 1, (_, n) => n + 1);
            return Task.FromResult<Stream>(new MemoryStream(stored.Blobs.GetValueOrDefault(blob.Digest) ?? throw Missing(blob.Digest), writable: false));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private DiffahException Missing(Digest digest) => new(DiffahErrors.BlobMissing, $"{digest} is not in {reference}.");
    }

    private sealed class Destination(InMemoryTransport owner, ImageReference reference) : IImageDestination
    {
        private readonly Dictionary<Digest, byte[]> _blobs = [];
        private readonly Dictionary<Digest, RawManifest> _children = [];
        private RawManifest? _manifest;
        private Stored? _staged;

        public ImageReference Reference => reference;

        public IImageTransport Transport => owner;

        public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(_blobs.ContainsKey(blob.Digest));

        public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
        {
            using var buffer = new MemoryStream();
            await content.CopyToAsync(buffer, null, cancellationToken);
            if (buffer.Length != blob.Size)
                throw new DiffahException(DiffahErrors.SizeMismatch, $"{blob.Digest} came to {buffer.Length} bytes.");
            _blobs[blob.Digest] = buffer.ToArray();
        }

        public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (manifest.Digest != owner.Forgets)
                _children[manifest.Digest] = manifest;
            return Task.CompletedTask;
        }

        public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _manifest = manifest;
            return Task.CompletedTask;
        }

        public Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
        {
            _staged = Written;
            return Task.FromResult<IImageSource?>(new Source(owner, reference, _staged));
        }

        public Task CommitAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            owner._images[reference.Path!] = _staged ?? throw new InvalidOperationException("Nothing is staged.");
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Stored Written => new(_manifest ?? throw new InvalidOperationException("There is no manifest."), _children.ToImmutableDictionary(), _blobs.ToImmutableDictionary());
    }
}
