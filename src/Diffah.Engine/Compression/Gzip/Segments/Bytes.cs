using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Segments;

/// <summary>Loads and compares within a buffer whose bounds the caller keeps.</summary>
internal static class Bytes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load32(ref byte buffer, int position)
    {
        var value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref buffer, (nint)(uint)position));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load64(ref byte buffer, int position)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref buffer, (nint)(uint)position));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Load8(ref byte buffer, int position) => Unsafe.Add(ref buffer, (nint)(uint)position);

    /// <summary>How many bytes, up to a limit, are the same at two positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CommonLength(ref byte buffer, int position, int earlier, int limit)
    {
        var length = 0;
        while (length + sizeof(ulong) <= limit)
        {
            var difference = Load64(ref buffer, position + length) ^ Load64(ref buffer, earlier + length);
            if (difference != 0)
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
            length += sizeof(ulong);
        }
        while (length < limit && Load8(ref buffer, position + length) == Load8(ref buffer, earlier + length))
            length++;
        return length;
    }
}
