using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Copying;

/// <summary>
/// The contents of an image's layers, the plain tars: both ends are checked, the blob by its digest and the content by
/// its diff id.
/// </summary>
/// <param name="source">Where the layers are; not owned.</param>
/// <param name="context">What may be used.</param>
internal sealed class LayerContents(IImageSource source, TransportContext context)
{
    /// <summary>The most bytes of content that a layer may have.</summary>
    public long Maximum { get; init; } = Descriptor.MaximumSize;

    /// <summary>The content that the source has at hand, so that nobody compresses it first; null for none.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">The content.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">SizeMismatch, and what the source throws.</exception>
    public async Task<SpooledBlob?> FindAsync(Descriptor layer, Digest diffId, CancellationToken cancellationToken)
    {
        if (source is not IContentImageSource contents
            || await contents.FindContentAsync(diffId, cancellationToken) is not { } content)
            return null;
        return content.Size <= Maximum
            ? content
            : throw new DiffahException(DiffahErrors.SizeMismatch,
                $"The content of layer {layer.Digest} of {source.Reference} is longer than the {Maximum} bytes that "
                    + "are read.");
    }

    /// <summary>Decompresses a layer into a file of the work directory.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">What it is to hold.</param>
    /// <param name="blob">Its bytes, verified at their end.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">DigestMismatch, SizeMismatch, InvalidImage, ContentTooLarge,
    /// DiskFull.</exception>
    public async Task<SpooledBlob> DecompressAsync(
        Descriptor layer, Digest diffId, Stream blob, CancellationToken cancellationToken)
    {
        var path = context.Work.NewFilePath("layer.tar");
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var (_, size) = await CopyAsync(blob, layer, diffId, file, cancellationToken);
        return new SpooledBlob(diffId, size, path);
    }

    /// <summary>Copies the content of a layer; says how it was compressed, and how many bytes it has.</summary>
    /// <param name="blob">The layer's bytes, verified at their end.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">What it is to hold.</param>
    /// <param name="destination">Where the content goes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">DigestMismatch, SizeMismatch, InvalidImage, ContentTooLarge.</exception>
    public async Task<(CompressionKind Kind, long Size)> CopyAsync(
        Stream blob, Descriptor layer, Digest diffId, Stream destination, CancellationToken cancellationToken)
    {
        var what = $"layer {layer.Digest} of {source.Reference}";
        var (kind, plain) = await CompressionFormat.OpenAsync(
            blob, new StoredContent(what, layer.Size, context.Bounds), cancellationToken);
        await using var content = new MeasuringStream(plain, diffId, Maximum, $"The content of {what}");
        var size = await content.CopyDecompressedAsync(destination, what, cancellationToken);
        // What follows the compressed content is part of the blob, which is not verified before its end.
        await blob.CopyToAsync(Stream.Null, null, cancellationToken);
        content.Verify();
        return (kind, size);
    }
}
