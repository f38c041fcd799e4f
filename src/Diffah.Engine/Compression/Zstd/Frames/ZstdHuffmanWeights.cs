namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>The Huffman code of literals, as a block says it (RFC 8878, section 4.2.1).</summary>
internal sealed class ZstdHuffmanWeights
{
    /// <summary>The most symbols of a code.</summary>
    public const int MaximumSymbols = 256;

    /// <summary>The most bits of a symbol's code.</summary>
    public const int MaximumBits = 11;

    private readonly byte[] _weights = new byte[MaximumSymbols];

    /// <summary>Symbols up to the last one that has a code. The last one's weight is not written: it follows from the
    /// others.</summary>
    public int SymbolCount { get; set; }

    /// <summary>The weights of these symbols, the last one's with them: 0 has no code, else the code has
    /// <see cref="Bits"/> + 1 - weight bits.</summary>
    public Span<byte> Weights => _weights.AsSpan(0, SymbolCount);

    /// <summary>Bits of the longest code.</summary>
    public int Bits { get; set; }

    /// <summary>The weights stand there as they are, four bits each; else they are coded by
    /// <see cref="Counts"/>.</summary>
    public bool IsDirect { get; set; }

    /// <summary>The table by which the weights are coded, if they are.</summary>
    public FseCounts Counts { get; } = new();
}
