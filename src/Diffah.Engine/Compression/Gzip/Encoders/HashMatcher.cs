using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>A matcher that finds candidates by chains of places with the same hash.</summary>
/// <typeparam name="TScheme">The encoder's way.</typeparam>
/// <typeparam name="TLinks">How the chains are kept.</typeparam>
internal abstract class HashMatcher<TScheme, TLinks> : TokenMatcher
    where TScheme : struct, IHashScheme
    where TLinks : struct, IChainLinks
{
    private const int Nowhere = -(1 << 30);

    private readonly int[] _heads = ArrayPool<int>.Shared.Rent(1 << TScheme.TableBits);
    private readonly ushort[] _links = ArrayPool<ushort>.Shared.Rent((IChainLinks.Mask + 1) * TLinks.Count);
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
        ArrayPool<ushort>.Shared.Return(_links);
    }

    /// <summary>Moves the window where the encoder does before it looks at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Arrive(int position)
    {
        if (TScheme.Slides(position, Base, Limit))
            Base += ZlibSearch.WindowSize;
    }

    /// <summary>The best match at a position, which is made findable with all before it; 0 where there is none.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <param name="length">A match must be longer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected uint Find(int position, int length)
    {
        if (position > Limit - TScheme.HashLength)
            return 0;
        if (position > Inserted)
            InsertTo(position);
        ref var content = ref MemoryMarshal.GetArrayDataReference(_content);
        ref var links = ref MemoryMarshal.GetArrayDataReference(_links);
        if (position == Inserted)
        {
            Inserted = position + 1;
            InsertOne(ref content, ref MemoryMarshal.GetArrayDataReference(_heads), ref links, position);
        }
        return TScheme.Find<TLinks>(new(ref content, ref links, _settings, Base, Limit), position, length);
    }

    /// <summary>Makes all places before a position findable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void InsertTo(int position)
    {
        var end = Math.Min(position, Limit - TScheme.HashLength + 1);
        ref var content = ref MemoryMarshal.GetArrayDataReference(_content);
        ref var heads = ref MemoryMarshal.GetArrayDataReference(_heads);
        ref var links = ref MemoryMarshal.GetArrayDataReference(_links);
        var at = Inserted;
        for (; at < end; at++)
            InsertOne(ref content, ref heads, ref links, at);
        Inserted = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InsertOne(ref byte content, ref int heads, ref ushort links, int at)
    {
        ref var head = ref Unsafe.Add(ref heads, TScheme.Hash(ref Unsafe.Add(ref content, at)));
        var before = head;
        head = at;
        TLinks.Write(
            ref SearchSpace.LinksOf<TLinks>(ref links, at), ref SearchSpace.LinksOf<TLinks>(ref links, before),
            at - before);
    }
}
