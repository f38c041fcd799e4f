using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>Copies the blobs that a destination does not have yet, as many at a time as it allows.</summary>
/// <param name="tree">What the blobs are of.</param>
/// <param name="destination">Where they go.</param>
/// <param name="workers">The most at a time, where that is less; null for what the destination allows.</param>
/// <param name="events">Told of blobs; configurations are too small to show progress of.</param>
internal sealed class BlobCopies(ImageTree tree, IImageDestination destination, int? workers, EventSink events)
{
    private readonly EventSink _events = events.For("images");
    private long _written;

    /// <summary>
    /// Copies layers and configurations, and reads back what was written of them; says how many bytes that were.
    /// </summary>
    /// <exception cref="DiffahException">ReadBackFailed, and what source and destination throw.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var readBack = new BlobReadBack(destination, stop);
        await using var ahead = new BlobsAhead(tree.Source, destination);
        try
        {
            await CopyAsync(tree.Manifests.Layers, "layer", _events, readBack, ahead, stop.Token);
            await CopyAsync(tree.Manifests.Configs, "configuration", EventSink.None, readBack, null, stop.Token);
        }
        catch
        {
            // Nobody reads any more when the destination is taken back. What failed to read back was the first fault.
            await stop.CancelAsync();
            await readBack.FinishAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        await readBack.FinishAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return _written;
    }

    private Task CopyAsync(
        ImmutableArray<Descriptor> blobs, string kind, EventSink sink, BlobReadBack readBack, BlobsAhead? ahead,
        CancellationToken cancellationToken)
    {
        var most = Math.Min(destination.Transport.MaximumConcurrency, workers ?? int.MaxValue);
        var options = new ParallelOptions { MaxDegreeOfParallelism = most, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(Enumerable.Range(0, blobs.Length), options, async (index, ct) =>
        {
            var blob = blobs[index];
            var next = most == 1 && index + 1 < blobs.Length ? blobs[index + 1] : null;
            var progress = sink.BeginPart($"{kind} {blob.Digest.ShortHex}", "writing", blob.Size);
            var isHandedOn = false;
            try
            {
                if (!await CopyAsync(blob, kind, progress, BeginNext, ct))
                    return;
                await readBack.BeginAsync(blob, progress);
                isHandedOn = true;
            }
            finally
            {
                if (!isHandedOn)
                    progress.Dispose();
            }

            Task BeginNext() => ahead is null ? Task.CompletedTask : ahead.BeginAsync(next, cancellationToken);
        });
    }

    /// <summary>Copies a blob; false where it is there already, or stays elsewhere.</summary>
    private async Task<bool> CopyAsync(
        Descriptor blob, string kind, ProgressScope progress, Func<Task> beginNext, CancellationToken cancellationToken)
    {
        if (await destination.HasBlobAsync(blob, cancellationToken))
        {
            _events.Verbose(
                $"{Noun(kind)} {blob.Digest.ShortHex}: need not be written, {Human.Size(blob.Size)} spared.");
            progress.BeginStage("there already", blob.Size);
            progress.EndStage();
            return false;
        }
        if (await tree.Source.LeavesElsewhereAsync(blob, cancellationToken))
        {
            _events.Warn($"{Noun(kind)} {blob.Digest} is not in {tree.Source.Reference}: it is left where the "
                + "manifest says it is, and whoever runs the image fetches it from there.");
            progress.EndStage();
            return false;
        }
        if (tree.Image is { ConfigBytes: { } config } image && image.Manifest.Config.Digest == blob.Digest)
            await PutConfigAsync(config, blob, cancellationToken);
        else
            await PutAsync(blob, progress, beginNext, cancellationToken);
        Interlocked.Add(ref _written, blob.Size);
        events.Verbose($"{Noun(kind)} {blob.Digest.ShortHex}: {Human.Size(blob.Size)} written.");
        return true;
    }

    private async Task PutAsync(
        Descriptor blob, ProgressScope progress, Func<Task> beginNext, CancellationToken cancellationToken)
    {
        await using var content = await VerifiedBlob.OpenAsync(tree.Source, blob, progress, cancellationToken);
        await beginNext();
        await destination.PutBlobAsync(blob, content, cancellationToken);
        if (!content.IsVerified)
            throw new InvalidOperationException($"The destination did not read blob {blob.Digest} to its end.");
    }

    private static string Noun(string kind) => char.ToUpperInvariant(kind[0]) + kind[1..];

    /// <summary>It was read and verified when the image was opened, and is not fetched a second time.</summary>
    private async Task PutConfigAsync(
        ReadOnlyMemory<byte> config, Descriptor blob, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(config.ToArray(), writable: false);
        await destination.PutBlobAsync(blob, content, cancellationToken);
    }
}
