using System.Buffers.Binary;

namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>
/// The table of .eh_frame_hdr: pairs of four bytes, in order, of a function's begin and its FDE, both counted from the
/// header. A linker makes it from .eh_frame, and so do we.
/// </summary>
internal static class SearchTable
{
    public const int HeaderLength = 12;
    public const int EntryLength = 8;

    /// <summary>Version 1; .eh_frame counts from the field, entries of four bytes count from the header.</summary>
    public const uint Form = 0x3B03_1B01;

    /// <summary>Fills a table; false, with an undefined table, where the records don't fill it exactly.</summary>
    public static bool TryMake(
        ReadOnlySpan<byte> records, long recordsAddress, long headerAddress, Span<byte> table)
    {
        var keys = new ulong[table.Length / EntryLength];
        var count = 0;
        var (known, common) = (-1L, default(CommonRecord));
        for (var start = 0; UnwindRecord.TryRead(records, start, out var record); start = record.End)
        {
            if (!record.IsFde || record.End - record.Start < UnwindFields.FunctionLength + 4)
                continue;
            if (record.Cie != known)
                (known, common) = (record.Cie, UnwindFields.CommonOf(records, record));
            if (!common.HasRelativeBegin || count == keys.Length)
                return false;
            keys[count++] = KeyOf(records, record, recordsAddress, headerAddress);
        }
        if (count * EntryLength != table.Length)
            return false;
        Array.Sort(keys);
        for (var index = 0; index < count; index++)
        {
            var entry = table[(index * EntryLength)..];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)(keys[index] >> 32) ^ 0x8000_0000);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)keys[index] ^ 0x8000_0000);
        }
        return true;
    }

    /// <summary>Both numbers of an entry in one that sorts as they do: signed, the begin first.</summary>
    private static ulong KeyOf(ReadOnlySpan<byte> records, UnwindRecord record, long recordsAddress, long headerAddress)
    {
        var field = record.Start + UnwindFields.Begin;
        var begin = recordsAddress + field + BinaryPrimitives.ReadInt32LittleEndian(records[field..]) - headerAddress;
        var place = recordsAddress + record.Start - headerAddress;
        return (ulong)((uint)begin ^ 0x8000_0000) << 32 | ((uint)place ^ 0x8000_0000);
    }
}
