using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;
using Diffah.Engine.Compression.Zstd;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>
/// Compressed layers as their recipes make them. As with <see cref="Deflaters"/>, the engine is asked what an encoder
/// decides.
/// </summary>
internal static class Encoders
{
    /// <summary>A stream as a recipe makes it.</summary>
    /// <param name="kind">The kind of the wrapping.</param>
    /// <param name="content">The content.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="reference">The blob that it is followed with, and its content; null where there is none.</param>
    public static byte[] Rebuild(
        string kind, byte[] content, byte[] recipe, (byte[] Blob, byte[] Content)? reference)
    {
        if (kind == "gzip")
            return Deflaters.Rebuild(content, recipe);
        IStreamRecipe read = kind == "zstd" ? ZstdRecipe.Read(recipe) : GzipTokenRecipe.Read(recipe);
        using var made = read.Open(new MemoryStream(content), reference is { } at
            ? new RecipeReference(() => new MemoryStream(at.Blob), () => new MemoryStream(at.Content))
            : null, workers: 1);
        using var stream = new MemoryStream();
        made.CopyTo(stream);
        return stream.ToArray();
    }
}
