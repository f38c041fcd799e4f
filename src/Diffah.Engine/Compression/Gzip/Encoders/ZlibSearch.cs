using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The search of zlib and of GNU gzip.</summary>
internal static class ZlibSearch
{
    public const int WindowSize = 32768;
    public const int MinimumLookahead = Token.MaximumMatch + Token.MinimumMatch + 1;
    private const int MaximumDistance = WindowSize - MinimumLookahead;

    public static uint Find<TScheme, TLinks>(in SearchSpace search, int position, int length)
        where TScheme : struct, IHashScheme
        where TLinks : struct, IChainLinks
    {
        var lookahead = search.Limit - position;
        if (lookahead <= length || lookahead < Token.MinimumMatch)
            return 0;
        // The nearest place may be one further away than others may be.
        var reach = search.Nearest<TLinks>(position) == MaximumDistance ? MaximumDistance : MaximumDistance - 1;
        // The first byte of the window is never found: its index is that of nothing.
        var oldest = Math.Max(position - reach, search.Base + 1);
        var tries = length >= search.Settings.Good ? search.Settings.Chain >> 2 : search.Settings.Chain;
        return TLinks.Count == 1
            ? ChainSearch.Walk<TScheme>(search, position, oldest, length, tries)
            : ChainSearch.Find<TScheme, TLinks>(search, position, oldest, length, tries);
    }

    /// <summary>Three bytes as the bits of a rolling hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at, int shift, int mask) =>
        ((at << (2 * shift)) ^ (Unsafe.Add(ref at, 1) << shift) ^ Unsafe.Add(ref at, 2)) & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        position - windowBase >= 2 * WindowSize - MinimumLookahead
        && (position - windowBase > 2 * WindowSize - MinimumLookahead || limit - windowBase < 2 * WindowSize);
}

/// <summary>zlib with memLevel 8.</summary>
internal readonly struct ZlibScheme : IHashScheme
{
    public static int TableBits => 15;

    public static int HashLength => 3;

    public static int MinimumMatch => Token.MinimumMatch;

    public static int FarthestShortest => Token.MaximumDistance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 5, 0x7FFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        ZlibSearch.Slides(position, windowBase, limit);

    public static uint Find<TLinks>(in SearchSpace search, int position, int length)
        where TLinks : struct, IChainLinks =>
        ZlibSearch.Find<ZlibScheme, TLinks>(search, position, length);
}

/// <summary>zlib with memLevel 9.</summary>
internal readonly struct ZlibLargeScheme : IHashScheme
{
    public static int TableBits => 16;

    public static int HashLength => 3;

    public static int MinimumMatch => Token.MinimumMatch;

    public static int FarthestShortest => Token.MaximumDistance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 6, 0xFFFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        ZlibSearch.Slides(position, windowBase, limit);

    public static uint Find<TLinks>(in SearchSpace search, int position, int length)
        where TLinks : struct, IChainLinks =>
        ZlibSearch.Find<ZlibLargeScheme, TLinks>(search, position, length);
}

/// <summary>GNU gzip: zlib's, but for what it does near the end of the content.</summary>
internal readonly struct GnuScheme : IHashScheme
{
    private const int LastSearched = 2 * ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;

    public static int TableBits => 15;

    public static int HashLength => 3;

    public static int MinimumMatch => Token.MinimumMatch;

    public static int FarthestShortest => Token.MaximumDistance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 5, 0x7FFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        position - windowBase > LastSearched && limit - windowBase >= 2 * ZlibSearch.WindowSize;

    // Once the end of the file was seen the window does not move, and what lies behind its last place for a search is
    // not searched.
    public static uint Find<TLinks>(in SearchSpace search, int position, int length)
        where TLinks : struct, IChainLinks =>
        position - search.Base > LastSearched ? 0 : ZlibSearch.Find<GnuScheme, TLinks>(search, position, length);
}
