namespace Diffah.Engine.Compression.Zstd.Go;

/// <summary>A match that the level Best weighs.</summary>
internal struct PricedMatch
{
    /// <summary>As <see cref="Repeat"/>: the offset is no repeated one.</summary>
    public const int NoRepeat = -1;

    /// <summary>As a bit of <see cref="Repeat"/>: no literal stands before the match, which shifts the meaning of
    /// codes.</summary>
    public const int BehindMatch = 4;

    /// <summary>Where the bytes are copied from.</summary>
    public int Source;

    /// <summary>Where they go.</summary>
    public int Place;

    /// <summary>How many; 0 where the match does not pay.</summary>
    public int Length;

    /// <summary>The code of a repeated offset, with <see cref="BehindMatch"/>; <see cref="NoRepeat"/>; 0 before there
    /// is any match.</summary>
    public int Repeat;

    /// <summary>The bits of the codes less those of the literals that the match stands for.</summary>
    public int Price;

    /// <summary>The offset as the format writes it.</summary>
    public readonly uint OffsetValue => Repeat > 0 ? (uint)(Repeat & ~BehindMatch) : (uint)(Place - Source) + 3;
}
