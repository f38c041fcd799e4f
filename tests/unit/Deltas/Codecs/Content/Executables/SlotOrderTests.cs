using Diffah.Engine.Deltas.Codecs.Content.Executables;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>Any order of slots is told by numbers, and small ones where the order is kept.</summary>
public sealed class SlotOrderTests
{
    [Fact]
    public void The_rest_of_a_set_is_ranked()
    {
        var random = new Random(2);
        foreach (var size in (int[])[0, 1, 2, 3, 7, 8, 9, 100, 257])
        {
            var tree = new RankTree(size);
            var left = Enumerable.Range(0, size).ToList();
            while (left.Count > 0)
            {
                Assert.Equal(left.Count, tree.Count);
                for (var rank = 0; rank < left.Count; rank++)
                    Assert.Equal((left[rank], rank), (tree.At(rank), tree.RankOf(left[rank])));
                var gone = left[random.Next(left.Count)];
                tree.Remove(gone);
                left.Remove(gone);
            }
            Assert.Equal(0, tree.Count);
        }
    }

    [Fact]
    public void An_order_that_is_kept_is_zeros() =>
        Assert.All(Numbers([.. Enumerable.Range(0, 300)]), n => Assert.Equal(0, n));

    /// <summary>The first slot goes to the end: one is passed over, and the only one that is left has rank 0.</summary>
    [Fact]
    public void A_slot_that_moves_is_told_by_its_rank() =>
        Assert.Equal([1, 0, 0, 0, SlotOrder.FirstRank], Numbers([1, 2, 3, 4, 0]));

    /// <summary>
    /// Of slots 2 and 5, whose functions are neighbours, 2 is seen to move; then 5 is passed over without a word.
    /// </summary>
    [Fact]
    public void What_lies_beside_what_moved_is_not_expected()
    {
        long[] targets = [100, 200, 9000, 300, 400, 9010, 500];
        Assert.Equal(
            [0, 0, 1, 0, 0, SlotOrder.FirstRank, SlotOrder.FirstRank], Numbers([0, 1, 3, 4, 6, 2, 5], targets));
    }

    [Fact]
    public void Any_order_comes_back()
    {
        var random = new Random(8);
        for (var round = 0; round < 200; round++)
        {
            var count = random.Next(1, 500);
            var order = Enumerable.Range(0, count).ToList();
            for (var moves = random.Next(count); moves > 0; moves--)
            {
                var slot = order[random.Next(count)];
                order.Remove(slot);
                order.Insert(random.Next(count), slot);
            }
            var targets = order.Select(_ => random.NextInt64(1 << 20)).ToArray();
            Numbers([.. order], targets);
        }
    }

    [Fact]
    public void Any_number_is_of_a_slot_that_is_not_used_or_of_none()
    {
        var random = new Random(3);
        var order = new SlotOrder([.. Enumerable.Range(0, 100).Select(_ => random.NextInt64(100))]);
        for (var round = 0; round < 5000; round++)
        {
            var slot = order.SlotOf(random.Next(4) == 0 ? random.Next() : random.Next(-2, 200));
            Assert.InRange(slot, -1, 99);
            if (slot < 0)
                continue;
            Assert.False(order.IsUsed(slot));
            order.Use(slot);
        }
    }

    private static List<int> Numbers(int[] slots, long[]? targets = null)
    {
        targets ??= [.. slots.Select(slot => (long)slot * 16).Order()];
        var (writer, reader) = (new SlotOrder(targets), new SlotOrder(targets));
        var numbers = new List<int>();
        foreach (var slot in slots)
        {
            numbers.Add(writer.NumberOf(slot));
            writer.Use(slot);
            Assert.Equal(slot, reader.SlotOf(numbers[^1]));
            reader.Use(slot);
        }
        return numbers;
    }
}
