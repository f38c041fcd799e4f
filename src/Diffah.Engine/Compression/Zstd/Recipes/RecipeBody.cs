namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>All that a recipe says.</summary>
/// <param name="Parts">The pieces of the stream.</param>
/// <param name="Borders">How long those pieces are that don't say it.</param>
/// <param name="ContentLength">Bytes of the content.</param>
/// <param name="Length">Bytes of the stream.</param>
internal sealed record RecipeBody(
    IReadOnlyList<ZstdPart> Parts, BorderRule Borders, long ContentLength, long Length);
