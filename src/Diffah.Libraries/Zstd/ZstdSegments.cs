using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>The content that a block may refer to, in one piece or in two: what is before the near one lies
/// elsewhere.</summary>
/// <param name="block">The block.</param>
internal readonly unsafe struct ZstdSegments(in ZstdMatchedBlock block)
{
    private readonly byte* _farBase = block.FarBase;
    private readonly uint _low = block.FarStart;
    private readonly uint _window = 1u << block.WindowLog;

    /// <summary>Where index 0 of the near piece would be.</summary>
    public byte* Base { get; } = block.Base;

    /// <summary>Where the block ends.</summary>
    public byte* End { get; } = block.Start + block.Length;

    /// <summary>The first index of the near piece.</summary>
    public uint Near { get; } = block.NearStart;

    /// <summary>Where an index is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(uint index) => (index < Near ? _farBase : Base) + index;

    /// <summary>The first index that may be referred to from one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Lowest(uint index) => index - _low > _window ? index - _window : _low;

    /// <summary>How many bytes from two places on are the same, from one piece into the other.</summary>
    /// <param name="at">The later place, in the block.</param>
    /// <param name="index">The earlier one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Same(byte* at, uint index) =>
        index < Near ? SameFar(at, index) : ZstdHashes.Same(at, Base + index, End);

    private int SameFar(byte* at, uint index)
    {
        var left = (int)Math.Min(Near - index, int.MaxValue);
        var end = End - at > left ? at + left : End;
        var same = ZstdHashes.Same(at, _farBase + index, end);
        return same == left ? same + ZstdHashes.Same(at + same, Base + Near, End) : same;
    }
}
