namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>A block as an inflater found it.</summary>
internal struct InflatedBlock
{
    public BlockType Type;
    public bool IsFinal;

    /// <summary>All of its tokens, or stored bytes, are known.</summary>
    public bool IsComplete;

    /// <summary>How many tokens of it stand in the list, and where they begin.</summary>
    public int TokenStart;
    public int TokenCount;

    /// <summary>The bytes of a stored block.</summary>
    public int StoredLength;

    /// <summary>Where its dynamic header stands among the bytes of headers.</summary>
    public int HeaderStart;
    public int HeaderLength;

    /// <summary>Where in the content it begins.</summary>
    public long ContentStart;

    /// <summary>The bits of the compressed stream that it has; the end is known of a complete block.</summary>
    public long StartBit;
    public long EndBit;
}
