namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>Reads the beginnings of blocks, and has the codes of the one that was begun.</summary>
internal sealed class BlockHeaderReader(DeflateInput input)
{
    public const int LiteralBits = 11;
    public const int DistanceBits = 9;
    public const int CodeLengthBits = DeflateAlphabet.MaximumCodeLengthBits;

    private readonly HuffmanDecoder _codeLengths = new(CodeLengthBits, SymbolMeanings.CodeLengths);

    public HuffmanDecoder Literals { get; } = new(LiteralBits, SymbolMeanings.Literals);

    public HuffmanDecoder Distances { get; } = new(DistanceBits, SymbolMeanings.Distances);

    /// <summary>What a block with codes of its own says of them.</summary>
    public DynamicHeader Header { get; } = new();

    /// <summary>Begins a stored block, and gives its length.</summary>
    public int ReadStored()
    {
        if (input.Align() != 0)
            throw new RecipeRefusedException(
                RecipeRefusal.PaddingNotZero, "The padding of a stored block is not zero.");
        var length = input.Take(16);
        var complement = input.Take(16);
        if (length != (complement ^ 0xFFFF))
            throw Corrupt("the length of a stored block is not what its complement says");
        input.Align();
        return length;
    }

    /// <summary>Begins a block with the fixed codes.</summary>
    public void UseFixed() => Build(DeflateAlphabet.FixedLiteralLengths, DeflateAlphabet.FixedDistanceLengths);

    /// <summary>Begins a block with codes of its own.</summary>
    public void ReadDynamic()
    {
        var (literals, distances, codeLengths) = (input.Take(5) + 257, input.Take(5) + 1, input.Take(4) + 4);
        if (literals > DeflateAlphabet.Literals || distances > DeflateAlphabet.Distances)
            throw Corrupt("a block has codes for symbols that there are not");
        Header.Begin(literals, distances, codeLengths);
        Span<byte> lengths = stackalloc byte[DeflateAlphabet.CodeLengths];
        lengths.Clear();
        for (var index = 0; index < codeLengths; index++)
        {
            var length = input.Take(3);
            lengths[DeflateAlphabet.CodeLengthOrder[index]] = (byte)length;
            Header.Add(length);
        }
        if (!_codeLengths.Build(lengths, mustBeComplete: true))
            throw Corrupt("the code of a block's code lengths is none");
        ReadSymbols(literals + distances);
        Span<byte> literalLengths = stackalloc byte[DeflateAlphabet.Literals];
        Span<byte> distanceLengths = stackalloc byte[DeflateAlphabet.Distances];
        Header.ReadLengths(literalLengths, distanceLengths);
        if (literalLengths[DeflateAlphabet.EndOfBlock] == 0)
            throw Corrupt("a block has no code for its end");
        Build(literalLengths, distanceLengths);
    }

    public static RecipeRefusedException Corrupt(string what) =>
        new(RecipeRefusal.Corrupt, $"The compressed stream is damaged: {what}.");

    private void ReadSymbols(int count)
    {
        while (count > 0)
        {
            input.Need();
            var entry = _codeLengths.Table[input.Bits & ((1 << CodeLengthBits) - 1)];
            input.Take((int)(entry & HuffmanDecoder.AllBitsMask));
            var symbol = (int)(entry >> HuffmanDecoder.ValueShift);
            Header.Add(symbol);
            var extra = 0;
            if (symbol >= 16)
                Header.Add(extra = input.Take(DynamicHeader.RunBits(symbol)));
            count -= DynamicHeader.RunLength(symbol, extra);
        }
        input.CheckEnd();
    }

    private void Build(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> distances)
    {
        if (!Literals.Build(literals) || !Distances.Build(distances))
            throw Corrupt("a code of a block is none");
    }
}
