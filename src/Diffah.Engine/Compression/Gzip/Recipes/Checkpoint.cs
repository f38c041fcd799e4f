using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>The beginning of a block at which a worker can begin who has only the 32 KiB before it.</summary>
/// <param name="Content">Where in the content.</param>
/// <param name="Bit">Where in the deflate stream.</param>
/// <param name="WindowBase">Where in the content the encoder's window begins.</param>
/// <param name="Carried">The match that was found for the next token already; 0 where there is none.</param>
/// <param name="Corrections">Which corrections come next.</param>
internal sealed record Checkpoint(
    long Content, long Bit, long WindowBase, uint Carried, CorrectionPlace Corrections)
{
    /// <summary>Where an encoder begins that has seen nothing but the history.</summary>
    public static Checkpoint At(long content, long bit) =>
        new(content, bit, Math.Max(0, content - ContentWindow.History), 0, CorrectionPlace.Start);
}
