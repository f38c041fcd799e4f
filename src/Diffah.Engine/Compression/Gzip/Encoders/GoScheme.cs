using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>Go's compress/flate up to 1.26, levels 2 to 9.</summary>
internal readonly struct GoScheme : IHashScheme
{
    private const int WindowSize = 32768;
    private const int LongestFarFour = 4096;

    public static int TableBits => 17;

    public static int HashLength => 4;

    public static int MinimumMatch => 4;

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

    public static uint Find(in SearchSpace search, int position, int candidate, int length)
    {
        var lookahead = search.Limit - position;
        var oldest = position - WindowSize;
        var stop = Math.Max(oldest, search.Base);
        if (lookahead <= length || lookahead < MinimumMatch || candidate < stop)
            return 0;
        var most = Math.Min(Token.MaximumMatch, lookahead);
        var nice = Math.Min(search.Settings.Nice, most);
        var (best, distance) = (MinimumMatch - 1, 0);
        var last = search.Read(position);
        for (var tries = search.Settings.Chain; tries > 0; tries--)
        {
            // The four bytes up to the one behind the best so far; a better match has them all.
            if (search.Read(candidate + best - 3) == last)
            {
                var common = search.Common(candidate, position, most);
                if (common > best && (common > MinimumMatch || position - candidate <= LongestFarFour))
                {
                    (best, distance) = (common, position - candidate);
                    if (common >= nice)
                        break;
                    last = search.Read(position + best - 3);
                }
            }
            // The oldest place has lost its link: the newest has taken its room.
            if (candidate == oldest)
                break;
            candidate = search.Before(candidate);
            if (candidate < stop)
                break;
        }
        return distance == 0 ? 0 : Token.Match(best, distance);
    }
}
