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
        ref var content = ref search.Content;
        ref var previous = ref search.Previous;
        nint best = MinimumMatch - 1;
        nint found = position;
        nint at = candidate;
        // The four bytes up to the one behind the best so far; a better match has them all.
        ref var tail = ref content;
        var last = SearchSpace.Read(ref tail, position);
        for (var tries = search.Settings.Chain; tries > 0; tries--)
        {
            if (SearchSpace.Read(ref tail, at) == last)
            {
                var common = SearchSpace.Common(ref content, at, position, most);
                if (common > best && (common > MinimumMatch || position - at <= LongestFarFour))
                {
                    (best, found) = (common, at);
                    if (common >= nice)
                        break;
                    tail = ref Unsafe.Add(ref content, best - 3);
                    last = SearchSpace.Read(ref tail, position);
                }
            }
            // The oldest place has lost its link: the newest has taken its room.
            if (at == oldest)
                break;
            at -= Unsafe.Add(ref previous, at & SearchSpace.Mask);
            if (at < stop)
                break;
        }
        return found == position ? 0 : Token.Match((int)best, (int)(position - found));
    }
}
