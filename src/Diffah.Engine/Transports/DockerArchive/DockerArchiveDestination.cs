using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>
/// Writes an image as skopeo does: configuration and plain layers under their digests, manifest.json last.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="reference">Where to.</param>
/// <param name="repositoryTag">The image's full name; null where it gets none.</param>
/// <param name="output">The tar; owned.</param>
/// <param name="context">What may be used.</param>
internal sealed class DockerArchiveDestination(
    IImageTransport transport, ImageReference reference, string? repositoryTag, TarOutput output,
    TransportContext context) : IImageDestination
{
    private readonly Dictionary<Digest, string> _names = [];
    private ImageManifest? _manifest;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        Task.FromResult(_names.ContainsKey(blob.Digest));

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        var name = blob.Digest.Hex + (blob.MediaType.EndsWith("+json", StringComparison.Ordinal) ? ".json" : ".tar");
        await output.WriteAsync(name, content, blob.Size, cancellationToken);
        _names.TryAdd(blob.Digest, name);
    }

    /// <inheritdoc/>
    public Stream? TryOpenWritten(Descriptor blob) => output.TryOpen(Entry(blob));

    /// <inheritdoc/>
    public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken) =>
        throw TransportErrors.NotExact(transport.Traits.NoIndex);

    /// <inheritdoc/>
    public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MediaTypes.IsIndex(manifest.MediaType))
            throw TransportErrors.NotExact(transport.Traits.NoIndex);
        var parsed = ImageManifest.Parse(manifest);
        if (SynthesizedManifest.WhyDifferent(transport.Traits, parsed, null) is { } reason)
            throw TransportErrors.NotExact(reason);
        _manifest = parsed;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IImageSource?> StageAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to stage.");
        var saved = new SavedImage(
            Entry(manifest.Config), repositoryTag is null ? [] : [repositoryTag], [.. manifest.Layers.Select(Entry)]);
        await output.WriteAsync(SavedImage.FileName, saved.ToManifest(), cancellationToken);
        return await output.StageAsync(
            path => DockerArchiveSource.OpenAsync(reference, path, context, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task CommitAsync(CancellationToken cancellationToken) => output.CommitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();

    private string Entry(Descriptor blob) => _names.TryGetValue(blob.Digest, out var name)
        ? name
        : throw TransportErrors.BlobMissing(blob.Digest, reference);
}
