using System.Globalization;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>
/// Finds the layers that cost more than they might, and says what would have helped, as far as an archive tells.
/// </summary>
/// <param name="hasPatches">Whether anything in the archive is a patch.</param>
/// <param name="version">The version of the archive's format.</param>
internal sealed class WasteAdvice(bool hasPatches, string version)
{
    private const double PoorPatch = 0.9;
    private const string PlainLayers =
        "save the image with plain layers (docker-archive:), or build it so that unchanged layers come out the same";

    /// <summary>What is wasted on a layer; null where nothing is.</summary>
    public LayerWaste? Find(StoredLayer stored) => stored.Layer switch
    {
        { Encoding: nameof(BlobOrigin.Full) } layer => new LayerWaste(
            "full_layer", layer.Digest, layer.ArchiveSize, layer.TargetSize, Wording.Of(OfWhole(stored))),
        { Encoding: nameof(BlobOrigin.Patch), Ratio: > PoorPatch } layer => new LayerWaste(
            "poor_patch", layer.Digest, layer.ArchiveSize, layer.TargetSize, Wording.Of(OfPatch(stored))),
        _ => null,
    };

    private string OfWhole(StoredLayer stored)
    {
        if (stored.Layer.Fallback is { } reason && OfFallback(reason, stored) is { } why)
            return why;
        if (hasPatches && stored.Uses > 1)
            return $"The layer is used {stored.Uses} times in this archive, and no patch of it was smaller that refers "
                + "only to what the baselines of all images with it have: baselines that have more in common with it, "
                + "and with one another, would help.";
        if (NameOf(stored.Compression) is { } format)
            return hasPatches
                ? $"No patch was shipped for the layer, which is compressed: {Hidden(format, stored.Compression)}."
                : $"The archive has no patches, and the layer is compressed: {Hidden(format, stored.Compression)}, "
                    + "and leave IntraLayer (--intra-layer) on.";
        return hasPatches
            ? "The layer is a plain tar and still no patch was shipped for it, "
                + "as for content that is new to the baseline: a baseline closer to the image would help."
            : "The archive has no patches: make it of a whole baseline image, not of its manifest alone, "
                + "with IntraLayer Required (--intra-layer required), "
                + "which says why where it can't.";
    }

    // What the archive itself says of why a layer is not made of its content.
    private static string? OfFallback(string reason, StoredLayer stored) => reason switch
    {
        LayerFallback.PatchingOff =>
            "Patching was switched off: make the archive with IntraLayer Auto (--intra-layer auto).",
        LayerFallback.NoBaseline =>
            "Nothing of the baseline was at hand to patch the layer from: give the baseline image, not its manifest "
                + "alone, with IntraLayer Required (--intra-layer required), which says why where it can't.",
        LayerFallback.Smaller when stored.Compression is CompressionKind.Gzip or CompressionKind.Zstd =>
            "The files of the layer have so little in common with those of the baseline that it takes less as it is "
                + "stored: a baseline closer to the image would help.",
        _ => null,
    };

    private string OfPatch(StoredLayer stored)
    {
        if (stored.IsOfContent)
            return "The files of the layer have little in common with those of the baseline: "
                + "a baseline closer to the image may help.";
        if (stored.PatchWindow is { } window && window < (ulong)stored.Layer.TargetSize)
            return $"The patch looks back over {Mebibytes(window)} MiB, less than the layer has: a larger window, "
                + "set with ZstdWindowLog (--zstd-window-log), would let it find more.";
        return NameOf(stored.Compression) is { } format
            ? $"The layer is compressed: {Hidden(format, stored.Compression)}."
            : "The layer has little in common with the one it is patched from: "
                + "more candidates with Candidates (--candidates), or a baseline closer to the image may help.";
    }

    // Version 2 patches what is in gzip and zstd layers, where it knows how to compress them again.
    private string Hidden(string format, CompressionKind? kind) => (version, kind) switch
    {
        (FormatVersion.V1, _) => $"{format} hides what it shares with the baseline, so {PlainLayers}",
        (_, CompressionKind.Gzip or CompressionKind.Zstd) => "it is not patched by its content, since nobody knows its "
            + $"encoder well enough or the patch was larger. If it shares much with the baseline, {PlainLayers}",
        _ => $"{format} is not opened, and hides what the layer shares with the baseline, so save the image with gzip "
            + "or plain layers, or build it so that unchanged layers come out the same",
    };

    private static string? NameOf(CompressionKind? kind) =>
        kind is { } found ? CompressionTraits.Of(found)?.Name : null;

    private static string Mebibytes(ulong bytes) =>
        (bytes / (double)(1 << 20)).ToString("0.###", CultureInfo.InvariantCulture);
}
