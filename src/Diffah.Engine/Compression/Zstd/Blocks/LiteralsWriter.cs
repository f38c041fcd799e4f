using Diffah.Engine.Compression.Zstd.Entropy;
using Diffah.Engine.Compression.Zstd.Frames;

namespace Diffah.Engine.Compression.Zstd.Blocks;

/// <summary>Writes the literals section of blocks (RFC 8878, section 3.1.1.3.1).</summary>
internal sealed class LiteralsWriter
{
    /// <summary>Bytes that are enough for any.</summary>
    public static int MaximumLength { get; } =
        8 + HuffmanWeightsWriter.MaximumLength + HuffmanCode.Room(ZstdBlockHeader.MaximumContent);

    private readonly HuffmanWeightsCoder _weights = new();
    private readonly uint[] _counts = new uint[256];

    /// <summary>Begins a frame.</summary>
    public void Begin() => _weights.Forget();

    /// <summary>Uses a code from here on that no block had that was written.</summary>
    /// <exception cref="RecipeRefusedException">There is no such code.</exception>
    public void Use(ZstdHuffmanWeights weights) => _weights.Use(weights);

    /// <summary>Writes literals.</summary>
    /// <param name="block">The block that has them.</param>
    /// <param name="output">Where to; <see cref="MaximumLength"/> bytes are enough.</param>
    /// <returns>Bytes that were written.</returns>
    /// <exception cref="RecipeRefusedException">They can't be written so.</exception>
    public int Write(ZstdBlockParts block, Span<byte> output)
    {
        var isPlain = block.LiteralsType is ZstdLiteralsType.Raw or ZstdLiteralsType.Rle;
        var header = block.LiteralsHeaderLength;
        if (isPlain ? header is < 1 or > 3 : header is < 3 or > 5)
            throw NotSo();
        return header + (isPlain
            ? WritePlain(block, output, output[header..])
            : WriteCoded(block, output, output[header..]));
    }

    private static int WritePlain(ZstdBlockParts block, Span<byte> header, Span<byte> output)
    {
        var literals = block.Literals;
        if (literals.Length >= 1 << (block.LiteralsHeaderLength switch { 1 => 5, 2 => 12, _ => 20 }))
            throw NotSo();
        SectionHeaders.WritePlain(header, block.LiteralsType, literals.Length, block.LiteralsHeaderLength);
        if (block.LiteralsType == ZstdLiteralsType.Raw)
        {
            literals.CopyTo(output);
            return literals.Length;
        }
        output[0] = literals.IsEmpty ? block.EmptyRle : literals[0];
        return 1;
    }

    private int WriteCoded(ZstdBlockParts block, Span<byte> header, Span<byte> output)
    {
        var literals = block.Literals;
        var isOne = block.StreamCount == 1;
        if (isOne ? block.LiteralsHeaderLength > 3 : literals.Length < 6)
            throw NotSo();
        var length = block.LiteralsType == ZstdLiteralsType.Compressed ? _weights.Write(block.Huffman, output) : 0;
        Count(literals);
        var code = _weights.For(_counts);
        var streams = isOne ? code.WriteOne(output[length..], literals) : code.WriteFour(output[length..], literals);
        length += streams;
        var bits = block.LiteralsHeaderLength switch { 3 => 10, 4 => 14, _ => 18 };
        if (streams == 0 || Math.Max(length, literals.Length) >= 1 << bits)
            throw NotSo();
        SectionHeaders.WriteCoded(
            header, block.LiteralsType, length, literals.Length, isOne, block.LiteralsHeaderLength);
        return length;
    }

    private void Count(ReadOnlySpan<byte> literals)
    {
        Array.Clear(_counts);
        foreach (var literal in literals)
            _counts[literal]++;
    }

    private static RecipeRefusedException NotSo() => Refusals.Corrupt("literals can't be written as they say");
}
