using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>What is missing to rebuild an image, a sentence each.</summary>
/// <param name="FromArchive">What the archive does not have, or contradicts.</param>
/// <param name="FromBaseline">What the baseline does not have.</param>
internal sealed record MissingParts(ImmutableArray<string> FromArchive, ImmutableArray<string> FromBaseline);

/// <summary>Looks whether archive and baseline together have all that an image is rebuilt of.</summary>
/// <param name="archive">What the archive says.</param>
/// <param name="baselines">The images that are there.</param>
/// <param name="contents">Their contents.</param>
internal sealed class DeltaNeeds(ArchiveManifest archive, BaselineImages baselines, IContentSource contents)
{
    private readonly PartSearch _search = new(archive, contents.Has, blob => baselines.Find(blob) is not null);

    /// <summary>What is missing.</summary>
    /// <param name="target">The image's manifest.</param>
    /// <param name="wanted">What the layers hold, by their blobs, where the contents will do and no blob is asked for;
    /// null where blobs are.</param>
    public MissingParts FindMissing(ImageManifest target, IReadOnlyDictionary<Digest, Digest>? wanted = null)
    {
        var fromArchive = ImmutableArray.CreateBuilder<string>();
        var fromBaseline = ImmutableArray.CreateBuilder<string>();
        if (!archive.Blobs.ContainsKey(target.Config.Digest))
            fromArchive.Add($"the configuration {target.Config.Digest} is not in the archive");
        foreach (var layer in target.Layers.DistinctBy(l => l.Digest))
        {
            if (wanted is not null && !MissingOf(wanted[layer.Digest], "").Any())
                continue;
            if (!archive.Blobs.TryGetValue(layer.Digest, out var blob))
                fromBaseline.AddRange(MissingOfReused(layer));
            else if (blob.Size != layer.Size)
                fromArchive.Add(
                    $"layer {layer.Digest} has {layer.Size} bytes in the manifest and {blob.Size} in the sidecar");
            else if ((blob.Form is not null || archive.IsChained) && baselines.Stores(layer.Digest))
                continue;
            else if (blob.Form is { } form)
                fromBaseline.AddRange(MissingOf(form.Content, $"layer {layer.Digest}"));
            else
                fromBaseline.AddRange(blob.Needs.Where(need => !HasBlob(need)).Select(
                    need => $"layer {layer.Digest} is a patch of {need}, which the baseline does not have"));
        }
        return new MissingParts(fromArchive.ToImmutable(), fromBaseline.ToImmutable());
    }

    private bool HasBlob(Digest blob) => baselines.Find(blob) is not null
        || (archive.Reused.TryGetValue(blob, out var reused) && !MissingOf(reused.Form.Content, "").Any())
        || (archive.IsChained && _search.Has(ArchivePart.Blob(blob)));

    private IEnumerable<string> MissingOfReused(Descriptor layer)
    {
        if (baselines.Find(layer.Digest) is not null || layer.HasUrls)
            return [];
        return archive.Reused.TryGetValue(layer.Digest, out var reused)
            ? MissingOf(reused.Form.Content, $"layer {layer.Digest}")
            : [$"layer {layer.Digest} is neither in the archive nor in the baseline"];
    }

    private IEnumerable<string> MissingOf(Digest content, string what)
    {
        if (contents.Has(content))
            return [];
        if (archive.IsChained)
            return _search.MissingOf(ArchivePart.Content(content)).Select(part =>
                part.Kind == ArchivePartKind.Content && part.Digest == content
                    ? $"{what} has the content {content}, which the baseline does not have"
                    : $"{what} is made of the {NameOf(part)}, which the baseline does not have");
        return archive.Contents.TryGetValue(content, out var patch)
            ? patch.Sources.Where(source => !contents.Has(source)).Select(
                source => $"{what} is made of the content {source}, which the baseline does not have")
            : [$"{what} has the content {content}, which the baseline does not have"];
    }

    private static string NameOf(ArchivePart part) =>
        $"{(part.Kind == ArchivePartKind.Content ? "content" : "layer")} {part.Digest}";
}
