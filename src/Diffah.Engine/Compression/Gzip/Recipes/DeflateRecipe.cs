namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>What makes one raw deflate stream of its content.</summary>
/// <param name="Parts">What is made one way each, from front to back; there is at least one.</param>
/// <param name="Padding">What fills the last byte up, by rights zeros.</param>
internal sealed record DeflateRecipe(IReadOnlyList<RecipePart> Parts, byte Padding)
{
    /// <summary>The bytes of the content.</summary>
    public long ContentLength => Parts[^1].ContentEnd;

    /// <summary>The bits of the stream.</summary>
    public long Bits => Parts[^1].BitEnd;
}
