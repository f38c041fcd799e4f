using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>Counts what is needed, so that what is needed more than once is kept.</summary>
internal sealed class ExpectedUses : IDeltaVisitor
{
    /// <inheritdoc/>
    /// <remarks>Made again for each use, or once and kept: what it takes is counted with the first.</remarks>
    public bool MakesBlob(SharedBlobs blobs, Digest blob, StoredBlob? stored)
    {
        blobs.Count(blob);
        return true;
    }

    /// <inheritdoc/>
    public bool ReadsBlob(SharedBlobs blobs, BaselineLayer layer) => blobs.Count(layer);

    /// <inheritdoc/>
    public bool MakesContent(SharedBlobs blobs, Digest diffId, ContentPatch patch) => blobs.CountMade(diffId);

    /// <inheritdoc/>
    public bool ReadsContent(SharedBlobs blobs, Digest diffId) => blobs.CountRead(diffId);
}
