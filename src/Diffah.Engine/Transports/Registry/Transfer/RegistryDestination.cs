using System.Collections.Concurrent;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Api;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Referrers;

namespace Diffah.Engine.Transports.Registry.Transfer;

/// <summary>
/// An image on its way into a registry. Blobs are pushed unless the repository has them or another one of the registry
/// can lend them; the manifest comes last, and is what makes the image be there.
/// </summary>
internal sealed class RegistryDestination(
    IImageTransport transport, ImageReference reference, ImageName parsed, RegistryRepository repository,
    KnownBlobs known) : IReferrerDestination
{
    private readonly ConcurrentDictionary<Digest, bool> _present = new();
    private readonly ConcurrentDictionary<Digest, UploadSession> _opened = new();
    private readonly List<RawManifest> _children = [];
    private readonly ReferrerWriter _manifests = new(repository);
    private RawManifest? _manifest;

    /// <inheritdoc/>
    public ImageReference Reference => reference;

    /// <inheritdoc/>
    public IImageTransport Transport => transport;

    /// <inheritdoc/>
    public async Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        _present.ContainsKey(blob.Digest)
        || await IsThereAsync(blob.Digest, cancellationToken)
        || await CanBeLentAsync(blob.Digest, cancellationToken);

    /// <inheritdoc/>
    public async Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken)
    {
        if (_present.ContainsKey(blob.Digest))
            return;
        _opened.TryRemove(blob.Digest, out var opened);
        await new BlobUpload(
            repository, blob, content, $"blob {blob.Digest} of {reference}").RunAsync(opened, cancellationToken);
        _present[blob.Digest] = true;
    }

    /// <inheritdoc/>
    public Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _children.Add(manifest);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken)
    {
        _manifest = manifest;
        // Images know nothing of each other; a registry refuses an index whose images it does not have yet.
        var several = new ParallelOptions
        {
            MaxDegreeOfParallelism = transport.MaximumConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            _children.Where(c => !MediaTypes.IsIndex(c.MediaType)), several, async (c, ct) => await PutAsync(c, ct));
        foreach (var index in _children.Where(c => MediaTypes.IsIndex(c.MediaType)))
            await PutAsync(index, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutReferrerAsync(RawManifest manifest, CancellationToken cancellationToken) =>
        PutAsync(manifest, cancellationToken);

    /// <inheritdoc/>
    public Task<IImageSource?> StageAsync(CancellationToken cancellationToken) => Task.FromResult<IImageSource?>(null);

    /// <inheritdoc/>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("There is no manifest to push.");
        cancellationToken.ThrowIfCancellationRequested();
        return _manifests.PutAsync(parsed.Place, manifest, reference.ToString(), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IImageSource?> OpenCommittedAsync(CancellationToken cancellationToken) =>
        await RegistrySource.OpenAsync(reference, parsed, repository, known, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var session in _opened.Values)
            await session.CancelAsync();
        _opened.Clear();
    }

    private Task PutAsync(RawManifest child, CancellationToken cancellationToken) => _manifests.PutAsync(
        child.Digest.ToString(), child, $"manifest {child.Digest} of {reference}", cancellationToken);

    private async Task<bool> IsThereAsync(Digest digest, CancellationToken cancellationToken)
    {
        var there = await repository.RunAsync($"blob {digest} of {reference}",
            ct => repository.HasBlobOnceAsync(digest, RegistryScopes.Push(repository.Name), ct), cancellationToken);
        return there && (_present[digest] = true);
    }

    private async Task<bool> CanBeLentAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (known.Find(repository.Client.Host, digest, repository.Name) is not { } from)
            return false;
        var unknown = false;
        return await repository.RunAsync($"blob {digest} of {reference}", async ct =>
        {
            // The try before may have come through.
            if (unknown && await repository.HasBlobOnceAsync(digest, RegistryScopes.Push(repository.Name), ct))
                return _present[digest] = true;
            unknown = true;
            var (mounted, instead) = await UploadSession.MountOnceAsync(repository, digest, from, ct);
            if (instead is not null)
                _opened[digest] = instead;
            repository.Debug(mounted ? $"{digest} is mounted from {from}." : $"{digest} can't be mounted from {from}.");
            return mounted && (_present[digest] = true);
        }, cancellationToken);
    }
}
