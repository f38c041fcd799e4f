using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Go's compress/flate up to 1.26, levels 2 to 9.</summary>
internal readonly struct GoScheme : IHashScheme
{
    private const int WindowSize = 32768;

    public static int TableBits => 17;

    public static int HashLength => 4;

    public static int MinimumMatch => 4;

    public static int FarthestShortest => 4096;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(ref byte at)
    {
        var value = Unsafe.ReadUnaligned<uint>(ref at);
        if (BitConverter.IsLittleEndian)
            value = BinaryPrimitives.ReverseEndianness(value);
        return (int)((value * 0x1e35a7bd) >> 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Slides(int position, int windowBase, int limit) =>
        position - windowBase > 2 * WindowSize - 262 && limit - windowBase > 2 * WindowSize;

    // Go begins below any length that it has already. What is not longer than that it does not take, so that it need
    // not be found.
    public static uint Find<TLinks>(in SearchSpace search, int position, int length)
        where TLinks : struct, IChainLinks
    {
        var lookahead = search.Limit - position;
        if (lookahead <= length || lookahead < MinimumMatch)
            return 0;
        var oldest = Math.Max(position - WindowSize, search.Base);
        return TLinks.Count == 1
            ? ChainSearch.Walk<GoScheme>(search, position, oldest, length, search.Settings.Chain)
            : ChainSearch.Find<GoScheme, TLinks>(search, position, oldest, length, search.Settings.Chain);
    }
}
