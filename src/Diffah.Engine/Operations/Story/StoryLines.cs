using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Story;

/// <summary>
/// The story that operations tell step by step: a line an image, an archive or a layer, with what becomes of it and
/// why.
/// </summary>
internal static class StoryLines
{
    /// <summary>Tells of an image that was opened for reading.</summary>
    public static void TellOpened(EventSink events, ImageReference reference, ManifestTree tree) => events.Verbose(
        $"Opened {reference}: manifest {tree.Root.Digest.ShortHex}, {Layers(tree.Layers.Length)}, "
            + $"{Human.Size(tree.TotalBytes)}.");

    /// <summary>Tells of an archive that was opened for reading.</summary>
    public static void TellOpened(EventSink events, ArchiveReader archive, bool isVerified)
    {
        var images = archive.Manifest.Images;
        events.Verbose($"Opened {archive.Path}: {(images.Length == 1 ? "1 image" : $"{images.Length} images")}, "
            + $"{Human.Size(archive.FileBytes)}"
            + $"{(isVerified ? ", signed with the key that was given" : "")}.");
    }

    /// <summary>Tells of each layer of an archive that is made how it travels, and why.</summary>
    public static void TellEncoded(
        EventSink events, ImmutableSortedDictionary<Digest, BlobDecision> decisions,
        ImmutableSortedDictionary<Digest, EncodedBlob> blobs)
    {
        foreach (var decision in decisions.Values.Where(d => d.Kind == BlobKind.Layer))
            TellLayer(events, decision.Descriptor, blobs.GetValueOrDefault(decision.Digest)?.Entry,
                blobs.GetValueOrDefault(decision.Digest)?.Content?.Patch, WhyWhole(decision));
    }

    /// <summary>Tells of each layer of an image that is restored where it comes from.</summary>
    public static void TellSources(EventSink events, ArchiveManifest sidecar, ImageManifest manifest)
    {
        foreach (var layer in manifest.Layers.DistinctBy(l => l.Digest))
        {
            var stored = sidecar.Blobs.GetValueOrDefault(layer.Digest);
            var patch = stored?.Form is { } form ? sidecar.Contents.GetValueOrDefault(form.Content) : null;
            TellLayer(events, layer, stored, patch, "from the archive");
        }
    }

    private static void TellLayer(
        EventSink events, Descriptor layer, StoredBlob? stored, ContentPatch? patch, string whyWhole)
    {
        var fate = stored switch
        {
            null => $"reused, the baseline has it: {Human.Size(layer.Size)} spared",
            { PatchFrom: { } from } =>
                $"patched from {from.ShortHex}: {Human.Size(stored.ArchiveSize)} for {Human.Size(stored.Size)}, "
                    + $"{Human.Percent(stored.Size - stored.ArchiveSize, stored.Size)} spared",
            { Form: not null } when patch is null =>
                $"its content is in the baseline in another form: {Human.Size(stored.ArchiveSize)} for "
                    + $"{Human.Size(stored.Size)}",
            { Form: not null } =>
                $"made of {Contents(patch.Sources.Length)}: {Human.Size(stored.ArchiveSize + patch.ArchiveSize)} for "
                    + $"{Human.Size(stored.Size)}, "
                    + $"{Human.Percent(stored.Size - stored.ArchiveSize - patch.ArchiveSize, stored.Size)} spared",
            _ => $"whole, {whyWhole}: {Human.Size(stored.ArchiveSize)}",
        };
        events.Verbose($"Layer {layer.Digest.ShortHex}: {fate}.");
    }

    private static string WhyWhole(BlobDecision decision) =>
        decision.Origin == BlobOrigin.Patch ? "no patch is smaller" : decision.Reason;

    private static string Contents(int count) =>
        count == 1 ? "1 layer of the baseline" : $"{count} layers of the baseline";

    private static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";
}
