using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>
/// The deltas of one image, one after the other: from the image that the first needs to the one that the last gives.
/// Each part is taken from the first delta that has it: so whatever it is made of is there before it, and no part
/// waits for itself.
/// </summary>
/// <param name="links">The deltas; at least one.</param>
/// <param name="declined">Parts that are not taken from an archive, though it has them.</param>
internal sealed class ImageChain(
    ImmutableArray<ChainLink> links, IReadOnlySet<(ArchiveReader, ArchivePart)> declined)
{
    private readonly MergedParts _parts = new();

    /// <summary>Refuses deltas of which one does not go on from what the one before gives.</summary>
    /// <exception cref="DiffahException">BaselineMismatch.</exception>
    public void RequireContinuous()
    {
        for (var index = 1; index < links.Length; index++)
            RequireContinuous(links[index - 1], links[index]);
    }

    /// <summary>Picks what the last image is made of.</summary>
    public MergedParts Pick()
    {
        foreach (var layer in links[^1].Manifest.Layers)
        {
            if (!layer.HasUrls || FindMaker(ArchivePart.Blob(layer.Digest), links.Length) is not null)
                AddBlob(layer.Digest, links.Length);
        }
        return _parts;
    }

    private static void RequireContinuous(ChainLink before, ChainLink next)
    {
        if (next.Image.Baseline.ManifestDigest == before.Image.Target.ManifestDigest)
            return;
        var missing = next.Needed.Where(part => !Gives(before, part, next)).Select(part =>
            $"the {(part.Kind == ArchivePartKind.Content ? "content" : "layer")} {part.Digest}").ToArray();
        // What a version 1 archive is restored from has the digest that it names.
        if (missing.Length == 0 && next.Archive.Manifest.Version != FormatVersion.V1)
            return;
        throw new DiffahException(DiffahErrors.BaselineMismatch,
            $"'{next.Archive.Path}' does not go on from where '{before.Archive.Path}' ends: it was made from an image "
                + $"with the manifest digest {next.Image.Baseline.ManifestDigest}, and that gives "
                + $"{before.Image.Target.ManifestDigest}"
                + (missing.Length == 0 ? "." : $", which lacks {ShortText.List(missing, "; ")}."),
            "Give the deltas in the order in which they are applied, each made from the image that the one before "
                + "gives.");
    }

    private static bool Gives(ChainLink before, ArchivePart part, ChainLink next) =>
        part.Kind == ArchivePartKind.Content ? before.GivesContent(part.Digest)
        : before.GivesBlob(part.Digest)
            || (next.Archive.Manifest.Reused.TryGetValue(part.Digest, out var reused)
                && before.GivesContent(reused.Form.Content));

    /// <summary>
    /// The first delta that makes a part, by its number from 1; null where none up to one does, so that the first image
    /// has it.
    /// </summary>
    private int? FindMaker(ArchivePart part, int stage)
    {
        if (links[0].Needed.Contains(part))
            return null;
        var isDeclined = false;
        for (var index = 0; index < stage; index++)
        {
            var link = links[index];
            if (!link.Makes(part) && (part.Kind == ArchivePartKind.Blob || link.HolderOf(part.Digest) is null))
                continue;
            if (!declined.Contains((link.Archive, part)))
                return index + 1;
            isDeclined = true;
        }
        return isDeclined ? throw MergedParts.TwoWays(part) : null;
    }

    /// <summary>Adds a blob that the image behind so many deltas has.</summary>
    private void AddBlob(Digest blob, int stage)
    {
        if (_parts.Knows(ArchivePart.Blob(blob)))
            return;
        if (FindMaker(ArchivePart.Blob(blob), stage) is not { } maker)
        {
            AddReused(blob, stage);
            return;
        }
        var link = links[maker - 1];
        AddShipped(blob, link, link.Archive.Manifest.Blobs[blob], maker);
    }

    private void AddShipped(Digest blob, ChainLink link, StoredBlob stored, int stage)
    {
        var part = ArchivePart.Blob(blob);
        _parts.Add(part, new MergedBlob(link.Archive, stored));
        if (stored.Form is { } form)
            AddContent(form.Content, stage);
        foreach (var need in stored.Needs)
            AddBlob(need, link.IsMadeHere(part, ArchivePart.Blob(need)) ? stage : stage - 1);
    }

    /// <summary>
    /// Adds a blob that no delta has: the first image has it, or one in between has its content in another form.
    /// </summary>
    private void AddReused(Digest blob, int stage)
    {
        for (var before = stage; before >= 1; before--)
        {
            if (links[before - 1].GivesBlob(blob))
                continue;
            // The delta behind said how the blob is made of its content.
            if (before < links.Length
                && links[before].Archive.Manifest.Reused.TryGetValue(blob, out var other))
            {
                var mediaType = links[before].Manifest.Layers.FirstOrDefault(l => l.Digest == blob)?.MediaType;
                AddShipped(blob, links[before], new StoredBlob(
                    other.Size, mediaType ?? MediaTypes.OciLayer, other.Form.Wrapping.StoredRecipe)
                { Form = other.Form }, before);
                return;
            }
        }
        _parts.AddReused(blob, links.Where(l => l.Archive.Manifest.Reused.ContainsKey(blob))
            .Select(l => new MergedReuse(l.Archive, l.Archive.Manifest.Reused[blob])).FirstOrDefault());
    }

    /// <summary>Adds a content that the image behind so many deltas has.</summary>
    private void AddContent(Digest content, int stage)
    {
        var part = ArchivePart.Content(content);
        if (_parts.Knows(part))
            return;
        if (FindMaker(part, stage) is not { } maker)
        {
            RequireKnown(content, stage);
            return;
        }
        var link = links[maker - 1];
        if (!link.Makes(part) || !link.Archive.Manifest.Contents.TryGetValue(content, out var patch))
        {
            AddHeld(part, link, maker);
            return;
        }
        _parts.Add(part, new MergedContent(link.Archive, patch));
        foreach (var source in patch.Sources)
            AddContent(source, link.IsMadeHere(part, ArchivePart.Content(source)) ? maker : maker - 1);
    }

    /// <summary>
    /// Adds a content that a blob holds. Where the first image has the blob, or the blob is made of the content, the
    /// first image has the content.
    /// </summary>
    private void AddHeld(ArchivePart content, ChainLink link, int stage)
    {
        var holder = link.HolderOf(content.Digest)!.Value;
        AddBlob(holder, stage);
        if (_parts.Made.GetValueOrDefault(ArchivePart.Blob(holder)) is MergedBlob { Stored.Form: null } blob)
            _parts.Add(content, new HeldContent(blob.Archive, holder));
    }

    /// <summary>A content that no delta seems to have is the first image's, if nothing else can have it.</summary>
    private void RequireKnown(Digest content, int stage)
    {
        if (links[0].Needed.Contains(ArchivePart.Content(content)))
            return;
        if (links.Take(stage).FirstOrDefault(l => l.IsSilent) is { } silent)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"'{silent.Archive.Path}' gives an image that does not say what its layers hold, so that nobody knows "
                    + $"which of them has the content {content}.",
                "Restore one delta after the other.");
    }
}
