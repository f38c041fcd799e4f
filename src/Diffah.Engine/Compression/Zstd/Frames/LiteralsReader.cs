namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Reads the literals section of blocks (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class LiteralsReader
{
    private readonly HuffmanWeightsReader _weights = new();
    private readonly HuffmanLiterals _decoder = new();

    /// <summary>Begins a frame.</summary>
    public void Begin() => _decoder.Forget();

    /// <summary>Uses a code from here on that no block had that was read.</summary>
    public void Use(ZstdHuffmanWeights weights) => _decoder.Build(weights);

    /// <summary>Reads literals.</summary>
    /// <param name="body">The block without its header.</param>
    /// <param name="block">Takes them.</param>
    /// <param name="most">The most literals that there may be.</param>
    /// <returns>How many bytes they take.</returns>
    /// <exception cref="RecipeRefusedException">There are no such literals.</exception>
    public int Read(ReadOnlySpan<byte> body, ZstdBlockParts block, int most)
    {
        if (body.IsEmpty)
            throw Refusals.CutShort();
        block.LiteralsType = (ZstdLiteralsType)(body[0] & 3);
        var format = (body[0] >> 2) & 3;
        var isPlain = block.LiteralsType is ZstdLiteralsType.Raw or ZstdLiteralsType.Rle;
        block.LiteralsHeaderLength = isPlain ? PlainHeader(format) : CodedHeader(format);
        block.StreamCount = isPlain || format == 0 ? 1 : 4;
        if (block.LiteralsHeaderLength > body.Length)
            throw Refusals.CutShort();
        var header = Field(body[..block.LiteralsHeaderLength]);
        return block.LiteralsHeaderLength + (isPlain
            ? ReadPlain(body[block.LiteralsHeaderLength..], block, most, (int)(header >> ((format & 1) == 0 ? 3 : 4)))
            : ReadCoded(body[block.LiteralsHeaderLength..], block, most, header >> 4));
    }

    private static int PlainHeader(int format) => format switch { 1 => 2, 3 => 3, _ => 1 };

    private static int CodedHeader(int format) => Math.Max(3, format + 2);

    private static ulong Field(ReadOnlySpan<byte> bytes)
    {
        var field = 0UL;
        for (var index = 0; index < bytes.Length; index++)
            field |= (ulong)bytes[index] << (8 * index);
        return field;
    }

    private static int ReadPlain(ReadOnlySpan<byte> bytes, ZstdBlockParts block, int most, int size)
    {
        SetCount(block, size, most);
        var length = block.LiteralsType == ZstdLiteralsType.Raw ? size : 1;
        if (length > bytes.Length)
            throw Refusals.CutShort();
        if (block.LiteralsType == ZstdLiteralsType.Raw)
        {
            bytes[..size].CopyTo(block.Literals);
            return length;
        }
        block.Literals.Fill(bytes[0]);
        block.EmptyRle = bytes[0];
        return length;
    }

    private int ReadCoded(ReadOnlySpan<byte> bytes, ZstdBlockParts block, int most, ulong sizes)
    {
        var bits = block.LiteralsHeaderLength switch { 3 => 10, 4 => 14, _ => 18 };
        SetCount(block, (int)(sizes & ((1UL << bits) - 1)), most);
        var length = (int)(sizes >> bits);
        if (length > bytes.Length)
            throw Refusals.CutShort();
        bytes = bytes[..length];
        if (block.LiteralsType == ZstdLiteralsType.Compressed)
        {
            bytes = bytes[_weights.Read(bytes, block.Huffman)..];
            _decoder.Build(block.Huffman);
        }
        else if (!_decoder.IsKnown)
        {
            throw Refusals.Corrupt("the first literals have no Huffman code");
        }
        if (block.LiteralCount == 0)
            throw Refusals.Corrupt("no literals are coded");
        _decoder.Decode(bytes, block.StreamCount, block.Literals);
        return length;
    }

    private static void SetCount(ZstdBlockParts block, int size, int most)
    {
        if (size > most)
            throw Refusals.Corrupt("a block has too many literals");
        block.LiteralCount = size;
    }
}
