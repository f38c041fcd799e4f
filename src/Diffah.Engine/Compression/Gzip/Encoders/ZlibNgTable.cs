using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Places by the hash of their first four bytes, as zlib-ng keeps them. Unlike zlib it makes a place findable
/// twice at times, and not all places.</summary>
internal sealed class ZlibNgTable : IDisposable
{
    public const int HashLength = 4;

    private const int HashBits = 16;
    private const int Mask = ZlibSearch.WindowSize - 1;
    private const int Nowhere = -(1 << 30);

    private readonly int[] _heads = ArrayPool<int>.Shared.Rent(1 << HashBits);
    private readonly int[] _before = ArrayPool<int>.Shared.Rent(Mask + 1);
    private bool _disposed;

    /// <summary>Forgets all places.</summary>
    public void Clear()
    {
        _heads.AsSpan(0, 1 << HashBits).Fill(Nowhere);
        _before.AsSpan(0, Mask + 1).Fill(Nowhere);
    }

    /// <summary>Makes a place findable by its first four bytes, and gives the last one with the same hash; the place
    /// itself where it was that already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Insert(ref byte content, int position)
    {
        var word = SearchSpace.ReadFour(ref content, position);
        if (!BitConverter.IsLittleEndian)
            word = BinaryPrimitives.ReverseEndianness(word);
        return Insert(position, (int)((word * 2654435761) >> 16 & 0xFFFF));
    }

    /// <summary>Makes a place findable by its first three bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InsertShort(ref byte content, int position) =>
        Insert(position, ShortHash(ref Unsafe.Add(ref content, position)));

    /// <summary>The last place that is findable by these three bytes, or others of their hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LastOf(ref byte three) =>
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_heads), ShortHash(ref three));

    private static int ShortHash(ref byte three) => ZlibSearch.Hash(ref three, 5, 0x7FFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Insert(int position, int hash)
    {
        ref var head = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_heads), hash);
        var candidate = head;
        if (candidate != position)
        {
            Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_before), position & Mask) = candidate;
            head = position;
        }
        return candidate;
    }

    /// <summary>The place before another with the same hash, or something of a later place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Before(int position) =>
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_before), position & Mask);

    /// <summary>All indexes are less, by a multiple of the window's size.</summary>
    public void Slide(int by)
    {
        Slide(_heads.AsSpan(0, 1 << HashBits), by);
        Slide(_before.AsSpan(0, Mask + 1), by);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<int>.Shared.Return(_heads);
        ArrayPool<int>.Shared.Return(_before);
    }

    private static void Slide(Span<int> places, int by)
    {
        var less = new Vector<int>(by);
        var least = new Vector<int>(Nowhere);
        foreach (ref var place in MemoryMarshal.Cast<int, Vector<int>>(places))
            place = Vector.Max(place - less, least);
    }
}
