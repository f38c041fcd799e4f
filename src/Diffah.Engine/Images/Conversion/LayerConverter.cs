using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Conversion;

/// <summary>
/// Brings layers into a form, through files of the work directory. Both ends are checked: the blob by its digest, the
/// content by its diff id. A layer whose digest is its diff id is a plain tar already, and stays where it is.
/// </summary>
/// <param name="source">Where the layers are; not owned.</param>
/// <param name="form">The form.</param>
/// <param name="context">What may be used.</param>
internal sealed class LayerConverter(IImageSource source, ImageForm form, TransportContext context)
{
    private readonly BlobSpool _spool = new(context.Work);

    /// <summary>The most bytes of content that a layer may have.</summary>
    internal long MaximumContent { get; init; } = Descriptor.MaximumSize;

    private LayerContents Contents => new(source, context) { Maximum = MaximumContent };

    /// <summary>Converts layers, each once.</summary>
    /// <param name="layers">The layers with their diff ids.</param>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">DigestMismatch, SizeMismatch, InvalidImage, DiskFull, and what the source
    /// throws.</exception>
    public async Task<IReadOnlyDictionary<Digest, ConvertedBlob>> RunAsync(
        IEnumerable<(Descriptor Layer, Digest DiffId)> layers, int concurrency, CancellationToken cancellationToken)
    {
        var converted = new ConcurrentDictionary<Digest, ConvertedBlob>();
        var workers =
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(layers.DistinctBy(l => (l.Layer.Digest, l.DiffId)), workers, async (l, ct) =>
            converted[l.Layer.Digest] = await ConvertAsync(l.Layer, l.DiffId, ct));
        return converted;
    }

    private async Task<ConvertedBlob> ConvertAsync(Descriptor layer, Digest diffId, CancellationToken cancellationToken)
    {
        if (layer.Digest == diffId)
            return new ConvertedBlob(layer, Describe(layer.Digest, layer.Size, CompressionKind.None), null);
        using var progress = context.Events.For("images")
            .BeginPart($"layer {layer.Digest.ShortHex}", form == ImageForm.Oci ? "reading" : "converting", layer.Size);
        return form == ImageForm.Oci
            ? await KeepAsync(layer, diffId, progress, cancellationToken)
            : await DecompressAsync(layer, diffId, progress, cancellationToken);
    }

    /// <summary>
    /// The bytes stay, where the form has a type for their compression; they are kept, so that a registry is asked for
    /// them once.
    /// </summary>
    private async Task<ConvertedBlob> KeepAsync(
        Descriptor layer, Digest diffId, ProgressScope progress, CancellationToken cancellationToken)
    {
        var spooled = await _spool.GetAsync(
            layer.Digest, layer.Size, ct => source.OpenBlobAsync(layer, ct), progress.Advance, cancellationToken);
        progress.BeginStage("converting", layer.Size);
        await using var blob = new CountingReadStream(spooled.OpenRead(), progress.Advance);
        var (kind, _) = await Contents.CopyAsync(blob, layer, diffId, Stream.Null, cancellationToken);
        if (ConversionRules.HasType(form, kind))
            return new ConvertedBlob(layer, Describe(layer.Digest, layer.Size, kind), spooled.Path);
        await using var again = spooled.OpenRead();
        return Plain(layer, await Contents.DecompressAsync(layer, diffId, again, cancellationToken));
    }

    private async Task<ConvertedBlob> DecompressAsync(
        Descriptor layer, Digest diffId, ProgressScope progress, CancellationToken cancellationToken)
    {
        // Nobody need compress what is decompressed at once. Who writes it verifies it again.
        if (await Contents.FindAsync(layer, diffId, cancellationToken) is { } content)
            return Plain(layer, content);
        await using var blob = await VerifiedBlob.OpenAsync(source, layer, progress, cancellationToken);
        return Plain(layer, await Contents.DecompressAsync(layer, diffId, blob, cancellationToken));
    }

    private ConvertedBlob Plain(Descriptor layer, SpooledBlob content) =>
        new(layer, Describe(content.Digest, content.Size, CompressionKind.None), content.Path);

    private Descriptor Describe(Digest digest, long size, CompressionKind kind) =>
        new(ConversionRules.LayerType(form, kind), digest, size);
}

/// <summary>A layer before and after a conversion.</summary>
/// <param name="Before">Its descriptor in the image as it is.</param>
/// <param name="After">Its descriptor in the converted image.</param>
/// <param name="Path">Absolute path of the file with its bytes; null where the image's own source has them.</param>
internal sealed record ConvertedBlob(Descriptor Before, Descriptor After, string? Path);
