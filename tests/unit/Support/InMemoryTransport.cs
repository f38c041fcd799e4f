using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>
/// The one transport of the tests, and a catalog that has it alone: it keeps images in memory, by path, and holds every
/// kind of manifest. It counts what is opened, knows what was not closed, and lets a test get in between. The
/// conformance tests run over it too.
/// </summary>
/// <param name="name">The transport's name.</param>
internal sealed class InMemoryTransport(string name = TransportNames.Directory) : IImageTransport, ITransportCatalog
{
    private sealed record Stored(
        RawManifest Root, ImmutableDictionary<Digest, RawManifest> Nested, ImmutableDictionary<Digest, byte[]> Blobs);

    private readonly ConcurrentDictionary<string, Stored> _images = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Digest, int> _opened = new();
    private readonly ConcurrentDictionary<string, int> _sources = new(StringComparer.Ordinal);
    private int _manifestsRead;
    private int _open;

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.Find(name)!;

    /// <summary>How often each blob was opened.</summary>
    public IReadOnlyDictionary<Digest, int> Opened => _opened;

    /// <summary>How often each image was opened for reading, by its path.</summary>
    public IReadOnlyDictionary<string, int> Sources => _sources;

    /// <summary>How many manifests were read.</summary>
    public int ManifestsRead => _manifestsRead;

    /// <summary>Sources and destinations that were not closed.</summary>
    public int Open => _open;

    /// <summary>The names of all images: the last parts of their paths.</summary>
    public IEnumerable<string> Names => _images.Keys.Select(k => Path.GetFileName(k));

    /// <summary>A manifest that destinations lose; null for none.</summary>
    public Digest? Forgets { get; init; }

    /// <summary>Called before an image becomes visible; may throw.</summary>
    public Action<ImageReference>? BeforeCommit { get; set; }

    /// <summary>Called before a blob is opened; may throw, or give other bytes.</summary>
    public Func<Digest, byte[], Stream>? OpenBlob { get; set; }

    /// <summary>Where <see cref="Put"/> puts an image of that name, as a layout.</summary>
    public static ImageReference Reference(string image) =>
        ImageReference.Parse($"{TransportNames.OciLayout}:/memory/{image}");

    /// <inheritdoc/>
    public IImageTransport Get(ImageReference reference) => this;

    /// <summary>Puts an image under a name.</summary>
    public ImageReference Put(string image, MemoryImage content)
    {
        var reference = Reference(image);
        Add(reference.Path!, content.Raw, [], content.Blobs);
        return reference;
    }

    /// <summary>Puts an image where a reference says, be that a path, a registry or a store.</summary>
    public ImageReference PutAt(string reference, MemoryImage content)
    {
        var place = ImageReference.Parse(reference);
        Add(KeyOf(place), content.Raw, [], content.Blobs);
        return place;
    }

    /// <summary>The image under a name; null where none was committed.</summary>
    public MemoryImage? Find(string image) => _images.TryGetValue(Reference(image).Path!, out var stored)
        ? new MemoryImage(stored.Root.Bytes.ToArray(), stored.Root.MediaType, stored.Blobs)
        : null;

    /// <summary>Takes the image under a name away.</summary>
    public void Remove(string image) => _images.TryRemove(Reference(image).Path!, out _);

    /// <summary>Forgets what was counted so far.</summary>
    public void ForgetCounts()
    {
        _opened.Clear();
        _sources.Clear();
        _manifestsRead = 0;
    }

    private static string KeyOf(ImageReference reference) => reference.Path ?? reference.ToString();

    /// <summary>True where an image is visible at a path.</summary>
    public bool Has(string path) => _images.ContainsKey(path);

    /// <summary>Puts an image at a path.</summary>
    public void Add(string path, SampleImage image) => Add(path, image.Manifest, [], image.Blobs);

    /// <summary>Puts an index and what is below it at a path.</summary>
    public void Add(
        string path, RawManifest root, IEnumerable<RawManifest> children, ImmutableDictionary<Digest, byte[]> blobs) =>
        _images[path] = new Stored(root, children.ToImmutableDictionary(c => c.Digest), blobs);

