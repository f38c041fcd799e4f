using System.Buffers.Binary;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>The trailer of a gzip member, which follows from its content: the checksum and the length.</summary>
internal static class GzipTrailer
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>Writes the trailer of a content.</summary>
    public static void Write(ReadOnlySpan<byte> content, Span<byte> trailer)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Checksum(content));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)content.Length);
    }

    /// <summary>CRC-32 as gzip and zip have it.</summary>
    public static uint Checksum(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<uint> tables = Tables;
        var sum = uint.MaxValue;
        for (; content.Length >= Slices; content = content[Slices..])
        {
            var next = BinaryPrimitives.ReadUInt64LittleEndian(content) ^ sum;
            sum = 0;
            for (var slice = Slices - 1; slice >= 0; slice--, next >>= 8)
                sum ^= tables[(slice << 8) | (int)(next & 0xFF)];
        }
        foreach (var value in content)
            sum = tables[(int)((sum ^ value) & 0xFF)] ^ (sum >> 8);
        return ~sum;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[Slices * 256];
        for (var index = 0; index < 256; index++)
        {
            var value = (uint)index;
            for (var bit = 0; bit < 8; bit++)
                value = (value >> 1) ^ ((value & 1) != 0 ? Polynomial : 0);
            tables[index] = value;
        }
        for (var index = 256; index < tables.Length; index++)
            tables[index] = tables[(int)(tables[index - 256] & 0xFF)] ^ (tables[index - 256] >> 8);
        return tables;
    }
}
