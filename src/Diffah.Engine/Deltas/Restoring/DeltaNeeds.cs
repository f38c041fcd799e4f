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

    private string Lacking => baselines.Earlier is null
        ? "the baseline does not have"
        : "neither the baseline has nor an earlier archive makes";

    /// <summary>What is missing.</summary>
    /// <param name="target">The image's manifest.</param>
    /// <param name="wanted">What the layers hold, by their blobs, where the contents will do and no blob is asked for;
    /// null where blobs are.</param>
    public MissingParts FindMissing(ImageManifest target, IReadOnlyDictionary<Digest, Digest>? wanted = null)
    {
        var missing = target.Layers.DistinctBy(l => l.Digest)
            .Where(l => wanted is null || MissingOf(wanted[l.Digest], "").Any()).Select(MissingOf).ToArray();
        IEnumerable<string> config = archive.Blobs.ContainsKey(target.Config.Digest)
            ? []
            : [$"the configuration {target.Config.Digest} is not in the archive"];
        return new MissingParts([.. config, .. missing.SelectMany(m => m.FromArchive)],
            [.. missing.SelectMany(m => m.FromBaseline)]);
    }

    /// <summary>What is missing of a layer.</summary>
    /// <param name="layer">The layer's descriptor.</param>
    public MissingParts MissingOf(Descriptor layer)
    {
        if (!archive.Blobs.TryGetValue(layer.Digest, out var blob))
            return new MissingParts([], [.. MissingOfReused(layer)]);
        if (blob.Size != layer.Size)
            return new MissingParts(
                [$"layer {layer.Digest} has {layer.Size} bytes in the manifest and {blob.Size} in the sidecar"], []);
        if ((blob.Form is not null || archive.IsChained) && baselines.Stores(layer.Digest))
            return new MissingParts([], []);
        var needed = blob.Needs.Where(need => !HasBlob(need));
        return blob.Form is { } form
            ? new MissingParts([], [.. MissingOf(form.Content, $"layer {layer.Digest}"), .. needed.Select(
                need => $"layer {layer.Digest} is compressed again with the help of {need}, which {Lacking}")])
            : new MissingParts([], [.. needed.Select(
                need => $"layer {layer.Digest} is a patch of {need}, which {Lacking}")]);
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
            : [$"layer {layer.Digest} is neither in the {(baselines.Earlier is null ? "archive" : "archives")} nor in "
                + "the baseline"];
    }

    private IEnumerable<string> MissingOf(Digest content, string what)
    {
        if (contents.Has(content))
            return [];
        if (archive.IsChained)
            return _search.MissingOf(ArchivePart.Content(content)).Select(part =>
                part.Kind == ArchivePartKind.Content && part.Digest == content
                    ? $"{what} has the content {content}, which {Lacking}"
                    : $"{what} is made of the {NameOf(part)}, which {Lacking}");
        if (!archive.Contents.TryGetValue(content, out var patch))
            return [$"{what} has the content {content}, which {Lacking}"];
        return patch.Sources.Where(source => !contents.Has(source)).Select(source => WhyMissing(source, what));
    }

    /// <summary>
    /// Says why there is no source of a content. In a chain it may be one that an earlier archive makes of what is
    /// missing.
    /// </summary>
    private string WhyMissing(Digest source, string what)
    {
        var maker = baselines.Earlier is { } earlier
            ? earlier.Earlier.Prepend(earlier).FirstOrDefault(l => l.Archive.Manifest.Contents.ContainsKey(source))
            : null;
        return maker is null
            ? $"{what} is made of the content {source}, which {Lacking}"
            : maker.Needs.MissingOf(source, what).First();
    }

    private static string NameOf(ArchivePart part) =>
        $"{(part.Kind == ArchivePartKind.Content ? "content" : "layer")} {part.Digest}";
}
