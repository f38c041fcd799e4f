using System.Buffers.Binary;

namespace Diffah.Engine.Compression.Zstd.Recipes;

/// <summary>The check sum of ISO 3309 with 64 bits, its bits reversed, as Go's hash/crc64 has it by the name
/// ISO.</summary>
internal struct Crc64
{
    private const ulong Polynomial = 0xD800000000000000;
    private const int Lanes = 8;

    // What a byte adds that so many others follow.
    private static readonly ulong[][] Tables = MakeTables();

    /// <summary>The sum of all that was added; 0 for nothing.</summary>
    public ulong Value { get; private set; }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var sum = ~Value;
        var tables = Tables;
        for (; bytes.Length >= Lanes; bytes = bytes[Lanes..])
        {
            sum ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            sum = tables[7][(byte)sum] ^ tables[6][(byte)(sum >> 8)] ^ tables[5][(byte)(sum >> 16)]
                ^ tables[4][(byte)(sum >> 24)] ^ tables[3][(byte)(sum >> 32)] ^ tables[2][(byte)(sum >> 40)]
                ^ tables[1][(byte)(sum >> 48)] ^ tables[0][(byte)(sum >> 56)];
        }
        foreach (var next in bytes)
            sum = tables[0][(byte)sum ^ next] ^ (sum >> 8);
        Value = ~sum;
    }

    private static ulong[][] MakeTables()
    {
        var tables = new ulong[Lanes][];
        for (var lane = 0; lane < Lanes; lane++)
        {
            tables[lane] = new ulong[256];
            for (var value = 0; value < 256; value++)
                tables[lane][value] = lane == 0 ? First((ulong)value) : Next(tables, lane - 1, value);
        }
        return tables;
    }

    private static ulong First(ulong value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }

    private static ulong Next(ulong[][] tables, int lane, int value) =>
        tables[0][(byte)tables[lane][value]] ^ (tables[lane][value] >> 8);
}
