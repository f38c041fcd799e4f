using System.Buffers.Binary;
using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>
/// Two files of relocations, code and an offset table, in which the slots of the new table are the old ones in another
/// order. Code loads each slot, one after the other.
/// </summary>
internal sealed class SlotTables
{
    public const long Base = 0x10000;
    public const int Relocations = 0x100;

    private const int Length = 0x8000;
    private const int Code = 0x4000;
    private const int Table = 0x6000;
    private const int Loads = 7;

    /// <param name="order">Which old slot each new one is; −1 for a function that is new.</param>
    /// <param name="oldCount">How many slots the old table has.</param>
    /// <param name="gap">In front of this slot the new table has one that is no address.</param>
    public SlotTables(int[] order, int oldCount, int gap = -1)
    {
        (Old, New) = (new byte[Length], new byte[Length]);
        var slots = new int[oldCount];
        for (var slot = 0; slot < oldCount; slot++)
            Write(Old, slot, slot, Target(slot));
        for (var (at, slot) = (0, 0); at < order.Length; at++, slot++)
        {
            if (at == gap)
                slot++;
            Write(New, at, slot, order[at] < 0 ? Target(oldCount + at) : Target(order[at]));
            if (order[at] >= 0)
                slots[order[at]] = slot;
        }
        for (var slot = 0; slot < oldCount; slot++)
        {
            Load(Old, slot, slot);
            Load(New, slot, slots[slot]);
        }
        var segments = SegmentTable.TryCreate([new(0, Length, Base, Length)], Length)!;
        Layout = new(
            segments, segments,
            [
                new(RangeKind.Relocations, Relocations, Math.Max(1, oldCount) * Relocation.Length),
                new(RangeKind.X64Code, Code, Table - Code),
                new(RangeKind.Got, Table, oldCount * sizeof(long)),
            ],
            new(Table, (order.Length + 1) * sizeof(long)),
            new(Relocations, order.Length * Relocation.Length), null, LayoutRules.All);
    }

    public byte[] Old { get; }

    public byte[] New { get; }

    public ExecutableLayout Layout { get; }

    public List<PatchOp> Ops { get; } = [new(0, Length, 0)];

    public static Range Slots(int count) => Table..(Table + count * sizeof(long));

    public static Range Loaders(int count) => Code..(Code + count * Loads);

    /// <summary>Where, in a file, the number of a record is.</summary>
    public static int NumberAt(int record) => Relocations + record * Relocation.Length + Relocation.AddendAt;

    /// <summary>The new file as it is coded; null where it can't be.</summary>
    public byte[]? Coded()
    {
        var coded = (byte[])New.Clone();
        var fields = new OldFields(Old, Layout.Ranges, Layout.OldSegments, readsInstructions: true);
        return SlotEncoder.TryEncode(Layout, Old, New, Ops, fields, coded) ? coded : null;
    }

    /// <summary>What a reader makes of it.</summary>
    public byte[] Decoded(byte[] coded)
    {
        var file = (byte[])coded.Clone();
        CodedSlots.Create(Layout, Old, Ops, New.Length).DecodeAll(
            file.AsSpan(Layout.NewRelocations.Start, Layout.NewRelocations.Length));
        return file;
    }

    public byte[] LayoutBytes()
    {
        var output = new ByteList();
        Layout.Write(output);
        return output.Written.ToArray();
    }

    private static long Target(int function) => Base + 0x2000 + function * 16;

    private static void Write(byte[] file, int record, int slot, long target)
    {
        var bytes = file.AsSpan(Relocations + record * Relocation.Length);
        Relocation.SetPlace(bytes, Base + Table + slot * sizeof(long));
        bytes[8] = 8;
        Relocation.SetAddend(bytes, target);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(Table + slot * sizeof(long)), target);
    }

    /// <summary>mov rax, [rip + slot]</summary>
    private static void Load(byte[] file, int index, int slot)
    {
        var place = Code + index * Loads;
        ((byte[])[0x48, 0x8B, 0x05]).CopyTo(file, place);
        BinaryPrimitives.WriteInt32LittleEndian(
            file.AsSpan(place + 3), Table + slot * sizeof(long) - (place + Loads));
    }
}
