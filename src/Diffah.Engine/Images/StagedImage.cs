namespace Diffah.Engine.Images;

/// <summary>An image, or an index with its images, that is written whole and that nobody sees yet.</summary>
public sealed class StagedImage
{
    private readonly ManifestTree _promised;
    private readonly IImageDestination _destination;
    private readonly bool _wasRead;

    internal StagedImage(ManifestTree promised, IImageDestination destination, bool wasRead, long writtenBytes) =>
        (_promised, _destination, _wasRead, WrittenBytes) = (promised, destination, wasRead, writtenBytes);

    /// <summary>Bytes written: manifests, and the layers and configurations that were not there already.</summary>
    public long WrittenBytes { get; }

    /// <summary>Makes it visible, and reads it back where that could not be done before. Called once.</summary>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    /// <exception cref="Diagnostics.DiffahException">DigestMismatch, and what the destination throws.</exception>
    public Task CommitAsync(CancellationToken cancellationToken) => ReadBack.CommitAsync(_promised, _destination, _wasRead, cancellationToken);
}
