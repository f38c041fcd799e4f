using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>
/// The tables of double fast, which are the library's: at which index 8 bytes were met last, by their hash, and at
/// which a few were. Who learns of bytes reads 8 of them.
/// </summary>
/// <param name="block">The block that is matched.</param>
internal readonly unsafe struct ZstdTablePair(in ZstdMatchedBlock block)
{
    /// <summary>Indices by the hashes of 8 bytes.</summary>
    public readonly uint* Long = block.FirstTable;

    /// <summary>Indices by the hashes of a few.</summary>
    public readonly uint* Short = block.SecondTable;

    /// <summary>log2 of the entries of <see cref="Long"/>.</summary>
    public readonly int LongLog = block.FirstLog;

    /// <summary>log2 of the entries of <see cref="Short"/>.</summary>
    public readonly int ShortLog = block.SecondLog;

    /// <summary>How many bytes a few are: 4 to 7.</summary>
    public readonly int Few = block.MinimumMatch;

    private readonly byte* _base = block.Base;

    /// <summary>Both tables learn of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Learn(byte* at)
    {
        LearnLong(at);
        LearnShort(at);
    }

    /// <summary>Both tables learn of a match's surroundings.</summary>
    /// <param name="begin">Two bytes behind where it was searched for.</param>
    /// <param name="behind">Where it ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LearnAround(byte* begin, byte* behind)
    {
        Learn(begin);
        LearnLong(behind - 2);
        LearnShort(behind - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LearnLong(byte* at) => Long[ZstdHashes.OfEight(at, LongLog)] = (uint)(at - _base);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LearnShort(byte* at) => Short[ZstdHashes.OfFew(at, ShortLog, Few)] = (uint)(at - _base);
}
