using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The last place only: little to write, for encoders that try few places.</summary>
internal readonly struct OneLink : IChainLinks
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ushort links, ref ushort head, int distance) =>
        links = IChainLinks.Saturated(distance);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasAny(ref byte tail, nint at, ref ushort links, ulong mask, ulong last) =>
        IChainLinks.Has(ref tail, at - links, mask, last);
}

/// <summary>Eight places, which a search looks at at once, where a walk from place to place waits for each
/// link.</summary>
internal readonly struct EightLinks : IChainLinks
{
    public static int Count => 8;

    // What each link comes from: the one before it; the first from nothing.
    private static Vector128<ushort> Before => Vector128.Create(ushort.MaxValue, 0, 1, 2, 3, 4, 5, 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ushort links, ref ushort head, int distance) => Vector128.AddSaturate(
        Vector128.Shuffle(Vector128.LoadUnsafe(ref head), Before), Vector128.Create(IChainLinks.Saturated(distance)))
        .StoreUnsafe(ref links);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasAny(ref byte tail, nint at, ref ushort links, ulong mask, ulong last) =>
        IChainLinks.Has(ref tail, at - links, mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 1), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 2), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 3), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 4), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 5), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 6), mask, last)
        || IChainLinks.Has(ref tail, at - Unsafe.Add(ref links, 7), mask, last);
}
