namespace Diffah.Engine.Compression.Tokens;

/// <summary>What an encoder decided: a match, behind literals that nobody speaks of.</summary>
/// <param name="Start">Where in the content the match begins; where there is none any more, the block's end.</param>
/// <param name="Length">Bytes; 0 for the literals before the block's end.</param>
/// <param name="Distance">How far back they stand already.</param>
internal readonly record struct Decision(int Start, int Length, int Distance)
{
    /// <summary>Where the next decision begins.</summary>
    public int End => Start + Length;

    /// <summary>Literals up to the block's end.</summary>
    public bool IsEnd => Length == 0;
}
