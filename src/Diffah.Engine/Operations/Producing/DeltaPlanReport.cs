using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive.Accounts;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Producing;

/// <summary>Turns decisions into what a dry run shows.</summary>
internal static class DeltaPlanReport
{
    private const int TarBlock = 512;

    public static DeltaPlan Create(
        string path, Platform platform, IReadOnlyList<DeltaInput> inputs,
        ImmutableSortedDictionary<Digest, BlobDecision> decisions, IReadOnlyDictionary<Digest, LayerEstimate> estimates,
        int formatVersion)
    {
        var blobs = decisions.Values.ToDictionary(d => d.Digest, d => Describe(d, estimates));
        var shipped = blobs.Values.Where(b => b.Action != nameof(BlobOrigin.Reuse)).ToArray();
        var images = inputs.Select(i => Describe(i, blobs, estimates)).ToImmutableArray();
        return new DeltaPlan(path, platform.ToString(), images, shipped.Length,
            shipped.Sum(b => InTar(b.EstimatedBytes))
                + SidecarAndEnd(shipped.Length, images.Sum(i => i.Baselines.Length))
                + (formatVersion == 1 ? 0 : Contents(inputs, decisions) + AccountOf(estimates.Values)));
    }

    private static long AccountOf(IEnumerable<LayerEstimate> estimates)
    {
        var contents = estimates.Select(e => e.Content).OfType<EncodedContent>().DistinctBy(c => c.DiffId)
            .OrderBy(c => c.DiffId).ToArray();
        return contents.Length == 0
            ? 0
            : InTar(AccountWriter.Write(contents.Select(c => KeyValuePair.Create(c.DiffId, c.Account))).Length)
                + InTar(0);
    }

    private static PlannedImage Describe(
        DeltaInput input, Dictionary<Digest, PlannedBlob> blobs, IReadOnlyDictionary<Digest, LayerEstimate> estimates)
    {
        var manifest = input.Target.Manifest;
        Digest[] digests = [manifest.Digest, manifest.Config.Digest, .. manifest.Layers.Select(l => l.Digest)];
        return new PlannedImage(input.Name, input.Baseline.Manifest.Digest.ToString(), manifest.Digest.ToString(),
            [.. digests.Distinct().Select(d => blobs[d])])
        {
            Baselines =
            [
                .. input.Baselines.Select(b => new PlannedBaseline(b.Manifest.Digest.ToString(), b.SourceHint,
                    digests.Distinct().Sum(d => BytesFor(
                        input.NeedsAllBaselines ? input.Baseline.With(input.OtherBaselines) : b, blobs[d],
                        estimates.GetValueOrDefault(d))))),
            ],
            BaselineMode = input.NeedsAllBaselines ? nameof(BaselineMode.All) : nameof(BaselineMode.Any),
        };
    }

    /// <summary>What of a blob a restore from one baseline reads.</summary>
    private static long BytesFor(DeltaBaseline baseline, PlannedBlob blob, LayerEstimate? estimate)
    {
        if (estimate is not { IsByContent: true, Content: { } content })
            return blob.EstimatedBytes;
        var held = baseline.Layers.Select(l => l.DiffId).OfType<Digest>().ToHashSet();
        if (baseline.Has(Digest.Parse(blob.Digest)))
            return 0;
        var way = held.Contains(content.DiffId) ? 0 : content.Patch.Find(held.Contains)?.ArchiveSize;
        return way is { } bytes ? blob.EstimatedBytes - content.Patch.StoredSize + bytes : blob.EstimatedBytes;
    }

    private static PlannedBlob Describe(BlobDecision decision, IReadOnlyDictionary<Digest, LayerEstimate> estimates)
    {
        var size = decision.Descriptor.Size;
        var estimate = estimates.GetValueOrDefault(decision.Digest);
        var estimated = decision.Origin == BlobOrigin.Reuse ? 0 : estimate?.Bytes ?? size;
        return new PlannedBlob(decision.Digest.ToString(), decision.Kind, Printable.Line(decision.Descriptor.MediaType),
            size,
            decision.Origin.ToString(), estimated,
            [.. decision.Candidates.Select(c => new PlannedCandidate(c.Digest.ToString(), c.Size, c.SharedBytes))],
            decision.Reason)
        {
            Bytes = estimate is { IsByContent: true, Content: { } content }
                ? [.. ByteAccount.Of(content.Patch, content.Account), .. ByteAccount.OthersOf(content.Patch)]
                : [],
            Fallback = estimate?.Fallback?.Reason,
            FallbackDetail = estimate?.Fallback?.Detail,
        };
    }

    // What version 2 says more of a layer: its form with a recipe, its content with the sources, and the entries of
    // both; or why it has none.
    private static long Contents(
        IReadOnlyList<DeltaInput> inputs, ImmutableSortedDictionary<Digest, BlobDecision> decisions)
    {
        const int form = Wrapping.MaximumInline * 4 / 3 + 500;
        const int whyNot = 400;
        var most = inputs.Max(i => i.Baselines.Length);
        var content = (most == 1 ? 1 : most + 1)
            * (400 + 90L * inputs.Sum(i => i.Baselines.Sum(b => b.Layers.Length)) + 2 * 2 * TarBlock);
        var isRead = decisions.Values.Any(d => d.Origin == BlobOrigin.Patch);
        return decisions.Values.Where(d => d.Kind == BlobKind.Layer).Sum(d => d.Origin switch
        {
            BlobOrigin.Full => whyNot,
            BlobOrigin.Reuse => isRead ? form + InTar(d.Descriptor.Size / DeltaEncoder.ReuseRatio) : 0,
            _ => form + whyNot + content,
        });
    }

    private static long InTar(long bytes) => TarBlock + (bytes + TarBlock - 1) / TarBlock * TarBlock;

    // A blob's entry in the sidecar takes up to about 400 bytes, an image's up to about 700.
    private static long SidecarAndEnd(int blobs, int images) => InTar(400L * blobs + 700L * images) + 2 * TarBlock;
}
