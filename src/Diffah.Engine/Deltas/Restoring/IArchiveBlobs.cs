using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>The blobs of a chained archive, which its contents may be in.</summary>
internal interface IArchiveBlobs
{
    /// <summary>True for a blob that a baseline has.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    bool IsInBaseline(Digest blob);

    /// <summary>Opens a blob of the archive; it is verified while it is read.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<Stream> OpenAsync(Digest blob, CancellationToken cancellationToken);
}
