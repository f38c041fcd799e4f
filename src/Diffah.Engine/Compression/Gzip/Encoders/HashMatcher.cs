using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>A matcher that finds candidates by chains of places with the same hash.</summary>
/// <typeparam name="TScheme">The encoder's way.</typeparam>
internal abstract class HashMatcher<TScheme> : TokenMatcher
    where TScheme : struct, IHashScheme
{
    private const int Nowhere = -(1 << 30);

    private readonly int[] _heads = ArrayPool<int>.Shared.Rent(1 << TScheme.TableBits);
    private readonly ushort[] _previous = ArrayPool<ushort>.Shared.Rent(SearchSpace.Mask + 1);
    private readonly SearchSettings _settings;
    private byte[] _content = [];
    private bool _disposed;

    protected HashMatcher(SearchSettings settings) => _settings = settings;

    protected byte[] Content => _content;

    protected ref readonly SearchSettings Settings => ref _settings;

    /// <summary>The first place that can't be found yet.</summary>
    protected int Inserted { get; set; }

    public override void Begin(byte[] content, int first, int start, int windowBase)
    {
        _content = content;
        _heads.AsSpan(0, 1 << TScheme.TableBits).Fill(Nowhere);
        (Inserted, Position, Base, Carried) = (first, start, windowBase, 0);
        InsertTo(start);
    }

    public override void Slide(int by)
    {
        (Position, Limit, Base, Inserted) = (Position - by, Limit - by, Base - by, Inserted - by);
        var less = new Vector<int>(by);
        var least = new Vector<int>(Nowhere);
        foreach (ref var heads in MemoryMarshal.Cast<int, Vector<int>>(_heads.AsSpan(0, 1 << TScheme.TableBits)))
            heads = Vector.Max(heads - less, least);
    }

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<int>.Shared.Return(_heads);
        ArrayPool<ushort>.Shared.Return(_previous);
    }

    protected SearchSpace Search => new(
        ref MemoryMarshal.GetArrayDataReference(_content), ref MemoryMarshal.GetArrayDataReference(_previous),
        _settings, Base, Limit);

    /// <summary>Moves the window where the encoder does before it looks at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Arrive(int position)
    {
        if (TScheme.Slides(position, Base, Limit))
            Base += ZlibSearch.WindowSize;
    }

    /// <summary>Makes all places up to a position findable, and gives the last one with the same hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected int Insert(int position)
    {
        if (position > Limit - TScheme.HashLength)
            return Nowhere;
        if (position < Inserted)
            return position - _previous[position & SearchSpace.Mask];
        if (position > Inserted)
            InsertTo(position);
        Inserted = position + 1;
        return InsertOne(
            ref MemoryMarshal.GetArrayDataReference(_content), ref MemoryMarshal.GetArrayDataReference(_heads),
            ref MemoryMarshal.GetArrayDataReference(_previous), position);
    }

    /// <summary>Makes all places before a position findable.</summary>
    protected void InsertTo(int position)
    {
        var end = Math.Min(position, Limit - TScheme.HashLength + 1);
        ref var content = ref MemoryMarshal.GetArrayDataReference(_content);
        ref var heads = ref MemoryMarshal.GetArrayDataReference(_heads);
        ref var previous = ref MemoryMarshal.GetArrayDataReference(_previous);
        var at = Inserted;
        for (; at < end; at++)
            InsertOne(ref content, ref heads, ref previous, at);
        Inserted = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int InsertOne(ref byte content, ref int heads, ref ushort previous, int at)
    {
        ref var head = ref Unsafe.Add(ref heads, TScheme.Hash(ref Unsafe.Add(ref content, at)));
        var candidate = head;
        head = at;
        Unsafe.Add(ref previous, at & SearchSpace.Mask) = (ushort)Math.Min(at - candidate, ushort.MaxValue);
        return candidate;
    }
}
