using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support.SecondReader;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>Rules of executables that only files-cm has are the same to a second reader.</summary>
public sealed class SecondRulesTests
{
    [Fact]
    public void Any_bytes_are_the_same_instructions()
    {
        var random = new Random(1);
        byte[] likely =
            [0x0F, 0x38, 0x3A, 0xC4, 0xC5, 0x62, 0x66, 0x48, 0xE8, 0xF6, 0xF7, 0xB8, 0x05, 0x04, 0x25, 0x84];
        var found = 0;
        for (var round = 0; round < 300_000; round++)
        {
            var code = new byte[random.Next(1, 20)];
            random.NextBytes(code);
            for (var at = 0; at < code.Length; at++)
                code[at] = random.Next(2) == 0 ? likely[random.Next(likely.Length)] : code[at];
            var one = X64Instruction.Read(code);
            var other = Instruction.At(code);
            Assert.True(other is { } read
                ? (one.Length, one.Displacement, one.Distance, one.Number)
                    == (read.Length, read.Displacement, read.Distance, read.Number)
                : one == default, Convert.ToHexString(code));
            found += one.Length > 0 ? 1 : 0;
        }
        Assert.InRange(found, 100_000, 290_000);
    }

    [Fact]
    public void Any_order_of_slots_is_predicted_and_restored()
    {
        var random = new Random(2);
        for (var round = 0; round < 20; round++)
        {
            var order = Enumerable.Range(0, 200).ToArray();
            random.Shuffle(order.AsSpan(random.Next(200)));
            if (round % 4 == 0)
                order[random.Next(200)] = -1;
            var tables = new SlotTables(order, 200, gap: round % 3 == 0 ? 50 : -1);
            var coded = tables.Coded()!;
            var expected = ExecutablePair.Predict(tables.Layout, tables.Old, coded, tables.Ops, length => length);
            var (predicted, restored) = Predict(tables, coded);
            Assert.Equal(expected, predicted);
            Assert.Equal(tables.New, restored);
        }
    }

    private static (byte[] Predicted, byte[] Restored) Predict(SlotTables tables, byte[] coded)
    {
        var layout = ExecutableLayoutReader.Read(
            tables.LayoutBytes(), tables.Old.Length, coded.Length, hasModels: true);
        List<Operation> operations = [.. tables.Ops.Select(o => new Operation(o.Old, o.Add, o.Insert))];
        var projector = new Projector(layout, tables.Old, coded.Length, operations);
        var predicted = new List<byte>();
        foreach (var operation in operations)
        {
            for (var done = 0; done < operation.Add;)
            {
                var count = Math.Min(operation.Add - done, 256 - predicted.Count % 256);
                var block = tables.Old[(operation.Old + done)..(operation.Old + done + count)];
                projector.Predict(block, predicted.Count, operation.Old + done, operation.Old + operation.Add);
                predicted.AddRange(block);
                projector.Learn(coded, predicted.Count);
                done += count;
            }
            predicted.AddRange(coded.AsSpan(predicted.Count, operation.Insert));
        }
        var restored = coded.ToArray();
        projector.Derive(restored);
        return ([.. predicted], restored);
    }
}