    /// <summary>Takes a blob away, or puts other bytes in its place.</summary>
    public void Damage(string path, Digest blob, byte[]? content)
    {
        var stored = _images[path];
        _images[path] = stored with
        {
            Blobs = content is null ? stored.Blobs.Remove(blob) : stored.Blobs.SetItem(blob, content),
        };
    }

    /// <inheritdoc/>
    public Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_images.TryGetValue(KeyOf(reference), out var stored))
            throw new DiffahException(
                reference.IsFile ? DiffahErrors.FileNotFound : DiffahErrors.ImageNotFound,
                $"{reference} does not exist.");
        _sources.AddOrUpdate(KeyOf(reference), 1, (_, count) => count + 1);
        return Task.FromResult<IImageSource>(new Source(this, reference, stored));
    }

    /// <inheritdoc/>
    public Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return !overwrite && Has(reference.Path!)
            ? throw new DiffahException(DiffahErrors.DestinationExists, $"{reference} exists already.")
            : Task.FromResult<IImageDestination>(new Destination(this, reference));
    }

    /// <summary>What is open until it is closed, once.</summary>
    private abstract class Handle : IAsyncDisposable
    {
        private readonly InMemoryTransport _owner;
        private int _closed;

        protected Handle(InMemoryTransport owner)
        {
            _owner = owner;
            Interlocked.Increment(ref owner._open);
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                Interlocked.Decrement(ref _owner._open);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Source(InMemoryTransport owner, ImageReference reference, Stored stored)
        : Handle(owner), IImageSource
    {
        private readonly InMemoryTransport _owner = owner;

        public ImageReference Reference => reference;

        public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _owner._manifestsRead);
            return Task.FromResult(digest is not { } wanted || wanted == stored.Root.Digest
                ? stored.Root
                : stored.Nested.GetValueOrDefault(wanted) ?? throw Missing(wanted));
        }

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _owner._opened.AddOrUpdate(blob.Digest, 1, (_, count) => count + 1);
            var bytes = stored.Blobs.GetValueOrDefault(blob.Digest) ?? throw Missing(blob.Digest);
            return Task.FromResult(
                _owner.OpenBlob?.Invoke(blob.Digest, bytes) ?? new MemoryStream(bytes, writable: false));
        }

        private DiffahException Missing(Digest digest) =>
            new(DiffahErrors.BlobMissing, $"{digest} is not in {reference}.");
    }

    private sealed class Destination(InMemoryTransport owner, ImageReference reference)
        : Handle(owner), IImageDestination
    {
        private readonly InMemoryTransport _owner = owner;
        private readonly Dictionary<Digest, byte[]> _blobs = [];
        private readonly Dictionary<Digest, RawManifest> _children = [];
        private RawManifest? _manifest;
        private Stored? _staged;

        public ImageReference Reference => reference;

        public IImageTransport Transport => _owner;

        public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
            Task.FromResult(_blobs.ContainsKey(blob.Digest));

        public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
        {
            using var buffer = new MemoryStream();
            await content.CopyToAsync(buffer, null, cancellationToken);
            if (buffer.Length != blob.Size)
                throw new DiffahException(
                    DiffahErrors.SizeMismatch, $"{blob.Digest} came to {buffer.Length} bytes.");
            _blobs[blob.Digest] = buffer.ToArray();
        }

        public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (manifest.Digest != _owner.Forgets)
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
            cancellationToken.ThrowIfCancellationRequested();
            _staged = Written;
            return Task.FromResult<IImageSource?>(new Source(_owner, reference, _staged));
        }

        public Task CommitAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var staged = _staged ?? throw new InvalidOperationException("Nothing is staged.");
            _owner.BeforeCommit?.Invoke(reference);
            _owner._images[reference.Path!] = staged;
            return Task.CompletedTask;
        }

        private Stored Written => new(
            _manifest ?? throw new InvalidOperationException("There is no manifest."),
            _children.ToImmutableDictionary(), _blobs.ToImmutableDictionary());
    }
}
