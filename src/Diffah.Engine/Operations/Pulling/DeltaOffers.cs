using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Deltas.Routing;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;
using Diffah.Engine.Signing;

namespace Diffah.Engine.Operations.Pulling;

/// <summary>
/// The deltas that are published beside an image, in its repository. What is wrong with one is told, and it is passed
/// over; what makes a delta useless is remembered.
/// </summary>
/// <param name="source">The repository.</param>
/// <param name="target">The image that is wanted.</param>
/// <param name="verifier">The key that must have signed a delta; null looks at no signature.</param>
/// <param name="folders">Where fetched entries go.</param>
/// <param name="events">Whom to tell.</param>
internal sealed class DeltaOffers(
    CountedSource source, Image target, ArchiveVerifier? verifier, FetchFolders folders, EventSink events)
    : IDeltaOffers, IDisposable
{
    private readonly Dictionary<Digest, PublishedArchive> _published = [];
    private readonly Dictionary<Digest, ArchiveReader> _open = [];
    private readonly Dictionary<Digest, ReadDelta?> _read = [];
    private readonly Dictionary<Digest, ImmutableArray<OfferedDelta>> _lists = [];
    private readonly HashSet<Digest> _useless = [];

    /// <summary>True where a delta that makes the image is signed with the key.</summary>
    public bool IsVouchedFor { get; private set; }

    /// <inheritdoc/>
    public async Task<ImmutableArray<OfferedDelta>> ListAsync(Digest target, CancellationToken cancellationToken)
    {
        if (!_lists.TryGetValue(target, out var listed))
            _lists[target] = listed = await FindAsync(target, cancellationToken);
        return [.. listed.Where(d => !_useless.Contains(d.Digest))];
    }

    /// <inheritdoc/>
    public async Task<ReadDelta?> ReadAsync(OfferedDelta delta, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue(delta.Digest, out var known))
            return known;
        try
        {
            return _read[delta.Digest] = await ReadHereAsync(delta, cancellationToken);
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            events.Warn($"The published delta {delta.Reference} is passed over: {e.Message}");
            return _read[delta.Digest] = null;
        }
    }

    /// <summary>The archives of a route, in its order; the caller's from now on.</summary>
    /// <param name="route">The route.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">What reading a sidecar throws.</exception>
    public async Task<ImmutableArray<ArchiveReader>> TakeAsync(DeltaRoute route, CancellationToken cancellationToken)
    {
        var taken = ImmutableArray.CreateBuilder<ArchiveReader>(route.Steps.Length);
        try
        {
            foreach (var step in route.Steps)
            {
                taken.Add(_open.Remove(step.Delta.Digest, out var open)
                    ? open
                    : await OpenAsync(step.Delta, cancellationToken));
            }
            return taken.ToImmutable();
        }
        catch
        {
            foreach (var archive in taken)
                archive.Dispose();
            throw;
        }
    }

    /// <summary>Leaves the deltas of a route out of all that is listed from now on.</summary>
    /// <param name="route">A route that led nowhere.</param>
    public void Forget(DeltaRoute route) => _useless.UnionWith(route.Steps.Select(s => s.Delta.Digest));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var archive in _open.Values)
            archive.Dispose();
    }

    private async Task<ImmutableArray<OfferedDelta>> FindAsync(Digest subject, CancellationToken cancellationToken)
    {
        var offered = ImmutableArray.CreateBuilder<OfferedDelta>();
        foreach (var archive in await PublishedArchives.ListAsync(source, subject, events, cancellationToken))
        {
            _published[archive.Digest] = archive;
            offered.Add(Offer(archive.Artifact, archive.Reference, subject));
        }
        events.Verbose($"Published deltas that make {subject.ShortHex}: {offered.Count}.");
        return offered.ToImmutable();
    }

    private static OfferedDelta Offer(DeltaArtifact artifact, string reference, Digest subject) => new(
        reference, artifact.Raw.Digest, subject,
        [.. new[] { artifact.Source, artifact.SourceConfig }.OfType<Digest>()], artifact.Sidecar.Size, artifact.Bytes);

    private async Task<ReadDelta?> ReadHereAsync(OfferedDelta delta, CancellationToken cancellationToken)
    {
        var subject = delta.Target;
        var archive = _open[delta.Digest] = await OpenAsync(delta, cancellationToken);
        var image = archive.Manifest.Images.First(i => i.Target.ManifestDigest == subject);
        if (subject == target.Manifest.Digest)
        {
            IsVouchedFor |= verifier is not null;
            return Read(archive, image, target.Manifest, target.Config);
        }
        await archive.FetchAsync(ArchivePart.Blob(subject), cancellationToken);
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        await archive.FetchAsync(ArchivePart.Blob(manifest.Config.Digest), cancellationToken);
        return Read(archive, image, manifest, await archive.TryReadConfigAsync(manifest, cancellationToken));
    }

    private static ReadDelta Read(
        ArchiveReader archive, ArchiveImage image, ImageManifest manifest, ImageConfig? config) =>
        new(archive.Manifest, image, manifest.Config.Digest,
            config is null || config.DiffIds.Length != manifest.Layers.Length
                ? new Dictionary<Digest, Digest>()
                : manifest.Layers.Zip(config.DiffIds).DistinctBy(l => l.Second)
                    .ToDictionary(l => l.Second, l => l.First.Digest));

    private Task<ArchiveReader> OpenAsync(OfferedDelta delta, CancellationToken cancellationToken) =>
        PublishedArchives.OpenAsync(
            source, _published[delta.Digest], verifier, folders, events, cancellationToken);
}
