using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.OciLayout;

/// <summary>An image of an OCI layout, wherever the layout's files are.</summary>
internal sealed class OciLayoutSource : INamedSource, IReferrerSource
{
    private readonly Func<string, Stream?> _tryOpen;
    private readonly IDisposable? _owned;
    private readonly LayoutChoice _root;
    private readonly LayoutReferrers _referrers;
    private readonly ConcurrentDictionary<Digest, Descriptor> _known = new();

    private OciLayoutSource(
        ImageReference reference, LayoutIndex index, Func<string, Stream?> tryOpen, IDisposable? owned)
    {
        (Reference, _tryOpen, _owned) = (reference, tryOpen, owned);
        _root = index.Choose(reference);
        _referrers = new LayoutReferrers(this, index.Entries);
        Remember(index.Entries);
    }

    /// <inheritdoc/>
    public ImageReference Reference { get; }

    /// <inheritdoc/>
    // The name in a layout is whatever its writer made of it: a tag, or a whole name.
    public ImageTitle Title => _root.Entry?.RefName is not { } name ? ImageTitle.None
        : name.AsSpan().ContainsAny(':', '/') ? ImageTitle.Parse(name)
        : new ImageTitle(null, name);

    /// <summary>Opens an image by the layout's own index.json.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="tryOpen">Opens a file of the layout by its name; gives null where there is none.</param>
    /// <param name="owned">Disposed of with the source, and where opening fails; may be null.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">InvalidImage, InvalidManifest, ImageNotFound, AmbiguousImage.</exception>
    public static async Task<OciLayoutSource> OpenAsync(
        ImageReference reference, Func<string, Stream?> tryOpen, IDisposable? owned,
        CancellationToken cancellationToken)
    {
        try
        {
            var index = await RequireIndexAsync(reference, tryOpen, cancellationToken);
            return new OciLayoutSource(reference, index, tryOpen, owned);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>Opens an image by an index.json that is not in its place yet.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="index">The index.</param>
    /// <param name="tryOpen">Opens a file of the layout by its name.</param>
    public static OciLayoutSource OpenStaged(
        ImageReference reference, LayoutIndex index, Func<string, Stream?> tryOpen) =>
        new(reference, index, tryOpen, null);

    /// <summary>The names of a layout's images.</summary>
    /// <param name="reference">The layout.</param>
    /// <param name="tryOpen">Opens a file of the layout by its name.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">InvalidImage, InvalidManifest.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(
        ImageReference reference, Func<string, Stream?> tryOpen, CancellationToken cancellationToken) =>
        [.. (await RequireIndexAsync(reference, tryOpen, cancellationToken)).Entries.Select(e => e.RefName)
            .OfType<string>()];

    /// <summary>Reads a layout's index.json; null where there is none.</summary>
    /// <param name="reference">The layout.</param>
    /// <param name="tryOpen">Opens a file of the layout by its name.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static async Task<LayoutIndex?> ReadIndexAsync(
        ImageReference reference, Func<string, Stream?> tryOpen, CancellationToken cancellationToken)
    {
        if (tryOpen(LayoutPaths.Index) is not { } stream)
            return null;
        var raw = await ManifestReader.ReadAsync(
            stream, null, null, $"The index.json of '{reference.Shown}'", cancellationToken);
        return new LayoutIndex(raw);
    }

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        if (_root.Index is { } index && (digest is null || digest == index.Digest))
            return index;
        var wanted = digest ?? _root.Entry!.Digest;
        var stream = _tryOpen(LayoutPaths.Blob(wanted)) ?? throw TransportErrors.BlobMissing(wanted, Reference);
        var raw = await ManifestReader.ReadAsync(
            stream, wanted, _known.GetValueOrDefault(wanted), $"Manifest {wanted} of {Reference}", cancellationToken);
        if (MediaTypes.IsIndex(raw.MediaType))
            Remember(ImageIndex.Parse(raw).Manifests);
        return raw;
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(
            _tryOpen(LayoutPaths.Blob(blob.Digest)) ?? throw TransportErrors.BlobMissing(blob.Digest, Reference));
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<Referrer>> ListReferrersAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        _referrers.ListAsync(subject, artifactType, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _owned?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<LayoutIndex> RequireIndexAsync(
        ImageReference reference, Func<string, Stream?> tryOpen, CancellationToken cancellationToken) =>
        await ReadIndexAsync(reference, tryOpen, cancellationToken)
            ?? throw new DiffahException(
                DiffahErrors.InvalidImage, $"'{reference.Shown}' has no index.json, so it is no OCI image layout.",
                "Check the transport: a docker save archive is docker-archive:, "
                    + "a skopeo folder with a version file is dir:.");

    // So that size and media type of a nested manifest are checked against what points at it.
    private void Remember(IEnumerable<Descriptor> descriptors)
    {
        foreach (var descriptor in descriptors)
            _known.TryAdd(descriptor.Digest, descriptor);
    }
}
