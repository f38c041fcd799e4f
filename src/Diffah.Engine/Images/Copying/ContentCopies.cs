using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>
/// Gives a destination the contents of an image's layers that it lacks, one after the other, while the next ones are
/// made.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="destination">Where it goes.</param>
/// <param name="workers">How many contents are made at the same time; null for one for each processor.</param>
/// <param name="events">Told of layers.</param>
internal sealed class ContentCopies(
    Image image, IContentDestination destination, int? workers, EventSink events)
{
    private const int MostAhead = 4;

    private readonly EventSink _events = events.For("images");
    private readonly LayerContents _contents = new(image.Source, destination.Context);

    /// <summary>Writes the configuration and the contents; says how many bytes that were.</summary>
    /// <exception cref="DiffahException">What source and destination throw.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var lacking = await FindLackingAsync(cancellationToken);
        var written = await PutConfigAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var begun = new Queue<Task<MadeContent>>();
        var next = 0;
        try
        {
            for (var done = 0; done < lacking.Length; done++)
            {
                for (; next < lacking.Length && next < done + Ahead; next++)
                    begun.Enqueue(Begin(lacking[next], stop.Token));
                var content = await begun.Peek();
                await PutAsync(content, cancellationToken);
                _ = begun.Dequeue();
                written += content.Size;
            }
            return written;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll((IEnumerable<Task>)begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (begun.TryDequeue(out var left))
                Forget(left);
        }
    }

    private int Ahead => Math.Clamp(workers ?? Environment.ProcessorCount, 1, MostAhead);

    private async Task<ImmutableArray<ImageLayer>> FindLackingAsync(CancellationToken cancellationToken)
    {
        var held = await destination.ExpectAsync(image, cancellationToken);
        var layers = image.Manifest.Layers.Zip(image.Config.DiffIds, (l, id) => new ImageLayer(l, id))
            .DistinctBy(l => l.DiffId).ToArray();
        foreach (var layer in layers.Where(l => held.Contains(l.DiffId)))
        {
            _events.Verbose($"Layer {layer.Blob.Digest.ShortHex}: need not be written, it is there already.");
            using var progress = Begin(layer, "there already", layer.Blob.Size);
            progress.EndStage();
        }
        return [.. layers.Where(l => !held.Contains(l.DiffId))];
    }

    private async Task<long> PutConfigAsync(CancellationToken cancellationToken)
    {
        var bytes = image.ConfigBytes!.Value.ToArray();
        using var content = new MemoryStream(bytes, writable: false);
        // A store of ids knows SHA-256 alone, whatever the manifest calls the configuration.
        var config = new Descriptor(MediaTypes.DockerConfig, Digest.Compute(bytes), bytes.Length);
        await destination.PutBlobAsync(config, content, cancellationToken);
        return bytes.Length;
    }

    private Task<MadeContent> Begin(ImageLayer layer, CancellationToken cancellationToken) =>
        Task.Run(() => MakeAsync(layer, cancellationToken), CancellationToken.None);

    private async Task<MadeContent> MakeAsync(ImageLayer layer, CancellationToken cancellationToken)
    {
        if (await _contents.FindAsync(layer.Blob, layer.DiffId, cancellationToken) is { } found)
            return new MadeContent(layer, found.Size, found.Path, IsOwn: false);
        if (layer.Blob.Digest == layer.DiffId)
            return new MadeContent(layer, layer.Blob.Size, null, IsOwn: false);
        using var progress = Begin(layer, "decompressing", layer.Blob.Size);
        await using var blob = await VerifiedBlob.OpenAsync(image.Source, layer.Blob, progress, cancellationToken);
        var made = await _contents.DecompressAsync(layer.Blob, layer.DiffId, blob, cancellationToken);
        return new MadeContent(layer, made.Size, made.Path, IsOwn: true);
    }

    private async Task PutAsync(MadeContent content, CancellationToken cancellationToken)
    {
        var (layer, size) = (content.Layer, content.Size);
        using var progress = Begin(layer, "writing", size);
        var stored = content.Path is { } path
            ? new SpooledBlob(layer.DiffId, size, path).OpenRead()
            : await image.Source.OpenBlobAsync(layer.Blob, cancellationToken);
        await using (var verified = VerifyingStream.Of(
            new CountingReadStream(stored, progress.Advance), layer.DiffId, size,
            $"The content of layer {layer.Blob.Digest} of {image.Source.Reference}"))
        {
            await destination.PutContentAsync(layer.DiffId, verified, size, cancellationToken);
            if (!verified.IsVerified)
                throw new InvalidOperationException($"The destination did not read {layer.DiffId} to its end.");
        }
        if (content is { IsOwn: true, Path: { } own })
            File.Delete(own);
        events.Verbose($"Layer {layer.Blob.Digest.ShortHex}: {Human.Size(size)} written.");
    }

    private ProgressScope Begin(ImageLayer layer, string status, long size) =>
        _events.BeginPart($"layer {layer.Blob.Digest.ShortHex}", status, size);

    private static void Forget(Task<MadeContent> left)
    {
        if (left is { IsCompletedSuccessfully: true, Result: { IsOwn: true, Path: { } path } })
            File.Delete(path);
    }

    private sealed record ImageLayer(Descriptor Blob, Digest DiffId);

    /// <summary>A content that can be written.</summary>
    /// <param name="Layer">The layer.</param>
    /// <param name="Size">Bytes of the content.</param>
    /// <param name="Path">Absolute path of the file with it; null where the layer's blob is the content.</param>
    /// <param name="IsOwn">Whether the file was made for this copy alone.</param>
    private sealed record MadeContent(ImageLayer Layer, long Size, string? Path, bool IsOwn);
}
