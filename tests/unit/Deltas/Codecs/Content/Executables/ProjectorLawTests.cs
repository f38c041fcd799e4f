using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>What holds for any layouts, operations and bytes.</summary>
public sealed class ProjectorLawTests
{
    [Theory]
    [InlineData("shared", false)]
    [InlineData("fixed", false)]
    [InlineData("arm", false)]
    [InlineData("shared", true)]
    [InlineData("fixed", true)]
    public void Blocks_may_be_cut_anywhere(string kind, bool hasAllRules)
    {
        var pair = new ExecutablePair(kind, hasAllRules ? LayoutRules.All : LayoutRules.None);
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var ops = round == 0 ? pair.Ops
                : RandomOps(random, pair.Old.Bytes.Length, pair.New.Bytes.Length, 1 + round / 3);
            var whole = ExecutablePair.Predict(
                pair.Layout, pair.Old.Bytes, pair.Target(), ops, length => length);
            var cut = ExecutablePair.Predict(
                pair.Layout, pair.Old.Bytes, pair.Target(), ops, length => random.Next(1, Math.Min(length, 24) + 1));
            Assert.Equal(whole, cut);
        }
    }

    [Theory]
    [InlineData("shared", false)]
    [InlineData("fixed", false)]
    [InlineData("arm", false)]
    [InlineData("shared", true)]
    [InlineData("fixed", true)]
    public void The_reader_predicts_what_the_writer_did(string kind, bool hasAllRules)
    {
        var pair = new ExecutablePair(kind, hasAllRules ? LayoutRules.All : LayoutRules.None);
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var (old, @new) = (Damaged(pair.Old.Bytes, random, round), Damaged(pair.New.Bytes, random, round));
            var ops = RandomOps(random, old.Length, @new.Length, 20);
            var predicted = ExecutablePair.Predict(pair.Layout, old, @new, ops, length => length);
            var output = new ByteList();
            pair.Layout.Write(output);
            var layout = ExecutableLayout.Read(
                output.Written.Span, old.Length, @new.Length, out var consumed, LayoutRules.All);
            Assert.Equal(output.Count, consumed);
            Assert.Equal(@new, Rebuild(layout, old, @new, predicted, ops));
        }
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void A_layout_that_is_cut_short_is_refused(string kind)
    {
        var (pair, bytes) = Written(kind);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => ExecutableLayout.Read(
                bytes.AsSpan(0, length), pair.Old.Bytes.Length, pair.New.Bytes.Length, out _));
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void A_wrong_layout_is_refused_or_predicts_within_the_files(string kind)
    {
        var (pair, bytes) = Written(kind);
        var random = new Random(3);
        var (refused, taken) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var wrong = (byte[])bytes.Clone();
            for (var count = random.Next(1, 4); count > 0; count--)
                wrong[random.Next(wrong.Length)] = (byte)random.Next(random.Next(2) == 0 ? 20 : 256);
            try
            {
                var layout = ExecutableLayout.Read(wrong, pair.Old.Bytes.Length, pair.New.Bytes.Length, out _);
                var ops = round % 2 == 0 ? pair.Ops
                    : RandomOps(random, pair.Old.Bytes.Length, pair.New.Bytes.Length, 8);
                var predicted = ExecutablePair.Predict(layout, pair.Old.Bytes, pair.New.Bytes, ops, l => l);
                Assert.Equal(pair.New.Bytes, Rebuild(layout, pair.Old.Bytes, pair.New.Bytes, predicted, ops));
                layout.Derive(pair.Target());
                taken++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.True(refused > 100 && taken > 100, $"{refused} refused, {taken} taken");
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void A_file_that_is_damaged_has_a_layout_or_none(string kind)
    {
        var pair = new ExecutablePair(kind);
        var random = new Random(9);
        for (var round = 0; round < 500; round++)
        {
            var (old, @new) = (Damaged(pair.Old.Bytes, random, 3), Damaged(pair.New.Bytes, random, 3));
            foreach (var at in Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(old.Length)))
                old[Math.Min(at, random.Next(256))] = (byte)random.Next(256);
            if (ExecutableLayout.Create(old, @new) is not { } layout)
                continue;
            var ops = RandomOps(random, old.Length, @new.Length, 9);
            ExecutablePair.Predict(layout, old, @new, ops, length => length);
        }
    }

    [Fact]
    public void Files_of_other_kinds_have_no_layout()
    {
        var (shared, arm) = (new ExecutablePair("shared").Old.Bytes, new ExecutablePair("arm").Old.Bytes);
        Assert.Null(ExecutableLayout.Create(shared, arm));
        Assert.Null(ExecutableLayout.Create([], shared));
        Assert.Null(ExecutableLayout.Create(shared, new byte[5000]));
        var narrow = (byte[])shared.Clone();
        narrow[4] = 1;
        Assert.Null(ExecutableLayout.Create(narrow, narrow));
    }

    internal static List<PatchOp> RandomOps(Random random, int oldLength, int newLength, int most)
    {
        var ops = new List<PatchOp>();
        for (var left = newLength; left > 0;)
        {
            var size = ops.Count == most ? left : random.Next(1, Math.Min(left, 2 * newLength / most + 2) + 1);
            var add = Math.Min(random.Next(4) == 0 ? random.Next(size + 1) : size, oldLength);
            ops.Add(new(random.Next(oldLength - add + 1), add, size - add));
            left -= size;
        }
        return ops;
    }

    private static byte[] Damaged(byte[] bytes, Random random, int count)
    {
        var damaged = (byte[])bytes.Clone();
        for (; count > 0; count--)
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        return damaged;
    }

    private static (ExecutablePair Pair, byte[] Bytes) Written(string kind)
    {
        var pair = new ExecutablePair(kind);
        var output = new ByteList();
        pair.Layout.Write(output);
        return (pair, output.Written.ToArray());
    }

    /// <summary>As a reader does it: from the differences, with what it has rebuilt so far.</summary>
    private static byte[] Rebuild(
        ExecutableLayout layout, byte[] old, byte[] @new, byte[] predicted, List<PatchOp> ops)
    {
        var differences = new byte[@new.Length];
        for (var index = 0; index < @new.Length; index++)
            differences[index] = (byte)(@new[index] - predicted[index]);
        var projector = new FieldProjector(layout, old, @new.Length, ops);
        var rebuilt = new byte[@new.Length];
        Span<byte> fields = stackalloc byte[FieldProjector.WindowLength];
        var position = 0;
        foreach (var op in ops)
        {
            for (var done = 0; done < op.Add;)
            {
                var block = rebuilt.AsSpan(position, FieldProjector.BlockLength(position, op.Add - done));
                projector.Predict(old, position, op.Old + done, block, fields);
                for (var index = 0; index < block.Length; index++)
                    block[index] += differences[position + index];
                projector.Learn(position, block);
                (position, done) = (position + block.Length, done + block.Length);
            }
            @new.AsSpan(position, op.Insert).CopyTo(rebuilt.AsSpan(position));
            projector.Learn(position, rebuilt.AsSpan(position, op.Insert));
            position += op.Insert;
        }
        return rebuilt;
    }
}
