namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>
/// Predicts the bytes of a file from those of an old one, block by block, from the file's beginning to its end. A wrong
/// prediction costs bytes, never correctness.
/// </summary>
internal interface IPrediction
{
    /// <summary>The most bytes that are predicted at a time.</summary>
    const int BlockLength = 256;

    /// <summary>Predicts a block.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="oldPosition">Where the block is in it.</param>
    /// <param name="newPosition">Where the block is in the new file.</param>
    /// <param name="predicted">Takes the predicted bytes.</param>
    void Predict(ReadOnlySpan<byte> old, int oldPosition, int newPosition, Span<byte> predicted);

    /// <summary>Tells what the block really is.</summary>
    /// <param name="newPosition">Where the block is in the new file.</param>
    /// <param name="actual">Its bytes.</param>
    void Learn(int newPosition, ReadOnlySpan<byte> actual);
}
