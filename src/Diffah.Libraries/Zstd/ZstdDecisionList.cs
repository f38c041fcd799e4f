using System.Runtime.CompilerServices;

namespace Diffah.Libraries.Zstd;

/// <summary>The decisions of a block, as they come.</summary>
internal unsafe struct ZstdDecisionList
{
    private readonly ZstdDecision* _first;
    private readonly ZstdDecision* _end;
    private ZstdDecision* _next;

    /// <param name="room">Where they go.</param>
    /// <param name="capacity">How many there is room for.</param>
    /// <param name="start">Where the block begins.</param>
    public ZstdDecisionList(ZstdDecision* room, int capacity, byte* start)
    {
        _first = _next = room;
        _end = room + capacity;
        Behind = start;
    }

    /// <summary>The first byte behind the last match.</summary>
    public byte* Behind { get; private set; }

    /// <summary>Adds a match; what lies between it and the one before is literals.</summary>
    /// <param name="at">Where it begins.</param>
    /// <param name="offsetValue">1 to 3 for a repeat code, else the offset and 3.</param>
    /// <param name="length">Its bytes, at least 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte* at, uint offsetValue, int length)
    {
        if (_next == _end)
            throw new ZstdFaultException("more sequences than a block may have");
        *_next++ = new ZstdDecision(offsetValue, (uint)(at - Behind), (uint)length);
        Behind = at + length;
    }

    /// <summary>The repeat offsets that the library thinks there are: it takes all for offsets.</summary>
    /// <param name="before">Those before the block.</param>
    public readonly ZstdRepeats RepeatsOfLibrary(ZstdRepeats before) => (_next - _first) switch
    {
        0 => before,
        1 => new(_next[-1].Offset, before.First, before.Second),
        2 => new(_next[-1].Offset, _next[-2].Offset, before.First),
        _ => new(_next[-1].Offset, _next[-2].Offset, _next[-3].Offset),
    };

    /// <summary>Adds the literals at the block's end, and counts.</summary>
    public int End(byte* end)
    {
        if (_next == _end)
            throw new ZstdFaultException("more sequences than a block may have");
        *_next++ = ZstdDecision.Rest((uint)(end - Behind));
        return (int)(_next - _first);
    }
}
