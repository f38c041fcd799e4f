using Diffah.Engine.Deltas.Archive.Published;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>Brings the blobs and the manifest of a delta to a place, but for those that are there.</summary>
/// <param name="destination">The place; not owned.</param>
/// <param name="events">Told how far it is.</param>
internal sealed class ArchiveUpload(IReferrerDestination destination, EventSink events)
{
    private long _sent;

    /// <summary>Bytes that travelled.</summary>
    public long SentBytes => Interlocked.Read(ref _sent);

    /// <summary>Sends what is not there.</summary>
    /// <param name="content">The delta.</param>
    /// <param name="cancellationToken">Stops the sending; blobs that no manifest lists may stay.</param>
    public async Task SendAsync(ArtifactContent content, CancellationToken cancellationToken)
    {
        await using var source = new ContentSource(content, destination.Reference);
        var several = new ParallelOptions
        {
            MaxDegreeOfParallelism = destination.Transport.MaximumConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            content.Blobs, several, async (blob, ct) => await SendAsync(source, blob.Descriptor, ct));
        await destination.PutReferrerAsync(content.Manifest.Raw, cancellationToken);
        Interlocked.Add(ref _sent, content.Manifest.Raw.Bytes.Length);
    }

    private async Task SendAsync(ContentSource source, Descriptor blob, CancellationToken cancellationToken)
    {
        if (await destination.HasBlobAsync(blob, cancellationToken))
            return;
        using var progress = events.BeginPart($"entry {blob.Digest.ShortHex}", "publishing", blob.Size);
        await using var content = await VerifiedBlob.OpenAsync(source, blob, progress, cancellationToken);
        await destination.PutBlobAsync(blob, content, cancellationToken);
        Interlocked.Add(ref _sent, blob.Size);
    }

    /// <summary>What is sent, so that a blob can be had again where its sending must begin again.</summary>
    private sealed class ContentSource(ArtifactContent content, ImageReference reference) : IImageSource
    {
        private readonly Dictionary<Digest, ArtifactBlob> _blobs = content.Blobs.ToDictionary(b => b.Descriptor.Digest);

        public ImageReference Reference => reference;

        public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken) =>
            Task.FromResult(content.Manifest.Raw);

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
            Task.FromResult(_blobs[blob.Digest].Open());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
