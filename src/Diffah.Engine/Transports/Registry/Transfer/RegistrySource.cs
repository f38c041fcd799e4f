using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Api;
using Diffah.Engine.Transports.Registry.Referrers;
using Diffah.Engine.Transports.Storage;

namespace Diffah.Engine.Transports.Registry.Transfer;

/// <summary>An image of a registry. What a tag means is asked once, on opening: it may be moved meanwhile.</summary>
internal sealed class RegistrySource : ITaggedSource, INamedSource, IReferrerSource, IRangeSource
{
    private readonly ImageName _parsed;
    private readonly RegistryRepository _repository;
    private readonly KnownBlobs _known;
    private readonly ConcurrentDictionary<Digest, Descriptor> _listed = new();
    private readonly ReferrerList _referrers;
    private RawManifest _root = null!;

    private RegistrySource(
        ImageReference reference, ImageName parsed, RegistryRepository repository, KnownBlobs known) =>
        (Reference, _parsed, _repository, _known, _referrers) =
            (reference, parsed, repository, known, new ReferrerList(repository));

    /// <inheritdoc/>
    public ImageReference Reference { get; }

    /// <inheritdoc/>
    public ImageTitle Title => new(_parsed.Name, _parsed.Tag);

    /// <inheritdoc/>
    public int ManifestsAtATime => _repository.Options.Concurrency;

    /// <summary>Opens an image, and reads what its reference names.</summary>
    public static async Task<RegistrySource> OpenAsync(
        ImageReference reference, ImageName parsed, RegistryRepository repository, KnownBlobs known,
        CancellationToken cancellationToken)
    {
        var source = new RegistrySource(reference, parsed, repository, known);
        var what = $"manifest {parsed.Target} of {parsed.Name}";
        source._root = await source.ReadAsync(parsed.Target, parsed.Digest, null, what, cancellationToken)
            ?? throw new DiffahException(DiffahErrors.RegistryNotFound,
                $"{reference} is not there: {parsed.Host} has no {(parsed.Digest is null ? "tag" : "manifest")} "
                    + $"'{parsed.Target}' in a repository '{parsed.Repository}'.");
        return source;
    }

    /// <inheritdoc/>
    public async Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (digest is not { } wanted || wanted == _root.Digest)
            return _root;
        return await ReadAsync(wanted.ToString(), wanted, _listed.GetValueOrDefault(wanted),
            $"Manifest {wanted} of {Reference}", cancellationToken)
            ?? throw TransportErrors.BlobMissing(wanted, Reference);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var what = $"blob {blob.Digest} of {Reference}";
        var response = await _repository.RunAsync(
            what, ct => _repository.GetBlobOnceAsync(blob.Digest, ct), cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
            return new BlobStream(_repository, blob, response, what);
        response.Dispose();
        throw TransportErrors.BlobMissing(blob.Digest, Reference);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenRestAsync(Descriptor blob, long from, CancellationToken cancellationToken)
    {
        var what = $"blob {blob.Digest} of {Reference}";
        return _repository.RunAsync<Stream?>(what, async ct =>
        {
            var response = await _repository.AskBlobOnceAsync(blob.Digest, from, ct);
            if (response.StatusCode == HttpStatusCode.PartialContent
                && response.Content.Headers.ContentRange?.From == from)
                return new BlobStream(_repository, blob, response, what, from);
            using (response)
            {
                if (response.StatusCode == HttpStatusCode.NotFound)
                    throw TransportErrors.BlobMissing(blob.Digest, Reference);
                // Whoever gives no parts may answer what he likes; the whole is asked for next.
                return null;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> HasMovedAsync(CancellationToken cancellationToken) =>
        _parsed is { Digest: null, Tag: { } tag }
        && await _repository.ResolveAsync(tag, $"manifest {tag} of {_parsed.Name}", cancellationToken) is { } now
        && now != _root.Digest;

    /// <inheritdoc/>
    public async Task<ImmutableArray<Referrer>> ListReferrersAsync(
        Digest subject, string? artifactType, CancellationToken cancellationToken)
    {
        var referrers = await _referrers.ReadAsync(subject, artifactType, cancellationToken);
        foreach (var referrer in referrers)
            _listed.TryAdd(referrer.Descriptor.Digest, referrer.Descriptor);
        return referrers;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<RawManifest?> ReadAsync(
        string target, Digest? digest, Descriptor? descriptor, string what, CancellationToken cancellationToken)
    {
        if (await _repository.GetManifestAsync(target, what, cancellationToken) is not { } fetched)
            return null;
        // A server that does not know its own types says application/json or the like, which tells nothing.
        var type = fetched.ContentType is { } said && said.StartsWith("application/vnd.", StringComparison.Ordinal)
            ? said
            : descriptor?.MediaType;
        var raw = ManifestReader.Check(fetched.Bytes, digest ?? fetched.Digest, descriptor, type, what);
        Remember(raw);
        return raw;
    }

    private void Remember(RawManifest raw)
    {
        if (MediaTypes.IsManifest(raw.MediaType))
            _known.Add(_repository.Client.Host, _repository.Name, ImageManifest.Parse(raw));
        else if (MediaTypes.IsIndex(raw.MediaType))
        {
            foreach (var listed in ImageIndex.Parse(raw).Manifests)
                _listed.TryAdd(listed.Digest, listed);
        }
    }
}
