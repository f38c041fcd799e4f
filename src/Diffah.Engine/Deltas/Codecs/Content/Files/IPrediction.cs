namespace Diffah.Engine.Deltas.Codecs.Content.Files;

/// <summary>
/// Predicts the bytes of a file from those of an old one, block by block, from the file's beginning to its end. A wrong
/// prediction costs bytes, never correctness.
/// </summary>
internal interface IPrediction
{
    /// <summary>
    /// The most bytes that are predicted at a time. No block goes over a multiple of it in the new file.
    /// </summary>
    const int BlockLength = 256;

    /// <summary>How long the block at a place of the new file is.</summary>
    /// <param name="newPosition">Where it begins.</param>
    /// <param name="left">Bytes that are still to be predicted.</param>
    static int LengthAt(int newPosition, int left) => Math.Min(left, BlockLength - (newPosition & (BlockLength - 1)));

    /// <summary>Predicts a block.</summary>
    /// <param name="old">The old file.</param>
    /// <param name="oldPosition">Where the block is in it.</param>
    /// <param name="newPosition">Where the block is in the new file.</param>
    /// <param name="predicted">Takes the predicted bytes.</param>
    /// <param name="fields">
    /// Takes a byte for each: at the first of a field that was predicted its width, else 0.
    /// </param>
    void Predict(
        ReadOnlySpan<byte> old, int oldPosition, int newPosition, Span<byte> predicted, Span<byte> fields);

    /// <summary>Says what the bytes of a block are among.</summary>
    /// <param name="oldPosition">Where the block is in the old file.</param>
    /// <param name="kinds">Takes a number for each byte; 0 where nothing is known.</param>
    void TellKinds(int oldPosition, Span<byte> kinds);

    /// <summary>Tells the next bytes of the new file, whether or not they were predicted.</summary>
    /// <param name="newPosition">Where they are in the new file.</param>
    /// <param name="actual">The bytes; at most a block.</param>
    void Learn(int newPosition, ReadOnlySpan<byte> actual);
}
