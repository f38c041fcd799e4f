using Diffah.Engine.Compression;
using System.Collections.Concurrent;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.Wrapped;

/// <summary>The recipe of a gzip stream.</summary>
/// <param name="Bytes">The recipe; null where there is none.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record FoundRecipe(byte[]? Bytes, string Refusal = "");

/// <summary>Finds the recipes of gzip streams, each once, and proves that they give the streams back.</summary>
/// <param name="workers">How many parts are rebuilt at the same time.</param>
/// <param name="events">Told of bytes.</param>
internal sealed class GzipRecipes(int workers, EventSink events)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<FoundRecipe>>> _recipes = new();

    /// <summary>The recipe of a blob.</summary>
    /// <param name="blob">The blob, a gzip stream.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<FoundRecipe> FindAsync(
        SpooledBlob blob, LayerContent content, CancellationToken cancellationToken) =>
        _recipes.GetOrAdd(blob.Digest, _ => new Lazy<Task<FoundRecipe>>(
            () => Task.Run(() => MakeAsync(blob, content, cancellationToken), cancellationToken))).Value;

    private async Task<FoundRecipe> MakeAsync(
        SpooledBlob blob, LayerContent content, CancellationToken cancellationToken)
    {
        try
        {
            using var progress = events.BeginPart($"recipe {blob.Digest.ShortHex}", "finding its encoder", blob.Size);
            byte[] bytes;
            await using (var source = new CountingReadStream(blob.OpenRead(), progress.Advance))
                bytes = GzipAnalysis.OfGzip(source, workers, cancellationToken).ToBytes();
            progress.EndStage();
            await ProveAsync(bytes, blob, content, progress, cancellationToken);
            return new FoundRecipe(bytes);
        }
        catch (RecipeRefusedException e)
        {
            return new FoundRecipe(null, e.Message.TrimEnd('.'));
        }
        catch (DiffahException e) when (e.Error.Category == DiffahErrorCategory.Content)
        {
            return new FoundRecipe(null, "the recipe that was found does not give the layer back");
        }
    }

    private async Task ProveAsync(
        byte[] recipe, SpooledBlob blob, LayerContent content, ProgressScope progress,
        CancellationToken cancellationToken)
    {
        progress.BeginStage("verifying", blob.Size);
        using var rebuilt = new VerifyingStream(
            new GzipRebuildStream(content.OpenRead(), GzipRecipe.Read(recipe), workers), blob.Digest, blob.Size,
            $"What the recipe for {blob.Digest} rebuilds");
        await rebuilt.CopyToAsync(Stream.Null, progress.Advance, cancellationToken);
    }
}
