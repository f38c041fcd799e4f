using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>Makes recipes of compressed layers, and proves that they give the layers back.</summary>
/// <param name="workers">How many parts are rebuilt at the same time.</param>
/// <param name="events">Told of bytes.</param>
internal sealed class LayerRecipeMaker(int workers, EventSink events)
{
    /// <summary>Makes a layer's recipe.</summary>
    /// <param name="kind">What the recipe is to make of the content.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="reference">The baseline's layer that the recipe may be followed with; null for none.</param>
    /// <param name="isUnknown">The encoder is known to be none that is known: of zstd, none is looked for.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The recipe, or why there is none.</returns>
    public async Task<FoundRecipe> MakeAsync(
        WrappingKind kind, CompressedLayer layer, CompressedLayer? reference, bool isUnknown,
        CancellationToken cancellationToken)
    {
        try
        {
            // Streams are read as they come, but where encoders are compared by what they make of the content.
            using var progress = events.BeginPart($"recipe {layer.Blob.Digest.ShortHex}", "finding its encoder",
                kind == WrappingKind.Gzip ? layer.Blob.Size : layer.Content.Size);
            var found = Analyse(kind, layer, reference, isUnknown, progress, cancellationToken);
            progress.EndStage();
            var needed = await ProveAsync(kind, found.Bytes!, layer, reference, progress, cancellationToken);
            return found with { Reference = needed };
        }
        catch (RecipeRefusedException e)
        {
            return new FoundRecipe(kind, null, e.Message.TrimEnd('.'));
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return new FoundRecipe(kind, null, "the recipe that was found does not give the layer back");
        }
    }

    private FoundRecipe Analyse(
        WrappingKind kind, CompressedLayer layer, CompressedLayer? reference, bool isUnknown, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        if (kind == WrappingKind.Gzip)
            return AnalyseGzip(layer, progress, cancellationToken);
        using var stream = layer.Blob.OpenRead();
        using var content = new WatchedReadStream(layer.Content.OpenRead(), progress.Advance);
        var beside = reference?.ToReference();
        if (kind == WrappingKind.GzipTokens)
        {
            var tokens = GzipTokenAnalysis.OfGzip(stream, content, beside, workers, cancellationToken);
            return new FoundRecipe(kind, tokens.ToBytes()) { IsEncoderUnknown = true };
        }
        var recipe = isUnknown
            ? ZstdAnalysis.OfUnknown(stream, content, beside, workers, cancellationToken)
            : ZstdAnalysis.OfZstd(stream, content, beside, workers, cancellationToken);
        return new FoundRecipe(kind, recipe.ToBytes())
        {
            IsEncoderKnown = !recipe.HasUnknownEncoder,
            IsEncoderUnknown = !recipe.HasKnownEncoder,
        };
    }

    private FoundRecipe AnalyseGzip(
        CompressedLayer layer, ProgressScope progress, CancellationToken cancellationToken)
    {
        using var source = new CountingReadStream(layer.Blob.OpenRead(), progress.Advance);
        var recipe = GzipAnalysis.OfGzip(source, workers, cancellationToken);
        return new FoundRecipe(WrappingKind.Gzip, recipe.ToBytes()) { IsEncoderKnown = !recipe.HasCorrections };
    }

    /// <summary>Follows a recipe, and compares.</summary>
    /// <returns>The blob that it takes to follow it; null where it takes none.</returns>
    private async Task<Digest?> ProveAsync(
        WrappingKind kind, byte[] bytes, CompressedLayer layer, CompressedLayer? reference, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        progress.BeginStage("verifying", layer.Blob.Size);
        var recipe = WrappingRecipes.Read(
            new Wrapping(kind, bytes, 0) { Reference = reference?.Blob.Digest }, bytes);
        using var rebuilt = new VerifyingStream(
            recipe.Open(layer.Content.OpenRead(), reference?.ToReference(), workers), layer.Blob.Digest,
            layer.Blob.Size, $"What the recipe for {layer.Blob.Digest} rebuilds");
        await rebuilt.CopyToAsync(Stream.Null, progress.Advance, cancellationToken);
        return recipe.NeedsReference ? reference?.Blob.Digest : null;
    }
}
