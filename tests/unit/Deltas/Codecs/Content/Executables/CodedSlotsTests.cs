using System.Buffers.Binary;
using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>The relocations of an offset table travel as the order of its slots, and come back.</summary>
public sealed class CodedSlotsTests
{
    private static readonly int[] _kept = [.. Enumerable.Range(0, 100)];

    [Fact]
    public void A_table_that_keeps_its_order_is_coded_as_zeros()
    {
        var tables = new SlotTables(_kept, 100);
        var coded = tables.Coded()!;
        for (var record = 0; record < 100; record++)
        {
            var bytes = coded.AsSpan(SlotTables.Relocations + record * 24, 24);
            Assert.Equal(record == 0 ? 0x16000 : 0, BinaryPrimitives.ReadInt64LittleEndian(bytes));
            Assert.Equal(8, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
            Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        }
        Assert.Equal(tables.New, tables.Decoded(coded));
    }

    [Fact]
    public void Another_order_a_gap_and_a_new_function_are_coded()
    {
        int[] order = [1, 2, 3, -1, 4, 0];
        var tables = new SlotTables(order, 5, gap: 2);
        var coded = tables.Coded()!;
        int NumberOf(int record) => BinaryPrimitives.ReadInt32LittleEndian(coded.AsSpan(SlotTables.NumberAt(record)));
        Assert.Equal([1, 0, 0, -1, 0, SlotOrder.FirstRank], Enumerable.Range(0, 6).Select(NumberOf));
        // The distance of the new function, of index 8, from the one before, of index 3.
        Assert.Equal(5 * 16, BinaryPrimitives.ReadInt32LittleEndian(coded.AsSpan(SlotTables.NumberAt(3) + 4)));
        // The place of the third is one slot further than that behind the second.
        Assert.Equal(8, BinaryPrimitives.ReadInt64LittleEndian(coded.AsSpan(SlotTables.Relocations + 2 * 24)));
        Assert.Equal(tables.New, tables.Decoded(coded));
    }

    [Fact]
    public void Any_order_comes_back_and_code_and_table_follow_from_it()
    {
        var random = new Random(6);
        for (var round = 0; round < 20; round++)
        {
            var order = Enumerable.Range(0, 200).ToArray();
            random.Shuffle(order.AsSpan(random.Next(200)));
            var tables = new SlotTables(order, 200);
            var coded = tables.Coded()!;
            Assert.Equal(tables.New, tables.Decoded(coded));
            var predicted = ExecutablePair.Predict(tables.Layout, tables.Old, coded, tables.Ops, length => length);
            Assert.Equal(tables.New[SlotTables.Slots(200)], predicted[SlotTables.Slots(200)]);
            Assert.Equal(tables.New[SlotTables.Loaders(200)], predicted[SlotTables.Loaders(200)]);
            var cut = ExecutablePair.Predict(
                tables.Layout, tables.Old, coded, tables.Ops, length => random.Next(1, Math.Min(length, 24) + 1));
            Assert.Equal(predicted, cut);
        }
    }

    [Fact]
    public void An_address_that_is_too_far_from_all_is_not_coded()
    {
        var tables = new SlotTables([0, 1, 2], 3);
        BinaryPrimitives.WriteInt64LittleEndian(tables.New.AsSpan(SlotTables.NumberAt(1)), 1L << 40);
        Assert.Null(tables.Coded());
        Assert.False(tables.Layout.WithoutCodedSlots().HasCodedSlots);
        Assert.True(tables.Layout.WithoutCodedSlots().ReadsInstructions);
    }

    [Fact]
    public void Any_numbers_are_read()
    {
        var random = new Random(7);
        var tables = new SlotTables(_kept, 100);
        for (var round = 0; round < 200; round++)
        {
            var coded = (byte[])tables.New.Clone();
            for (var record = 0; record < 100; record++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(
                    coded.AsSpan(SlotTables.NumberAt(record)),
                    random.Next(3) == 0 ? random.Next() : random.Next(-3, 200));
            }
            Assert.Equal(coded.Length, tables.Decoded(coded).Length);
            ExecutablePair.Predict(tables.Layout, tables.Old, coded, tables.Ops, length => length);
        }
    }

    [Fact]
    public void A_reader_follows_only_the_rules_that_it_knows()
    {
        var tables = new SlotTables(_kept, 100);
        var bytes = tables.LayoutBytes();
        var length = tables.New.Length;
        Assert.Equal(LayoutRules.All, ExecutableLayout.Read(bytes, length, length, out _, LayoutRules.All).Rules);
        foreach (var rules in (LayoutRules[])[LayoutRules.None, LayoutRules.CodedSlots, LayoutRules.Instructions])
            Assert.Throws<InvalidDataException>(() => ExecutableLayout.Read(bytes, length, length, out _, rules));
    }

    [Fact]
    public void Slots_of_a_table_that_is_not_there_are_refused()
    {
        const int parts = 10;
        Assert.Equal(LayoutRules.Instructions, new ExecutablePair("fixed", LayoutRules.All).Layout.Rules);
        var tables = new SlotTables(_kept, 100);
        var bytes = tables.LayoutBytes();
        // Offset tables, slots, instructions; then four numbers of the new table and its relocations.
        Assert.Equal(1 + 4 + 8, bytes[^parts]);
        bytes[^parts] = 4 + 8;
        Assert.Throws<InvalidDataException>(() => ExecutableLayout.Read(
            bytes.AsSpan(0, bytes.Length - parts + 1), tables.Old.Length, tables.New.Length, out _, LayoutRules.All));
    }
}
