using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>A relocation with an addend: the place, what is to be done, the addend; eight bytes each.</summary>
internal static class Relocation
{
    public const int Length = 24;
    public const int AddendAt = 16;

    /// <summary>Where a coded addend has the distance; the number is before it.</summary>
    public const int DistanceAt = 20;

    private const int InfoAt = 8;
    private const ulong RelativeX64 = 8;
    private const ulong RelativeArm64 = 1027;

    public static long PlaceOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record);

    public static long AddendOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt64LittleEndian(record[AddendAt..]);

    public static int NumberOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt32LittleEndian(record[AddendAt..]);

    public static int DistanceOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt32LittleEndian(record[DistanceAt..]);

    /// <summary>Whether it gives its place the address of something in the same file.</summary>
    public static bool IsRelative(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[InfoAt..]) is RelativeX64 or RelativeArm64;

    public static void SetPlace(Span<byte> record, long place) =>
        BinaryPrimitives.WriteInt64LittleEndian(record, place);

    public static void SetAddend(Span<byte> record, long addend) =>
        BinaryPrimitives.WriteInt64LittleEndian(record[AddendAt..], addend);

    public static void SetCode(Span<byte> record, int number, int distance)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record[AddendAt..], number);
        BinaryPrimitives.WriteInt32LittleEndian(record[DistanceAt..], distance);
    }
}

/// <summary>Where an offset table is in memory.</summary>
internal readonly record struct OffsetTable(long Address, int Length)
{
    /// <summary>Whether a relocation gives one of its slots an address of the same file.</summary>
    public bool Has(ReadOnlySpan<byte> record) =>
        Relocation.IsRelative(record) && (ulong)(Relocation.PlaceOf(record) - Address) < (ulong)Length;

    /// <summary>Sets to zeros what is coded of relocations, as it is where all is as expected.</summary>
    public void Clear(Span<byte> records)
    {
        var isBehindSlot = false;
        for (; records.Length >= Relocation.Length; records = records[Relocation.Length..])
        {
            var isOfTable = Has(records);
            if (isBehindSlot)
                Relocation.SetPlace(records, 0);
            if (isOfTable)
                Relocation.SetAddend(records, 0);
            isBehindSlot = isOfTable;
        }
    }
}
