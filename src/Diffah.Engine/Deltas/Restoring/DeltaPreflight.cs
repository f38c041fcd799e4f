using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// Checks, before the first layer moves, that an image can be rebuilt from an archive and a baseline.
/// </summary>
internal static class DeltaPreflight
{
    private const int MaximumHint = 200;

    /// <summary>Refuses a baseline other than the one the delta was made from.</summary>
    /// <exception cref="DiffahException">BaselineMismatch, naming both.</exception>
    public static void CheckBaseline(ArchiveImage image, Image baseline)
    {
        var (wanted, given) = (image.Baseline.ManifestDigest, baseline.Manifest.Digest);
        if (wanted == given || wanted.IsOf(baseline.Manifest.Raw.Bytes.Span))
            return;
        var made = ShortText.Cut(image.Baseline.SourceHint, MaximumHint);
        var hint = made.Length > 0 ? $" (made from {made})" : "";
        throw new DiffahException(DiffahErrors.BaselineMismatch,
            $"The delta's baseline{hint} has the manifest digest {wanted}, "
                + $"but {baseline.Source.Reference} has {given}.",
            baseline.Source.Reference.AtDigest(wanted) is { } exact
                ? $"A tag may have moved since the delta was made. Give the baseline by its digest: {exact}."
                : $"Give the baseline image whose manifest digest is {wanted}, "
                    + "as it was stored when the delta was made.");
    }

    /// <summary>What is missing to rebuild the image, a sentence each; empty where nothing is.</summary>
    public static ImmutableArray<string> FindMissing(ArchiveManifest sidecar, ImageManifest target, Image baseline)
    {
        var has = baseline.Manifest.Layers.Select(l => l.Digest).ToHashSet();
        var missing = ImmutableArray.CreateBuilder<string>();
        if (!sidecar.Blobs.ContainsKey(target.Config.Digest))
            missing.Add($"the configuration {target.Config.Digest} is not in the archive");
        foreach (var layer in target.Layers.DistinctBy(l => l.Digest))
        {
            if (!sidecar.Blobs.TryGetValue(layer.Digest, out var blob))
            {
                if (!has.Contains(layer.Digest) && !layer.HasUrls)
                    missing.Add($"layer {layer.Digest} is neither in the archive nor in the baseline");
            }
            else if (blob.Size != layer.Size)
                missing.Add(
                    $"layer {layer.Digest} has {layer.Size} bytes in the manifest and {blob.Size} in the sidecar");
            else
                missing.AddRange(blob.Needs.Where(need => !has.Contains(need)).Select(
                    need => $"layer {layer.Digest} is a patch of {need}, which the baseline does not have"));
        }
        return missing.ToImmutable();
    }

    /// <summary>The error of an image that can't be rebuilt; null where it can.</summary>
    /// <param name="missing">What <see cref="FindMissing"/> found.</param>
    public static DiffahException? ErrorOf(ImmutableArray<string> missing) => missing.IsEmpty
        ? null
        : new DiffahException(
            DiffahErrors.ArchiveInvalid,
            $"The image can't be rebuilt: {ShortText.List(missing, "; ")}.");
}
