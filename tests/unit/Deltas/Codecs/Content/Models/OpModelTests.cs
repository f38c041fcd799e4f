using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Models;

namespace Diffah.Tests.Deltas.Codecs.Content.Models;

public sealed class OpModelTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Operations_of_any_kind_come_back(int seed, bool byEnds)
    {
        var random = new Random(seed);
        var files = Enumerable.Range(0, 60).Select(_ => FileOps.Next(random)).ToArray();
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        var writer = new OpModel(encoder, 14);
        foreach (var file in files)
            Assert.Equal(file.Ops, writer.Code(file.Ops, file.Old, file.NewLength, byEnds));
        encoder.Finish();
        var decoder = new RangeDecoder(new MemoryStream(output.ToArray()));
        var reader = new OpModel(decoder, 14);
        foreach (var file in files)
            Assert.Equal(file.Ops, reader.Code([], file.Old, file.NewLength, byEnds));
        Assert.True(decoder.IsAtEnd());
    }

    [Fact]
    public void Operations_that_are_like_those_before_take_next_to_nothing()
    {
        // Each line is copied, and a byte is inserted behind it.
        var old = new byte[64_000];
        for (var place = 0; place < old.Length; place++)
            old[place] = place % 64 == 63 ? (byte)'\n' : (byte)'a';
        PatchOp[] ops = [.. Enumerable.Range(0, 1000).Select(line => new PatchOp(64 * line, 64, 1))];
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        new OpModel(encoder, 14).Code(ops, old, 65_000, byEnds: true);
        encoder.Finish();
        Assert.InRange(output.Length, 1, 150);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Any_bytes_are_operations_that_fill_the_file_from_within_the_old_one_or_are_refused(
        int seed, bool byEnds)
    {
        var random = new Random(seed);
        var read = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            // Many small numbers: else hardly any operation is within its bounds.
            for (var index = 0; index < bytes.Length; index++)
                bytes[index] = random.Next(3) == 0 ? bytes[index] : (byte)(random.Next(2) * 255);
            var old = new byte[random.Next(4) == 0 ? random.Next(3) : random.Next(400)];
            random.NextBytes(old);
            var newLength = random.Next(60);
            try
            {
                var ops = new OpModel(new RangeDecoder(new MemoryStream(bytes)), 12).Code([], old, newLength, byEnds);
                Assert.Equal(newLength, ops.Sum(op => (long)op.Add + op.Insert));
                foreach (var op in ops)
                {
                    Assert.InRange(op.Old, 0, old.Length - op.Add);
                    Assert.True(op.Add >= 0 && op.Insert >= 0);
                }
                read++;
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.InRange(read, 20, 3000);
    }

    [Fact]
    public void Operations_that_go_on_where_the_file_is_full_are_refused()
    {
        // A writer that is told of a longer file than its reader.
        var old = "abcdefgh"u8.ToArray();
        foreach (var byEnds in new[] { false, true })
        {
            using var output = new MemoryStream();
            var encoder = new RangeEncoder(output);
            new OpModel(encoder, 12).Code([new(0, 4, 0), new(1, 4, 0), new(0, 4, 0)], old, 12, byEnds);
            encoder.Finish();
            for (var length = 0; length < 12; length++)
            {
                var reader = new OpModel(new RangeDecoder(new MemoryStream(output.ToArray())), 12);
                var wrong = length;
                try
                {
                    Assert.Equal(wrong, reader.Code([], old, wrong, byEnds).Sum(op => op.Add + op.Insert));
                }
                catch (InvalidDataException)
                {
                }
            }
        }
    }

    private sealed record FileOps(byte[] Old, int NewLength, PatchOp[] Ops)
    {
        public static FileOps Next(Random random)
        {
            var old = new byte[random.Next(5) == 0 ? random.Next(3) : random.Next(1, 4000)];
            random.NextBytes(old);
            if (random.Next(2) == 0)
                for (var index = 0; index < old.Length; index++)
                    old[index] &= 3;
            var ops = new List<PatchOp>();
            var (place, behind) = (0, 0);
            var recent = new RecentAlignments();
            for (var count = random.Next(1, 40); count > 0; count--)
            {
                var from = random.Next(5) switch
                {
                    0 => behind,
                    1 => behind + random.Next(-300, 300),
                    2 => place + recent[random.Next(RecentAlignments.Count)],
                    _ => random.Next(old.Length + 1),
                };
                var add = from < 0 || from >= old.Length || random.Next(6) == 0
                    ? 0 : random.Next(1, Math.Min(old.Length - from, 300) + 1);
                if (random.Next(30) == 0 && add > 0)
                    add = old.Length - from;
                var insert = random.Next(add == 0 ? 1 : 0, random.Next(10) == 0 ? 5000 : 10);
                ops.Add(new PatchOp(add == 0 ? 0 : from, add, insert));
                if (add > 0)
                {
                    recent.MoveToFront(recent.IndexOf(from - place), from - place);
                    behind = from + add;
                }
                place += add + insert;
            }
            return random.Next(10) == 0 ? new FileOps(old, 0, []) : new FileOps(old, place, [.. ops]);
        }
    }
}
