namespace Diffah.Libraries.Zstd;

/// <summary>Decides the sequences of blocks in the library's place.</summary>
internal unsafe interface IZstdMatcher
{
    /// <summary>Begins anew: a frame, or a job of one.</summary>
    /// <param name="repeats">Repeat offsets that it begins with.</param>
    /// <param name="overlap">Bytes before it that it may refer to.</param>
    void Begin(ZstdRepeats repeats, int overlap);

    /// <summary>Decides one block.</summary>
    /// <param name="block">The block, and what lies before it.</param>
    /// <param name="sequences">Room for a third of the block's bytes and one more.</param>
    /// <param name="capacity">That room, in sequences.</param>
    /// <returns>How many there are, with <see cref="ZstdDecision.Rest"/> at their end.</returns>
    int Match(in ZstdMatchedBlock block, ZstdDecision* sequences, int capacity);
}

/// <summary>
/// A block that is to be matched. Positions are indices: bytes from <see cref="Base"/> on, or from
/// <see cref="FarBase"/> where they are below <see cref="NearStart"/>.
/// </summary>
internal readonly unsafe struct ZstdMatchedBlock
{
    /// <summary>Where the block begins.</summary>
    public byte* Start { get; init; }

    /// <summary>Bytes of the block.</summary>
    public int Length { get; init; }

    /// <summary>Where index 0 of the segment would be that the block belongs to.</summary>
    public byte* Base { get; init; }

    /// <summary>The same for the segment before it.</summary>
    public byte* FarBase { get; init; }

    /// <summary>The first index of the block's segment.</summary>
    public uint NearStart { get; init; }

    /// <summary>The first index that may be referred to; below <see cref="NearStart"/> where there are two
    /// segments.</summary>
    public uint FarStart { get; init; }

    /// <summary>Window, log2 bytes.</summary>
    public int WindowLog { get; init; }

    /// <summary>A table of the library's of 2^<see cref="FirstLog"/> indices, kept from block to block.</summary>
    public uint* FirstTable { get; init; }

    /// <summary>log2 of the entries of <see cref="FirstTable"/>.</summary>
    public int FirstLog { get; init; }

    /// <summary>Another table of 2^<see cref="SecondLog"/> indices.</summary>
    public uint* SecondTable { get; init; }

    /// <summary>log2 of the entries of <see cref="SecondTable"/>.</summary>
    public int SecondLog { get; init; }

    /// <summary>A third table of 2^<see cref="ThirdLog"/> indices, where 3 bytes are a match.</summary>
    public uint* ThirdTable { get; init; }

    /// <summary>log2 of the entries of <see cref="ThirdTable"/>; 0 where there is none.</summary>
    public int ThirdLog { get; init; }

    /// <summary>1 to 9, from fast to btultra2.</summary>
    public int Strategy { get; init; }

    /// <summary>Positions that are looked at for a match, log2.</summary>
    public int SearchLog { get; init; }

    /// <summary>The first index that is in no table yet. The library moves it on where it skips content.</summary>
    public uint* NextToUpdate { get; init; }

    /// <summary>Bytes that the shortest match has.</summary>
    public int MinimumMatch { get; init; }

    /// <summary>Bytes of a match that is long enough to be taken at once.</summary>
    public int TargetLength { get; init; }

    /// <summary>The three repeat offsets that the library takes for those before the block. Where it splits what was
    /// matched into several blocks it goes by them, and leaves those that a decoder has behind them.</summary>
    public uint* Repeats { get; init; }

    /// <summary>The block that was matched before came out compressed, so that its repeat offsets count.</summary>
    public bool IsPreviousCompressed { get; init; }

    /// <summary>The first index that this block may refer to, by the window of its end.</summary>
    /// <param name="valid">The first index that is there.</param>
    public uint LowestFor(uint valid) => LowestFor(valid, (uint)(Start - Base) + (uint)Length);

    /// <summary>The first index that may be referred to from another one on.</summary>
    /// <param name="valid">The first index that is there.</param>
    /// <param name="index">The other one.</param>
    public uint LowestFor(uint valid, uint index)
    {
        var window = 1u << WindowLog;
        return index - valid > window ? index - window : valid;
    }
}
