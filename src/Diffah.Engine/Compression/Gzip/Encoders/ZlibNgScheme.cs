using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>zlib-ng at level 1: the last place with the same four bytes, or something else of their hash, is all that
/// it looks at.</summary>
internal readonly struct ZlibNgQuickScheme : IHashScheme
{
    private const int MaximumDistance = ZlibSearch.WindowSize - ZlibSearch.MinimumLookahead;

    public static int TableBits => 16;

    public static int HashLength => 4;

    public static int MinimumMatch => HashLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at) => (int)((Little(SearchSpace.Read(ref at, 0)) * 2654435761) >> 16) & 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        ZlibSearch.Slides(position, windowBase, limit);

    public static uint Find(in SearchSpace search, int position, int candidate, int length)
    {
        if (position - candidate > MaximumDistance)
            return 0;
        var most = Math.Min(Token.MaximumMatch, search.Limit - position);
        var common = (int)SearchSpace.Common(ref search.Content, candidate, position, most);
        return common > length ? Token.Match(common, position - candidate) : 0;
    }

    private static uint Little(uint value) => BitConverter.IsLittleEndian
        ? value
        : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
