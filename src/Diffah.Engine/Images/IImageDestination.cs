using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// An image, or an index with its images, to write. Blobs first, in any order, and no more at a time than
/// <see cref="IImageTransport.MaximumConcurrency"/>; then the manifests below an index; then the manifest or index
/// itself. Nobody sees the image before <see cref="CommitAsync"/>; disposal without it leaves nothing behind (in a
/// registry: nothing but blobs that no manifest refers to, which are the registry's to collect).
/// </summary>
internal interface IImageDestination : IAsyncDisposable
{
    /// <summary>What is written to.</summary>
    ImageReference Reference { get; }

    /// <summary>Whose it is: what it can hold is asked there.</summary>
    IImageTransport Transport { get; }

    /// <summary>
    /// True where the blob is there already, or could be had without its bytes, so that it need not be written.
    /// </summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <summary>Writes a configuration or layer. Writing the same blob twice is harmless.</summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="content">Exactly its bytes; verified by the caller's stream; not disposed of.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    Task PutBlobAsync(Descriptor blob, Stream content, CancellationToken cancellationToken);

    /// <summary>
    /// Opens what <see cref="PutBlobAsync"/> wrote, as it lies there, for reading back; null where the destination
    /// can't show it, or has checked it by itself. Others may be written meanwhile.
    /// </summary>
    /// <param name="blob">Its descriptor.</param>
    Stream? TryOpenWritten(Descriptor blob) => null;

    /// <summary>Writes a manifest or index that an index lists. All that it lists itself is there by now.</summary>
    /// <param name="manifest">The bytes as stored.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    Task PutChildManifestAsync(RawManifest manifest, CancellationToken cancellationToken);

    /// <summary>
    /// Sets what the reference names: the image's manifest, or the index. All that it lists is there by now.
    /// </summary>
    /// <param name="manifest">The bytes as stored.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    Task PutManifestAsync(RawManifest manifest, CancellationToken cancellationToken);

    /// <summary>
    /// Completes the writing, and opens what was written for reading back before anybody else can see it.
    /// Null where the transport can't show it before <see cref="CommitAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Stops the completion.</param>
    Task<IImageSource?> StageAsync(CancellationToken cancellationToken);

    /// <summary>Makes the image visible under the reference. Called once, after <see cref="StageAsync"/>.</summary>
    /// <param name="cancellationToken">Stops it, as long as nothing is visible.</param>
    Task CommitAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens what was committed for reading back, where <see cref="StageAsync"/> gave null. Null where the commit
    /// itself has asked the place what it holds now, and compared.
    /// </summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    Task<IImageSource?> OpenCommittedAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("What is written here is read back before it is committed.");
}

/// <summary>
/// A destination that keeps the contents of layers, plain tars by diff id, and neither their blobs nor the manifest.
/// It is given contents in place of blobs, one after the other, the image's base first.
/// </summary>
internal interface IContentDestination : IImageDestination
{
    /// <summary>What may be used to make contents.</summary>
    TransportContext Context { get; }

    /// <summary>Tells what is going to be written. Called once, before anything else.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>The contents, by diff id, that are there already and need not be written.</returns>
    Task<IReadOnlySet<Digest>> ExpectAsync(Image image, CancellationToken cancellationToken);

    /// <summary>Writes the content of a layer.</summary>
    /// <param name="diffId">Its digest.</param>
    /// <param name="content">Exactly its bytes; verified by the caller's stream; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    Task PutContentAsync(Digest diffId, Stream content, long size, CancellationToken cancellationToken);
}
