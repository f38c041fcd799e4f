using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// Writes an image to an engine that keeps plain layers: a <c>docker load</c> that begins with the first layer and ends
/// with the commit. The layers at the image's base that Docker's own store has already are left out.
/// </summary>
/// <param name="transport">Whose it is.</param>
/// <param name="client">The engine.</param>
/// <param name="reference">Where to.</param>
/// <param name="context">What may be used.</param>
internal sealed class DaemonDestination(
    IImageTransport transport, EngineClient client, ImageReference reference, TransportContext context)
    : IContentDestination
{
    private readonly string _name = reference.FullName!.ToString();
    private ImageLoad? _load;
    private Image? _image;
    private string? _config;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <inheritdoc/>
    public TransportContext Context => context;

    private ImageLoad Load => _load ??= new ImageLoad(client, context.Events.For("transports"));

    /// <inheritdoc/>
    public async Task<IReadOnlySet<Digest>> ExpectAsync(Image image, CancellationToken cancellationToken)
    {
        _image = image;
        if (!(await client.GetKindAsync(cancellationToken)).TakesPartialLoads)
            return new HashSet<Digest>();
        var diffIds = image.Config.DiffIds;
        var held = 0;
        foreach (var other in await client.ListImagesAsync(cancellationToken))
        {
            if (held < diffIds.Length
                && await client.FindImageAsync(other.Id.ToString(), cancellationToken) is { } known)
                held = Math.Max(held, diffIds.Zip(known.DiffIds).TakeWhile(p => p.First == p.Second).Count());
        }
        // The engine finds a layer by all that is below it, so one that lies further up once more is sent.
        return diffIds.Take(held).Except(diffIds.Skip(held)).ToHashSet();
    }

    /// <inheritdoc/>
    public Task PutContentAsync(Digest diffId, Stream content, long size, CancellationToken cancellationToken) =>
        Load.Tar.WriteAsync(LayerName(diffId), content, size, cancellationToken);

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        _config = $"{blob.Digest.Hex}.json";
        await Load.Tar.WriteAsync(_config, content, blob.Size, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken) =>
        throw TransportErrors.NotExact(transport.Traits.NoIndex);

    /// <inheritdoc/>
    public Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IImageSource?> StageAsync(CancellationToken cancellationToken) => Task.FromResult<IImageSource?>(null);

    /// <inheritdoc/>
    // What names the image goes last: an engine that acts before a tar's end has nothing to act on.
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        var saved = new SavedImage(_config!, [_name], [.. _image!.Config.DiffIds.Select(LayerName)]);
        await Load.Tar.WriteAsync(SavedImage.FileName, saved.ToManifest(), cancellationToken);
        await Load.FinishAsync(cancellationToken);
        // The engine has compared the layers with the diff ids, and the id is the configuration's digest.
        await LoadedImage.RequireAsync(client, reference, Digest.Compute(_image.ConfigBytes!.Value.Span),
            _image.Config.DiffIds, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IImageSource?> OpenCommittedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IImageSource?>(null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _load?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string LayerName(Digest diffId) => $"{diffId.Hex}.tar";
}
