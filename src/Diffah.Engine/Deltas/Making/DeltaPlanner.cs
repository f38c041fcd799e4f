using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Making;

/// <summary>Decides, from manifests alone, what becomes of every blob. Pure and deterministic.</summary>
internal static class DeltaPlanner
{
    /// <summary>A decision for each distinct blob of the target images, in ascending order of digests.</summary>
    /// <param name="inputs">The images.</param>
    /// <param name="options">The knobs: whether layers may be patched, and for which version of the format.</param>
    /// <exception cref="DiffahException">SizeMismatch: baseline and target contradict each other.</exception>
    public static ImmutableSortedDictionary<Digest, BlobDecision> Decide(
        IReadOnlyList<DeltaInput> inputs, EncodingOptions options)
    {
        // A layer is reused only where every image that has it finds it in its own baseline: any one may be restored
        // alone.
        var uses = inputs.SelectMany(i => i.Target.Layers, (input, layer) => (input, layer))
            .ToLookup(u => u.layer.Digest);
        var decisions = ImmutableSortedDictionary.CreateBuilder<Digest, BlobDecision>();
        foreach (var use in uses)
            decisions[use.Key] = DecideLayer(use.First().layer, [.. use.Select(u => u.input)], options);
        foreach (var target in inputs.Select(i => i.Target))
        {
            decisions[target.Manifest.Config.Digest] = Whole(
                target.Manifest.Config, BlobKind.Config, "configurations travel whole", target.UnreadConfig);
            decisions[target.Manifest.Digest] = Whole(
                target.Manifest.Raw.Descriptor, BlobKind.Manifest, "manifests travel whole");
        }
        return decisions.ToImmutable();
    }

    private static BlobDecision DecideLayer(Layer layer, DeltaInput[] users, EncodingOptions options)
    {
        var descriptor = new Descriptor(layer.MediaType, layer.Digest, layer.Size);
        foreach (var user in users)
            RequireSameSize(layer, user);
        if (users.All(u => u.Baseline.Has(layer.Digest)))
            return new BlobDecision(descriptor, BlobKind.Layer, BlobOrigin.Reuse, "the baseline has it", layer, []);
        if (users.Any(u => u.Absent.Contains(layer.Digest)))
            return new BlobDecision(
                descriptor, BlobKind.Layer, BlobOrigin.Reuse, "it is left where its manifest says it is", layer, []);
        if (options.IntraLayer == IntraLayerMode.Off)
            return Whole(descriptor, BlobKind.Layer, "patching is off", layer);
        if (users.Select(u => u.Baseline).FirstOrDefault(b => b.Layers.IsEmpty) is { } baseline)
            return Whole(descriptor, BlobKind.Layer,
                baseline.Image is null ? "only the baseline's manifest is left" : "the baseline has no layers", layer);
        // Contents may be the same where the blobs that hold them differ: that is found out when they are read.
        return options.FormatVersion == 1 && BaselineViews.CommonLayers(users).Length == 0
            ? Whole(descriptor, BlobKind.Layer, "the baselines of the images that have it share no layer", layer)
            : new BlobDecision(descriptor, BlobKind.Layer, BlobOrigin.Patch, "changed", layer, []);
    }

    /// <summary>Two manifests that name one blob can't both be right where they give it different sizes.</summary>
    private static void RequireSameSize(Layer layer, DeltaInput user)
    {
        if (user.Baseline.Listed.FirstOrDefault(l => l.Digest == layer.Digest && l.Size != layer.Size)
            is { } other)
            throw new DiffahException(DiffahErrors.SizeMismatch,
                $"The layer {layer.Digest} of image '{user.Name}' has {layer.Size} bytes by the target's manifest and "
                    + $"{other.Size} by the baseline's, {user.Baseline.Manifest.Digest}: one of them is wrong.",
                "Give the manifests as the images' maker wrote them: a delta between these could not be restored.");
    }

    private static BlobDecision Whole(Descriptor descriptor, string kind, string reason, Layer? layer = null) =>
        new(descriptor, kind, BlobOrigin.Full, reason, layer, []);
}
