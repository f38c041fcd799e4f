namespace Diffah.Libraries.Zstd;

/// <summary>Where the last position is that has a hash of 3 bytes. The table is the library's.</summary>
internal sealed unsafe class ZstdNearHash
{
    /// <summary>Three bytes are no match from so far on.</summary>
    public const uint Reach = 1 << 18;

    private byte* _base;
    private uint* _positions;
    private int _log;
    private uint _next;

    /// <summary>Begins a block.</summary>
    public void Use(in ZstdMatchedBlock block)
    {
        _base = block.Base;
        _positions = block.ThirdTable;
        (_log, _next) = (block.ThirdLog, *block.NextToUpdate);
    }

    /// <summary>Forgets all positions.</summary>
    public static void Clear(in ZstdMatchedBlock block)
    {
        if (block.ThirdLog > 0)
            new Span<uint>(block.ThirdTable, 1 << block.ThirdLog).Clear();
    }

    /// <summary>Gives the last position before one that has its hash; 0 is none. All before it are entered.</summary>
    public uint Find(byte* at, uint index)
    {
        for (; _next < index; _next++)
            _positions[ZstdHashes.OfThree(_base + _next, _log)] = _next;
        _next = index;
        return _positions[ZstdHashes.OfThree(at, _log)];
    }
}
