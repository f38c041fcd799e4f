using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>The search of zlib and of GNU gzip.</summary>
internal static class ZlibSearch
{
    public const int WindowSize = 32768;
    public const int MinimumLookahead = Token.MaximumMatch + Token.MinimumMatch + 1;
    private const int MaximumDistance = WindowSize - MinimumLookahead;

    public static uint Find(in SearchSpace search, int position, int candidate, int length)
    {
        var lookahead = search.Limit - position;
        // The first byte of the window is never found: its index is that of nothing.
        if (lookahead <= length || lookahead < Token.MinimumMatch
            || position - candidate > MaximumDistance || candidate <= search.Base)
            return 0;
        var stop = Math.Max(position - MaximumDistance, search.Base);
        var most = Math.Min(Token.MaximumMatch, lookahead);
        var nice = Math.Min(search.Settings.Nice, most);
        var tries = length >= search.Settings.Good ? search.Settings.Chain >> 2 : search.Settings.Chain;
        ref var content = ref search.Content;
        ref var previous = ref search.Previous;
        nint best = length;
        nint found = position;
        nint at = candidate;
        // The bytes up to the one behind the best so far, which a better match has all: three at first, then four.
        var mask = length < 3 ? BitConverter.IsLittleEndian ? 0xFFFFFF00 : 0x00FFFFFF : 0xFFFFFFFF;
        ref var tail = ref Unsafe.Add(ref content, best - 3);
        var last = SearchSpace.Read(ref tail, position);
        do
        {
            if (((SearchSpace.Read(ref tail, at) ^ last) & mask) == 0)
            {
                var common = SearchSpace.Common(ref content, at, position, most);
                if (common > best)
                {
                    (best, found) = (common, at);
                    if (common >= nice)
                        break;
                    mask = 0xFFFFFFFF;
                    tail = ref Unsafe.Add(ref content, best - 3);
                    last = SearchSpace.Read(ref tail, position);
                }
            }
            at -= Unsafe.Add(ref previous, at & SearchSpace.Mask);
        }
        while (at > stop && --tries != 0);
        return found == position ? 0 : Token.Match((int)best, (int)(position - found));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 5, 0x7FFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        ZlibSearch.Slides(position, windowBase, limit);

    public static uint Find(in SearchSpace search, int position, int candidate, int length) =>
        ZlibSearch.Find(search, position, candidate, length);
}

/// <summary>zlib with memLevel 9.</summary>
internal readonly struct ZlibLargeScheme : IHashScheme
{
    public static int TableBits => 16;

    public static int HashLength => 3;

    public static int MinimumMatch => Token.MinimumMatch;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 6, 0xFFFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        ZlibSearch.Slides(position, windowBase, limit);

    public static uint Find(in SearchSpace search, int position, int candidate, int length) =>
        ZlibSearch.Find(search, position, candidate, length);
}

/// <summary>GNU gzip: zlib's, but for what it does near the end of the content.</summary>
internal readonly struct GnuScheme : IHashScheme
{
    private const int LastSearched = 2 * ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;

    public static int TableBits => 15;

    public static int HashLength => 3;

    public static int MinimumMatch => Token.MinimumMatch;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => ZlibSearch.Hash(ref at, 5, 0x7FFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        position - windowBase > LastSearched && limit - windowBase >= 2 * ZlibSearch.WindowSize;

    // Once the end of the file was seen the window does not move, and what lies behind its last place for a search is
    // not searched.
    public static uint Find(in SearchSpace search, int position, int candidate, int length) =>
        position - search.Base > LastSearched ? 0 : ZlibSearch.Find(search, position, candidate, length);
}
