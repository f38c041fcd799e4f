using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Tar;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>
/// An image of a Docker archive. Layers go by the digests of their plain tars, whatever they are stored as.
/// </summary>
internal sealed class DockerArchiveSource : INamedSource, ISketchedSource
{
    private readonly TarFile _tar;
    private readonly byte[] _config;
    private readonly IReadOnlyList<(Digest Id, PlainLayer Layer)> _layers;
    private readonly Dictionary<Digest, PlainLayer> _byId = [];
    private readonly Digest _configDigest;
    private readonly Lock _gate = new();
    private Task<RawManifest>? _manifest;

    private DockerArchiveSource(
        ImageReference reference, TarFile tar, byte[] config, IReadOnlyList<(Digest Id, PlainLayer Layer)> layers)
    {
        (Reference, _tar, _config, _layers) = (reference, tar, config, layers);
        _configDigest = Digest.Compute(config);
        foreach (var (id, layer) in layers)
            _byId.TryAdd(id, layer);
    }

    /// <inheritdoc/>
    public ImageReference Reference { get; }

    /// <inheritdoc/>
    public ImageTitle Title { get; private init; } = ImageTitle.None;

    /// <summary>Opens an image of an archive that may lie under another name than its reference says.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="path">Absolute path of the archive.</param>
    /// <param name="context">What may be used.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage, InvalidManifest, ImageNotFound, AmbiguousImage,
    /// BlobMissing.</exception>
    public static async Task<DockerArchiveSource> OpenAsync(
        ImageReference reference, string path, TransportContext context, CancellationToken cancellationToken)
    {
        var tar = await TarFile.OpenAsync(path, reference.Shown, context, cancellationToken);
        try
        {
            var saved = SavedImageChoice.Choose(await ReadSavedAsync(tar, reference, cancellationToken), reference);
            var config = await ReadConfigAsync(tar, saved, reference, cancellationToken);
            var layers = await OpenLayersAsync(
                tar, saved, ImageConfig.Parse(config), reference, context, cancellationToken);
            return new DockerArchiveSource(
                reference, tar, config, layers)
            { Title = ImageTitle.Parse(reference.FullName?.ToString() ?? saved.FullName(reference)) };
        }
        catch
        {
            tar.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    // The manifest has the sizes of plain tars in it, which nothing in the archive says of compressed ones.
    public IImageSource? Sketch => _layers.Any(l => l.Layer.IsCompressed)
        ? new SketchedImage(this, Make([.. _layers.Select(l => l.Layer.StoredSize)]))
        : null;

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<RawManifest> making;
        lock (_gate)
            making = _manifest ??= MakeAsync(cancellationToken);
        var manifest = await making;
        return digest is { } wanted && wanted != manifest.Digest
            ? throw TransportErrors.BlobMissing(wanted, Reference)
            : manifest;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _byId.TryGetValue(blob.Digest, out var layer) ? await layer.OpenAsync(cancellationToken)
            : blob.Digest == _configDigest ? new MemoryStream(_config, writable: false)
            : throw TransportErrors.BlobMissing(blob.Digest, Reference);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _tar.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RawManifest> MakeAsync(CancellationToken cancellationToken)
    {
        var sizes = new long[_layers.Count];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = await _layers[i].Layer.SizeAsync(cancellationToken);
        var manifest = Make(sizes);
        if (DockerArchiveTransport.DigestOf(Reference) is { } digest && !digest.IsOf(manifest.Bytes.Span))
            throw new DiffahException(DiffahErrors.ImageNotFound,
                $"The image '{Reference.Name}' of '{Reference.Shown}' has the digest {manifest.Digest}.");
        return manifest;
    }

    private RawManifest Make(long[] sizes) => SynthesizedManifest.Make(
        (_configDigest, _config.Length), _layers.Zip(sizes, (l, size) => (l.Id, size)));

    /// <summary>The images of an archive.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="reference">What error messages name.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">InvalidImage, InvalidManifest.</exception>
    internal static async Task<ImmutableArray<SavedImage>> ReadSavedAsync(
        TarFile tar, ImageReference reference, CancellationToken cancellationToken)
    {
        using var stream = tar.TryOpen(SavedImage.FileName)
            ?? throw new DiffahException(
                DiffahErrors.InvalidImage, $"'{reference.Shown}' has no manifest.json, so it is no Docker archive.",
                "Check the transport: an archive with an index.json is oci-archive:.");
        var bytes = await stream.ReadBoundedAsync(
            RawManifest.MaximumSize, $"The manifest.json of '{reference.Shown}'", cancellationToken);
        return SavedImage.ParseAll(bytes);
    }

    private static async Task<byte[]> ReadConfigAsync(
        TarFile tar, SavedImage saved, ImageReference reference, CancellationToken cancellationToken)
    {
        using var stream = tar.TryOpen(TarPath.Normalize(saved.Config))
            ?? throw new DiffahException(
                DiffahErrors.BlobMissing, $"The configuration '{saved.Config}' is not in '{reference.Shown}'.");
        return await stream.ReadBoundedAsync(
            ImageConfig.MaximumSize, $"The configuration '{saved.Config}' of '{reference.Shown}'", cancellationToken);
    }

    private static async Task<List<(Digest Id, PlainLayer Layer)>> OpenLayersAsync(
        TarFile tar, SavedImage saved, ImageConfig config, ImageReference reference, TransportContext context,
        CancellationToken cancellationToken)
    {
        if (config.DiffIds.Length != saved.Layers.Length)
            throw new DiffahException(DiffahErrors.InvalidImage,
                $"The image in '{reference.Shown}' has {saved.Layers.Length} layers, "
                    + $"and its configuration lists {config.DiffIds.Length}.");
        var byId = new Dictionary<Digest, PlainLayer>();
        foreach (var (entry, id) in saved.Layers.Zip(config.DiffIds))
        {
            if (!byId.ContainsKey(id))
                byId.Add(id, await PlainLayer.FindAsync(tar, entry, id, reference, context, cancellationToken));
        }
        return [.. config.DiffIds.Select(id => (id, byId[id]))];
    }
}
