using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// How far before a place the last places of its chain are, the nearest first. What is further than 16 bits can say is
/// <see cref="Nowhere"/>, which is out of the reach of every encoder.
/// </summary>
internal interface IChainLinks
{
    const int Nowhere = ushort.MaxValue;

    /// <summary>Chains are indexed by the lower bits of a position.</summary>
    const int Mask = 32767;

    /// <summary>How many places are told.</summary>
    static abstract int Count { get; }

    /// <summary>Writes the links of a place.</summary>
    /// <param name="links">Takes them.</param>
    /// <param name="head">Those of the last place with the same hash. Where that is out of reach they may be
    /// anything.</param>
    /// <param name="distance">How far before it is.</param>
    static abstract void Write(ref ushort links, ref ushort head, int distance);

    /// <summary>One of the places, or more, has the bytes that are looked for.</summary>
    /// <param name="tail">The content, from the place of these bytes on.</param>
    /// <param name="at">The place that has the links.</param>
    /// <param name="links">The links; none may lead out of the content.</param>
    /// <param name="mask">Which of eight bytes count.</param>
    /// <param name="last">The bytes.</param>
    static abstract bool HasAny(ref byte tail, nint at, ref ushort links, ulong mask, ulong last);

    /// <summary>A distance as it is written. Without a branch, since that would go either way too often.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ushort Saturated(int distance) => (ushort)(distance | ((Nowhere - distance) >> 31));

    /// <summary>A place has the bytes that are looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Has(ref byte tail, nint place, ulong mask, ulong last) =>
        (SearchSpace.Read(ref tail, place) & mask) == last;
}
