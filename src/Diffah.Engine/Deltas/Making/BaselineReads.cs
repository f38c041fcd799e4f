using System.Collections.Immutable;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// Reckons what a restore reads of each baseline to make layers of it; layers that are reused are copied.
/// </summary>
/// <param name="inputs">The images.</param>
/// <param name="store">Has what was read of layers.</param>
internal sealed class BaselineReads(IReadOnlyList<DeltaInput> inputs, LayerStore store)
{
    /// <summary>Bytes of layers as the baselines have them, by the images' names.</summary>
    /// <param name="delta">What travels.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<ImmutableDictionary<string, long>> FindAsync(
        EncodedDelta delta, CancellationToken cancellationToken)
    {
        var reads = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var input in inputs)
            reads[input.Name] = await FindAsync(input, delta, cancellationToken);
        return reads.ToImmutable();
    }

    private async Task<long> FindAsync(DeltaInput input, EncodedDelta delta, CancellationToken cancellationToken)
    {
        var (blobs, contents) = NeedsOf(input, delta);
        var bytes = 0L;
        foreach (var layer in input.Baseline.Layers.DistinctBy(l => l.Digest))
        {
            // Of layers with the same content one is read.
            var isRead = contents.Count > 0 && await store.FindContentAsync(layer, cancellationToken) is { } content
                && contents.Remove(content.DiffId);
            if (isRead || blobs.Contains(layer.Digest))
                bytes += layer.Size;
        }
        return bytes;
    }

    private static (HashSet<Digest> Blobs, HashSet<Digest> Contents) NeedsOf(DeltaInput input, EncodedDelta delta)
    {
        var (blobs, contents) = (new HashSet<Digest>(), new HashSet<Digest>());
        foreach (var layer in input.Target.Layers)
        {
            if (!delta.Blobs.TryGetValue(layer.Digest, out var blob))
                continue;
            blobs.UnionWith(blob.Entry.Needs);
            if (blob.Content is { } made)
                contents.UnionWith(made.Patch.Sources);
            else if (blob.Entry.Form is { } form)
                contents.Add(form.Content);
        }
        return (blobs, contents);
    }
}
