namespace Diffah.Engine.Compression.Zstd.Frames;

/// <summary>Where the table of a kind of codes comes from.</summary>
internal enum ZstdTableMode : byte
{
    /// <summary>The format's own.</summary>
    Predefined = 0,

    /// <summary>All codes are one and the same.</summary>
    Rle = 1,

    /// <summary>The block has it.</summary>
    Fse = 2,

    /// <summary>The one used last for this kind.</summary>
    Repeat = 3,
}

/// <summary>What a block says of the table of one kind of codes.</summary>
internal sealed class ZstdSequenceTable
{
    /// <summary>Where the table comes from.</summary>
    public ZstdTableMode Mode { get; set; }

    /// <summary>The code that all are, of <see cref="ZstdTableMode.Rle"/>.</summary>
    public byte OnlyCode { get; set; }

    /// <summary>The table that the block has, of <see cref="ZstdTableMode.Fse"/>.</summary>
    public FseCounts Counts { get; } = new();
}
