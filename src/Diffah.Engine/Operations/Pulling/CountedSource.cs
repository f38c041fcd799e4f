using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// Counts what is fetched of an image's source, and of what refers to the image. What was read of the image when it was
/// opened is not fetched again.
/// </summary>
/// <param name="source">The source; not owned.</param>
internal sealed class CountedSource(IImageSource source) : IReferrerSource, IRangeSource
{
    private readonly Dictionary<Digest, ReadOnlyMemory<byte>> _known = [];
    private long _bytes;

    /// <summary>Bytes of blobs and manifests that were fetched.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public ImageReference Reference => source.Reference;

    /// <inheritdoc/>
    public int ManifestsAtATime => source.ManifestsAtATime;

    /// <summary>Remembers manifest and configuration of an image; before anything else is asked for.</summary>
    /// <param name="image">The image.</param>
    public void Remember(Image image)
    {
        _known[image.Manifest.Digest] = image.Manifest.Raw.Bytes;
        if (image.ConfigBytes is { } config)
            _known[image.Manifest.Config.Digest] = config;
    }

    /// <summary>True for what was read already.</summary>
    /// <param name="blob">Its descriptor.</param>
    public bool Remembers(Descriptor blob) => _known.ContainsKey(blob.Digest);

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        var manifest = await source.GetManifestAsync(digest, cancellationToken);
        Count(manifest.Bytes.Length);
        return manifest;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _known.TryGetValue(blob.Digest, out var known) ? new MemoryStream(known.ToArray(), writable: false)
            : new CountingReadStream(await source.OpenBlobAsync(blob, cancellationToken), Count);

    /// <inheritdoc/>
    public async Task<Stream?> OpenRestAsync(Descriptor blob, long from, CancellationToken cancellationToken) =>
        source is IRangeSource ranges && await ranges.OpenRestAsync(blob, from, cancellationToken) is { } rest
            ? new CountingReadStream(rest, Count)
            : null;

    /// <inheritdoc/>
    public Task<ImmutableArray<Referrer>> ListReferrersAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        source is IReferrerSource referrers
            ? referrers.ListReferrersAsync(subject, artifactType, cancellationToken)
            : Task.FromResult(ImmutableArray<Referrer>.Empty);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
