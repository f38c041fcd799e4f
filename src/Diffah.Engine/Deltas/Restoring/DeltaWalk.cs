using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>Is told what rebuilding an image takes, as the walk comes to it; says whether to walk on into it.</summary>
internal interface IDeltaVisitor
{
    /// <summary>A blob that an archive makes.</summary>
    /// <param name="blobs">Keeps the blobs of that archive.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="stored">How; null for one that is made of what the baseline has in another form.</param>
    bool MakesBlob(SharedBlobs blobs, Digest blob, StoredBlob? stored);

    /// <summary>A blob that is read as it is stored.</summary>
    /// <param name="blobs">Keeps the blobs of the archive that needs it.</param>
    /// <param name="layer">The layer.</param>
    bool ReadsBlob(SharedBlobs blobs, BaselineLayer layer);

    /// <summary>A content that an archive makes.</summary>
    /// <param name="blobs">Keeps the blobs of that archive.</param>
    /// <param name="diffId">The content.</param>
    /// <param name="patch">How.</param>
    bool MakesContent(SharedBlobs blobs, Digest diffId, ContentPatch patch);

    /// <summary>A content that is read of a layer.</summary>
    /// <param name="blobs">Keeps the blobs of the archive that needs it.</param>
    /// <param name="diffId">The content.</param>
    bool ReadsContent(SharedBlobs blobs, Digest diffId);
}

/// <summary>
/// Walks through all that rebuilding an image takes, as it will be done, through all archives of its chain. What nobody
/// needs is not come to.
/// </summary>
/// <param name="archive">What the image's archive says.</param>
/// <param name="baselines">What the image is rebuilt from.</param>
/// <param name="held">What these hold.</param>
/// <param name="blobs">Keeps blobs of this archive that are needed more than once.</param>
internal sealed class DeltaWalk(
    ArchiveManifest archive, BaselineImages baselines, BaselineContents held, SharedBlobs blobs)
{
    /// <summary>Walks through what an image takes.</summary>
    /// <param name="target">The image's manifest.</param>
    /// <param name="visitor">Whom to tell.</param>
    public void Visit(ImageManifest target, IDeltaVisitor visitor)
    {
        foreach (var layer in target.Layers.Select(l => l.Digest).Distinct())
            VisitBlob(layer, visitor);
    }

    private void VisitBlob(Digest blob, IDeltaVisitor visitor)
    {
        var stored = archive.Blobs.GetValueOrDefault(blob);
        if (stored is { Origin: BlobOrigin.Full } && !archive.IsChained)
            return;
        if (stored is null || ((stored.Form is not null || archive.IsChained) && baselines.Stores(blob)))
        {
            VisitHeld(blob, visitor);
            return;
        }
        if (stored.Origin == BlobOrigin.Full || !visitor.MakesBlob(blobs, blob, stored))
            return;
        foreach (var needed in stored.Needs)
            VisitNeeded(needed, visitor);
        if (stored.Form is { } form)
            VisitContent(form.Content, visitor);
    }

    /// <summary>A blob that another is a patch of.</summary>
    private void VisitNeeded(Digest blob, IDeltaVisitor visitor)
    {
        if (archive.IsChained && baselines.Find(blob) is null && archive.Blobs.ContainsKey(blob))
            VisitBlob(blob, visitor);
        else
            VisitHeld(blob, visitor);
    }

    /// <summary>A blob that the archive does not have.</summary>
    private void VisitHeld(Digest blob, IDeltaVisitor visitor)
    {
        if (baselines.Find(blob) is { } layer)
            VisitLayer(layer, visitor);
        else if (visitor.MakesBlob(blobs, blob, null) && archive.Reused.TryGetValue(blob, out var reused))
            VisitContent(reused.Form.Content, visitor);
    }

    private void VisitLayer(BaselineLayer layer, IDeltaVisitor visitor)
    {
        if (visitor.ReadsBlob(blobs, layer) && layer.Maker is { } maker)
            maker.Walk.VisitBlob(layer.Layer.Digest, visitor);
    }

    private void VisitContent(Digest diffId, IDeltaVisitor visitor)
    {
        if (held.Has(diffId))
            VisitHeldContent(diffId, visitor);
        else if (archive.Contents.TryGetValue(diffId, out var patch) && visitor.MakesContent(blobs, diffId, patch))
        {
            foreach (var source in patch.Sources)
                VisitSource(source, visitor);
        }
        else if (archive.Held.TryGetValue(diffId, out var holder) && visitor.ReadsContent(blobs, diffId))
        {
            VisitBlob(holder, visitor);
        }
    }

    private void VisitSource(Digest diffId, IDeltaVisitor visitor)
    {
        if (archive.IsChained)
            VisitContent(diffId, visitor);
        else
            VisitHeldContent(diffId, visitor);
    }

    private void VisitHeldContent(Digest diffId, IDeltaVisitor visitor)
    {
        if (held.LayerOf(diffId) is not { } layer)
        {
            if (baselines.Earlier is { } earlier)
                earlier.Walk.VisitContent(diffId, visitor);
        }
        else if (visitor.ReadsContent(blobs, diffId))
        {
            VisitLayer(layer, visitor);
        }
    }
}
