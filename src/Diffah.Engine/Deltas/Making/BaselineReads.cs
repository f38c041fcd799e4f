using System.Collections.Immutable;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>
/// Reckons what a restore reads of each baseline to make layers of it; layers that are reused are copied.
/// </summary>
/// <param name="inputs">The images, each with one baseline, or with several that are all needed.</param>
/// <param name="store">Has what was read of layers.</param>
internal sealed class BaselineReads(IReadOnlyList<DeltaInput> inputs, LayerStore store)
{
    /// <summary>The cost of each baseline, by the image's name and the digest of the baseline's manifest.</summary>
    /// <param name="delta">What travels.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<ImmutableDictionary<(string, Digest), BaselineCost>> FindAsync(
        EncodedDelta delta, CancellationToken cancellationToken)
    {
        var costs = ImmutableDictionary.CreateBuilder<(string, Digest), BaselineCost>();
        foreach (var input in inputs)
        {
            var needs = await NeedsOfAsync(input, delta, cancellationToken);
            foreach (var baseline in input.Baseline.Each())
                costs[(input.Name, baseline.Manifest.Digest)] = new BaselineCost(
                    await ReadOfAsync(baseline, needs, cancellationToken),
                    input.HasSeveral ? needs.Fetched : null);
        }
        return costs.ToImmutable();
    }

    /// <summary>Of layers with the same content one is read, and of several baselines the first that has it.</summary>
    private async Task<long> ReadOfAsync(DeltaBaseline baseline, Needs needs, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var layer in baseline.OwnLayers.DistinctBy(l => l.Digest))
        {
            var isRead = needs.Contents.Count > 0
                && await store.FindContentAsync(layer, cancellationToken) is { } content
                && needs.Contents.Remove(content.DiffId);
            if (needs.Blobs.Remove(layer.Digest) || isRead)
                bytes += layer.Size;
        }
        return bytes;
    }

    private async Task<Needs> NeedsOfAsync(DeltaInput input, EncodedDelta delta, CancellationToken cancellationToken)
    {
        var held = input.HasSeveral ? await ContentsOfAsync(input.Baseline, cancellationToken) : null;
        var needs = new Needs();
        needs.Fetch(delta.Blobs[input.Target.Manifest.Digest].OwnSize);
        needs.Fetch(delta.Blobs[input.Target.Manifest.Config.Digest].OwnSize);
        foreach (var layer in input.Target.Layers.DistinctBy(l => l.Digest))
        {
            if (delta.Blobs.TryGetValue(layer.Digest, out var blob)
                && !(held is not null && blob.Entry.Form is not null && input.Baseline.Has(layer.Digest)))
                needs.Add(blob, held);
        }
        return needs;
    }

    private async Task<HashSet<Digest>> ContentsOfAsync(DeltaBaseline baseline, CancellationToken cancellationToken)
    {
        var contents = new HashSet<Digest>();
        foreach (var layer in baseline.Layers)
        {
            if (await store.FindContentAsync(layer, cancellationToken) is { } content)
                contents.Add(content.DiffId);
        }
        return contents;
    }

    private sealed class Needs
    {
        private readonly HashSet<Digest> _made = [];

        public HashSet<Digest> Blobs { get; } = [];

        public HashSet<Digest> Contents { get; } = [];

        public long Fetched { get; private set; }

        public void Fetch(long bytes) => Fetched += bytes;

        /// <param name="blob">What travels of a layer.</param>
        /// <param name="held">What the baseline has; null where it has whatever a content is made of.</param>
        public void Add(EncodedBlob blob, HashSet<Digest>? held)
        {
            Fetch(blob.OwnSize);
            Blobs.UnionWith(blob.Entry.Needs);
            if (blob.Entry.Form is not { } form)
                return;
            if (blob.Content is not { } made || held?.Contains(form.Content) == true)
            {
                Contents.Add(form.Content);
                return;
            }
            var way = held is null ? made.Patch : made.Patch.Find(held.Contains) ?? made.Patch;
            Contents.UnionWith(way.Sources);
            if (_made.Add(form.Content))
                Fetch(way.ArchiveSize);
        }
    }
}
