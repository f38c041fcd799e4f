using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>
/// An image, or several under an index, to read from. The minimal core of a transport; everything else is derived.
/// Safe for concurrent reads.
/// </summary>
internal interface IImageSource : IAsyncDisposable
{
    /// <summary>What was opened.</summary>
    ImageReference Reference { get; }

    /// <summary>How many manifests may be asked for at the same time. Who is far away answers several sooner.</summary>
    int ManifestsAtATime => 1;

    /// <summary>Reads a manifest or index, as stored; its digest is checked where one was asked for.</summary>
    /// <param name="digest">Which one; null for what the reference itself names.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">BlobMissing, DigestMismatch, SizeMismatch, InvalidManifest.</exception>
    Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a configuration or layer. The bytes are not verified: see <see cref="ImageSourceExtensions"/>.
    /// </summary>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">BlobMissing.</exception>
    Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken);
}

/// <summary>A source whose reference may come to mean another image while it is read: a tag.</summary>
internal interface ITaggedSource : IImageSource
{
    /// <summary>True where the reference is known to mean another image now than when the source was opened.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">Nobody could be asked.</exception>
    Task<bool> HasMovedAsync(CancellationToken cancellationToken);
}

/// <summary>A source that may have to read layers to say what its manifest is.</summary>
internal interface ISketchedSource : IImageSource
{
    /// <summary>
    /// The image with the sizes that its layers have where they are stored, in a manifest that is not the image's own:
    /// all that can be shown without reading a layer. Null where the manifest costs none.
    /// </summary>
    IImageSource? Sketch { get; }
}

/// <summary>An image under a manifest of which nothing but what it lists is right.</summary>
/// <param name="source">The image; not owned.</param>
/// <param name="manifest">The manifest.</param>
internal sealed class SketchedImage(IImageSource source, RawManifest manifest) : IImageSource
{
    /// <inheritdoc/>
    public ImageReference Reference => source.Reference;

    /// <inheritdoc/>
    public Task<RawManifest> GetManifestAsync(Digest? digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(manifest);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        source.OpenBlobAsync(blob, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// A source that may have the contents of layers at hand, and compresses them where blobs are asked for.
/// </summary>
internal interface IContentImageSource : IImageSource
{
    /// <summary>
    /// A content, the plain tar, verified, in a file that is there as long as the source; null where it is to be had of
    /// the blob alone.
    /// </summary>
    /// <param name="diffId">The content.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<SpooledBlob?> FindContentAsync(Digest diffId, CancellationToken cancellationToken);

    /// <summary>Makes the content that a blob is made of, so that the blob is soon there when it is opened.</summary>
    /// <param name="blob">The blob's descriptor.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">What opening the blob would throw.</exception>
    Task PrepareAsync(Descriptor blob, CancellationToken cancellationToken);
}

/// <summary>A source that knows the name of its image, or a part of it.</summary>
internal interface INamedSource : IImageSource
{
    /// <summary>The image's name.</summary>
    ImageTitle Title { get; }
}

/// <summary>The name of an image.</summary>
/// <param name="Repository">The repository with its host; null where it is not known.</param>
/// <param name="Tag">The tag; null where it is not known.</param>
internal sealed record ImageTitle(string? Repository, string? Tag)
{
    /// <summary>Nothing is known.</summary>
    public static ImageTitle None { get; } = new(null, null);

    /// <summary>What a source knows.</summary>
    public static ImageTitle Of(IImageSource source) => (source as INamedSource)?.Title ?? None;

    /// <summary>Takes a name apart.</summary>
    /// <param name="name"><c>REPOSITORY:TAG</c>, or null.</param>
    public static ImageTitle Parse(string? name)
    {
        var (repository, tag) = ImageName.SplitTag((name ?? "").Split('@')[0]);
        return tag is null ? None : new ImageTitle(repository, tag);
    }
}

/// <summary>What follows from the minimal core of a source.</summary>
internal static class ImageSourceExtensions
{
    /// <summary>Opens a blob through a stream that checks size and digest.</summary>
    /// <param name="source">The source.</param>
    /// <param name="blob">The blob's descriptor.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public static async Task<VerifyingStream> OpenVerifiedAsync(
        this IImageSource source, Descriptor blob, CancellationToken cancellationToken)
    {
        var stream = await source.OpenBlobAsync(blob, cancellationToken);
        return VerifyingStream.Of(stream, blob.Digest, blob.Size, $"Blob {blob.Digest} of {source.Reference}");
    }

    /// <summary>
    /// True for a layer that its manifest says is to be had elsewhere (<c>urls</c>), and that the source does not hold.
    /// It stays where it is: nobody fetches it, and whoever copies the image copies its manifest as it is.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="blob">The layer's descriptor.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<bool> LeavesElsewhereAsync(
        this IImageSource source, Descriptor blob, CancellationToken cancellationToken)
    {
        if (!blob.HasUrls)
            return false;
        try
        {
            await using var stream = await source.OpenBlobAsync(blob, cancellationToken);
            return false;
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.BlobMissing)
        {
            return true;
        }
    }

    /// <summary>Reads a small verified blob, such as a configuration.</summary>
    /// <param name="source">The source.</param>
    /// <param name="blob">The blob's descriptor.</param>
    /// <param name="maximum">The most bytes accepted.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SizeMismatch, DigestMismatch, BlobMissing.</exception>
    public static async Task<byte[]> ReadBlobAsync(
        this IImageSource source, Descriptor blob, int maximum, CancellationToken cancellationToken)
    {
        if (blob.Size > maximum)
            throw new DiffahException(DiffahErrors.SizeMismatch,
                $"Blob {blob.Digest} of {source.Reference} claims {blob.Size} bytes; at most {maximum} are read.");
        using var stream = await source.OpenVerifiedAsync(blob, cancellationToken);
        return await stream.ReadBoundedAsync(maximum, $"Blob {blob.Digest}", cancellationToken);
    }
}
