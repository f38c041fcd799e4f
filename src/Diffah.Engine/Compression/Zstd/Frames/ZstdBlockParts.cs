namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>How the literals of a block are written.</summary>
internal enum ZstdLiteralsType : byte
{
    /// <summary>As they are.</summary>
    Raw = 0,

    /// <summary>One byte, again and again.</summary>
    Rle = 1,

    /// <summary>By a Huffman code that the block has.</summary>
    Compressed = 2,

    /// <summary>By the Huffman code used last.</summary>
    Treeless = 3,
}

/// <summary>
/// All that a block says: what its bytes can be made of again. Holds its own memory and is used block after block.
/// </summary>
internal sealed class ZstdBlockParts
{
    /// <summary>The most sequences of a block: each stands for at least three bytes.</summary>
    public const int MaximumSequences = ZstdBlockHeader.MaximumContent / 3;

    private readonly byte[] _literals = new byte[ZstdBlockHeader.MaximumContent];
    private readonly ZstdSequence[] _sequences = new ZstdSequence[MaximumSequences];

    /// <summary>How the block is written.</summary>
    public ZstdBlockType Type { get; set; }

    /// <summary>No block of the frame follows.</summary>
    public bool IsLast { get; set; }

    /// <summary>Bytes of content that the block stands for.</summary>
    public int ContentLength { get; set; }

    /// <summary>Bytes of literals. A raw block's are its content, and of an RLE block there is one.</summary>
    public int LiteralCount { get; set; }

    /// <summary>The literals of the whole block, those behind the last sequence with them.</summary>
    public Span<byte> Literals => _literals.AsSpan(0, LiteralCount);

    /// <summary>How the literals are written. This and what follows is of compressed blocks only.</summary>
    public ZstdLiteralsType LiteralsType { get; set; }

    /// <summary>Bytes of the header before the literals: 1 to 3 for raw ones and RLE, else 3 to 5.</summary>
    public int LiteralsHeaderLength { get; set; }

    /// <summary>The byte that RLE literals name where there are none of it.</summary>
    public byte EmptyRle { get; set; }

    /// <summary>Streams of coded literals: 1 or 4.</summary>
    public int StreamCount { get; set; }

    /// <summary>The code of the literals, of <see cref="ZstdLiteralsType.Compressed"/>.</summary>
    public ZstdHuffmanWeights Huffman { get; } = new();

    /// <summary>How many sequences there are.</summary>
    public int SequenceCount { get; set; }

    /// <summary>The sequences.</summary>
    public Span<ZstdSequence> Sequences => _sequences.AsSpan(0, SequenceCount);

    /// <summary>Bytes in which the number of sequences is written: 1 to 3.</summary>
    public int SequenceCountLength { get; set; }

    /// <summary>The table of literal lengths; this and the next two are of blocks with sequences.</summary>
    public ZstdSequenceTable LiteralLengths { get; } = new();

    /// <summary>The table of offsets.</summary>
    public ZstdSequenceTable Offsets { get; } = new();

    /// <summary>The table of match lengths.</summary>
    public ZstdSequenceTable MatchLengths { get; } = new();
}
