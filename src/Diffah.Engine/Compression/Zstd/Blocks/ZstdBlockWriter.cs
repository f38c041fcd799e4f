using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Blocks;

/// <summary>
/// Writes the blocks of a frame, one after the other: the inverse of <see cref="ZstdBlockReader"/>. What it writes for
/// what was read of a block are the block's bytes, unless its encoder chose other states than the usual ones to begin
/// with. Not for two threads at once.
/// </summary>
internal sealed class ZstdBlockWriter
{
    private readonly LiteralsWriter _literals = new();
    private readonly SequencesWriter _sequences = new();
    private readonly byte[] _output =
        new byte[ZstdBlockHeader.Length + LiteralsWriter.MaximumLength + SequencesWriter.MaximumLength];

    /// <summary>Begins a frame.</summary>
    public void Begin()
    {
        _literals.Begin();
        _sequences.Begin();
    }

    /// <summary>Uses a Huffman code from here on that no block had that was written.</summary>
    /// <exception cref="RecipeRefusedException">There is no such code.</exception>
    public void Use(ZstdHuffmanWeights weights) => _literals.Use(weights);

    /// <summary>Writes a block.</summary>
    /// <param name="block">What it says.</param>
    /// <returns>The block with its header; until the next call.</returns>
    /// <exception cref="RecipeRefusedException">There is no such block, or it is larger than its content may
    /// be.</exception>
    public ReadOnlySpan<byte> Write(ZstdBlockParts block)
    {
        var body = _output.AsSpan(ZstdBlockHeader.Length);
        var length = block.Type == ZstdBlockType.Compressed ? WriteCompressed(block, body) : WritePlain(block, body);
        var size = block.Type == ZstdBlockType.Rle ? block.ContentLength : length;
        if (size is < 0 or > ZstdBlockHeader.MaximumContent)
            throw TooLong();
        new ZstdBlockHeader(block.Type, size, block.IsLast).Write(_output);
        return _output.AsSpan(0, ZstdBlockHeader.Length + length);
    }

    private static int WritePlain(ZstdBlockParts block, Span<byte> body)
    {
        if (block.Type == ZstdBlockType.Rle && block.LiteralCount != 1)
            throw Refusals.Corrupt("a block of one byte has another number of them");
        block.Literals.CopyTo(body);
        return block.LiteralCount;
    }

    private int WriteCompressed(ZstdBlockParts block, Span<byte> body)
    {
        if (block.LiteralCount > ZstdBlockHeader.MaximumContent)
            throw TooLong();
        var length = _literals.Write(block, body);
        return length + _sequences.Write(block, body[length..]);
    }

    private static RecipeRefusedException TooLong() => Refusals.Corrupt("a block is too long");
}
