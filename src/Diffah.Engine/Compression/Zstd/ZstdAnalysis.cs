namespace Diffah.Engine.Compression.Zstd;

/// <summary>Makes recipes of zstd streams. Whoever ships a recipe rebuilds the stream by it first, and compares.</summary>
internal static class ZstdAnalysis
{
    /// <summary>Makes the recipe of a zstd stream.</summary>
    /// <param name="stream">The stream, which can seek; not disposed of.</param>
    /// <param name="content">Its content, which can seek; not disposed of.</param>
    /// <param name="reference">A stream that whoever follows the recipe has too; null for none.</param>
    /// <param name="workers">How many frames are compared at the same time. The recipe is the same for any
    /// number.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecipeRefusedException">The stream has no recipe.</exception>
    public static ZstdRecipe OfZstd(
        Stream stream, Stream content, RecipeReference? reference, int workers, CancellationToken cancellationToken) =>
        throw new RecipeRefusedException(RecipeRefusal.DoesNotPay, "No encoder of zstd streams is known.");
}
