namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>
/// Reads the blocks of a frame, one after the other, into what they say. Needs no content: what matches stand for is
/// not copied. Not for two threads at once.
/// </summary>
internal sealed class ZstdBlockReader
{
    private readonly LiteralsReader _literals = new();
    private readonly SequencesReader _sequences = new();
    private ulong _window;
    private int _most;
    private RepeatOffsets _offsets;

    /// <summary>The repeat offsets behind the block that was read last.</summary>
    public RepeatOffsets Offsets => _offsets;

    /// <summary>Bytes of content that the blocks read so far stand for.</summary>
    public long Position { get; private set; }

    /// <summary>Begins a frame.</summary>
    /// <param name="windowSize">Bytes of its window: no match reaches further back, and no block is larger.</param>
    public void Begin(ulong windowSize)
    {
        (_window, _most) = (windowSize, (int)Math.Min(windowSize, ZstdBlockHeader.MaximumContent));
        _literals.Begin();
        _sequences.Begin();
        Resume(0, RepeatOffsets.Initial);
    }

    /// <summary>Goes on behind blocks that were not read by this reader. Tables are those of the blocks that
    /// were.</summary>
    /// <param name="position">Bytes of content before the next block.</param>
    /// <param name="offsets">The repeat offsets there.</param>
    public void Resume(long position, RepeatOffsets offsets) => (Position, _offsets) = (position, offsets);

    /// <summary>Uses a Huffman code from here on that no block had that was read.</summary>
    public void Use(ZstdHuffmanWeights weights) => _literals.Use(weights);

    /// <summary>Reads a block.</summary>
    /// <param name="bytes">The block with its header, and nothing else.</param>
    /// <param name="block">Takes what it says.</param>
    /// <exception cref="RecipeRefusedException">There is no such block.</exception>
    public void Read(ReadOnlySpan<byte> bytes, ZstdBlockParts block)
    {
        var header = ZstdBlockHeader.Read(bytes);
        var body = bytes[ZstdBlockHeader.Length..];
        if (body.Length != header.BodyLength)
            throw Refusals.CutShort();
        if (header.Size > _most)
            throw TooLong();
        (block.Type, block.IsLast) = (header.Type, header.IsLast);
        if (header.Type == ZstdBlockType.Compressed)
        {
            ReadCompressed(body, block);
        }
        else
        {
            (block.LiteralCount, block.SequenceCount) = (body.Length, 0);
            body.CopyTo(block.Literals);
            block.ContentLength = header.Size;
        }
        Position += block.ContentLength;
    }

    private void ReadCompressed(ReadOnlySpan<byte> body, ZstdBlockParts block)
    {
        var length = _literals.Read(body, block, _most);
        _sequences.Read(body[length..], block);
        var (literals, content) = (0L, 0L);
        foreach (ref var sequence in block.Sequences)
        {
            literals += sequence.LiteralLength;
            content += sequence.LiteralLength;
            var offset = _offsets.Resolve(sequence.OffsetValue, sequence.LiteralLength);
            if (offset == 0 || offset > _window || offset > Position + content)
                throw Refusals.Corrupt("a match reaches too far back");
            sequence = sequence with { Offset = offset };
            content += sequence.MatchLength;
        }
        if (literals > block.LiteralCount)
            throw Refusals.Corrupt("sequences need more literals than there are");
        content += block.LiteralCount - literals;
        if (content > _most)
            throw TooLong();
        block.ContentLength = (int)content;
    }

    private static RecipeRefusedException TooLong() => Refusals.Corrupt("a block is too long");
}
