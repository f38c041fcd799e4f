using System.Collections.Concurrent;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>The recipe of a compressed layer.</summary>
/// <param name="Kind">What it makes of the content.</param>
/// <param name="Bytes">The recipe; null where there is none.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record FoundRecipe(WrappingKind Kind, byte[]? Bytes, string Refusal = "")
{
    /// <summary>The baseline's blob that it is followed with; null where it takes none.</summary>
    public Digest? Reference { get; init; }

    /// <summary>The smaller of two; one that takes a reference binds the archive to a blob, which is worth a
    /// 64th.</summary>
    public static FoundRecipe Smaller(FoundRecipe one, FoundRecipe other) =>
        one.Bytes is null || other.Bytes is null ? (one.Bytes is null ? other : one)
        : other.Bytes.Length + (other.Reference is null ? 0 : other.Bytes.Length / 64) < one.Bytes.Length ? other
        : one;
}

/// <summary>A compressed layer and its content.</summary>
/// <param name="Blob">The layer as it is stored.</param>
/// <param name="Content">Its content.</param>
internal sealed record CompressedLayer(SpooledBlob Blob, LayerContent Content)
{
    /// <summary>The layer as what recipes are followed with.</summary>
    public RecipeReference ToReference() => new(Blob.OpenRead, Content.OpenRead);
}

/// <summary>Finds the recipes of compressed layers, each once, and proves that they give the layers back.</summary>
/// <param name="workers">How many parts are rebuilt at the same time.</param>
/// <param name="events">Told of bytes.</param>
internal sealed class LayerRecipes(int workers, EventSink events)
{
    // What takes no more of a layer, or has nothing to correct, is by an encoder that is known: nothing is smaller.
    private const int KnownRatio = 1024;

    private readonly ConcurrentDictionary<(Digest, Digest?), Lazy<Task<FoundRecipe>>> _recipes = new();

    /// <summary>The recipe of a layer, with nothing at hand but its content.</summary>
    /// <param name="layer">The layer, a gzip or zstd stream.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<FoundRecipe> FindAsync(CompressedLayer layer, CancellationToken cancellationToken) =>
        GetAsync(layer, null, () => FindAloneAsync(layer, cancellationToken), cancellationToken);

    /// <summary>The recipe of a layer, with a layer of the baseline at hand where that spares much.</summary>
    /// <param name="layer">The layer, a gzip or zstd stream.</param>
    /// <param name="findReference">Finds the baseline's layer that is most like it, compressed in the same
    /// format.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<FoundRecipe> FindAsync(
        CompressedLayer layer, Func<Task<CompressedLayer?>> findReference, CancellationToken cancellationToken)
    {
        var alone = await FindAsync(layer, cancellationToken);
        if (IsKnown(alone, layer) || await findReference() is not { } reference)
            return alone;
        var kind = layer.Content.Compression == CompressionKind.Zstd ? WrappingKind.Zstd : WrappingKind.GzipTokens;
        return FoundRecipe.Smaller(alone, await GetAsync(layer, reference.Blob.Digest,
            () => MakeAsync(kind, layer, reference, IsUnknown(alone), cancellationToken), cancellationToken));
    }

    private Task<FoundRecipe> GetAsync(
        CompressedLayer layer, Digest? reference, Func<Task<FoundRecipe>> make, CancellationToken cancellationToken) =>
        _recipes.GetOrAdd((layer.Blob.Digest, reference), _ => new Lazy<Task<FoundRecipe>>(
            () => Task.Run(make, cancellationToken))).Value;

    private async Task<FoundRecipe> FindAloneAsync(CompressedLayer layer, CancellationToken cancellationToken)
    {
        if (layer.Content.Compression == CompressionKind.Zstd)
            return await MakeAsync(WrappingKind.Zstd, layer, null, false, cancellationToken);
        var found = await MakeAsync(WrappingKind.Gzip, layer, null, false, cancellationToken);
        return IsKnown(found, layer)
            ? found
            : FoundRecipe.Smaller(
                found, await MakeAsync(WrappingKind.GzipTokens, layer, null, true, cancellationToken) with
                {
                    Refusal = found.Refusal,
                });
    }

    // Looking for the encoder again would find none again.
    private static bool IsUnknown(FoundRecipe alone) => alone is { Kind: WrappingKind.Zstd, Bytes: { } bytes }
        && !ZstdRecipe.Read(bytes).HasKnownEncoder;

    private static bool IsKnown(FoundRecipe found, CompressedLayer layer) =>
        found is { Bytes: { } bytes, Kind: var kind }
        && (bytes.Length <= Math.Max(Wrapping.MaximumInline, layer.Blob.Size / KnownRatio)
            || (kind == WrappingKind.Gzip && !GzipRecipe.Read(bytes).HasCorrections)
            || (kind == WrappingKind.Zstd && !ZstdRecipe.Read(bytes).HasUnknownEncoder));

    private async Task<FoundRecipe> MakeAsync(
        WrappingKind kind, CompressedLayer layer, CompressedLayer? reference, bool isUnknown,
        CancellationToken cancellationToken)
    {
        try
        {
            // Streams are read as they come, but where encoders are compared by what they make of the content.
            using var progress = events.BeginPart($"recipe {layer.Blob.Digest.ShortHex}", "finding its encoder",
                kind == WrappingKind.Gzip ? layer.Blob.Size : layer.Content.Size);
            var bytes = Analyse(kind, layer, reference, isUnknown, progress, cancellationToken);
            progress.EndStage();
            var needed = await ProveAsync(kind, bytes, layer, reference, progress, cancellationToken);
            return new FoundRecipe(kind, bytes) { Reference = needed };
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

    private byte[] Analyse(
        WrappingKind kind, CompressedLayer layer, CompressedLayer? reference, bool isUnknown, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        if (kind == WrappingKind.Gzip)
        {
            using var source = new CountingReadStream(layer.Blob.OpenRead(), progress.Advance);
            return GzipAnalysis.OfGzip(source, workers, cancellationToken).ToBytes();
        }
        using var stream = layer.Blob.OpenRead();
        using var content = new WatchedReadStream(layer.Content.OpenRead(), progress.Advance);
        var beside = reference?.ToReference();
        if (kind == WrappingKind.GzipTokens)
            return GzipTokenAnalysis.OfGzip(stream, content, beside, workers, cancellationToken).ToBytes();
        return (isUnknown
            ? ZstdAnalysis.OfUnknown(stream, content, beside, workers, cancellationToken)
            : ZstdAnalysis.OfZstd(stream, content, beside, workers, cancellationToken)).ToBytes();
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
