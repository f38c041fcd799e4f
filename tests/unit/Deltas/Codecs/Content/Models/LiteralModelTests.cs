using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Models;

public sealed class LiteralModelTests
{
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, true)]
    [InlineData(3, true, false)]
    [InlineData(4, true, true)]
    public void Bytes_of_any_kind_come_back_wherever_they_are_inserted(int seed, bool isFull, bool isText)
    {
        var random = new Random(seed);
        var inserts = Enumerable.Range(0, 60).Select(_ => Inserted.Next(random)).ToArray();
        var packed = Pack(inserts, isFull, isText);
        var decoder = new RangeDecoder(new MemoryStream(packed));
        var reader = new LiteralModel(decoder, isFull, 14, isText);
        foreach (var insert in inserts)
            Assert.Equal(insert.Bytes, insert.Code(reader, new byte[insert.Bytes.Length]));
        Assert.True(decoder.IsAtEnd());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_that_stand_in_the_old_file_take_next_to_nothing(bool isFull)
    {
        var old = new Dice(1).Bytes(100_000);
        var insert = new Inserted(old, -1, -1, old[40_000..60_000]);
        Assert.InRange(Pack([insert], isFull).Length, 10, 400);
        // Where no file stands beside them, they are what they are.
        Assert.InRange(Pack([insert with { Old = [] }], isFull).Length, 20_000, 20_600);
        // But for the second time.
        Assert.InRange(Pack([insert with { Old = [] }, insert with { Old = [] }], isFull).Length, 20_000, 20_900);
    }

    [Fact]
    public void A_model_of_texts_makes_less_of_a_text()
    {
        var text = File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "format.md"));
        var insert = new Inserted([], -1, -1, text);
        Assert.InRange(
            Pack([insert], isFull: true, isText: true).Length, 1, Pack([insert], isFull: true).Length - 1);
    }

    [Fact]
    public void A_model_with_all_contexts_makes_less_of_a_program()
    {
        var insert = new Inserted([], -1, -1, new ExecutableObject("shared-1").Bytes);
        Assert.InRange(Pack([insert], isFull: true).Length, 1, Pack([insert], isFull: false).Length - 1);
    }

    [Fact]
    public void Any_bytes_are_bytes_or_are_cut_short()
    {
        var random = new Random(5);
        for (var round = 0; round < 100; round++)
        {
            var insert = Inserted.Next(random);
            var model = new LiteralModel(
                new RangeDecoder(new MemoryStream(new Dice((ulong)round).Bytes(200))), round % 2 == 0, 12,
                isText: round % 4 < 2);
            try
            {
                Assert.Equal(insert.Bytes.Length, insert.Code(model, new byte[insert.Bytes.Length]).Length);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static byte[] Pack(IEnumerable<Inserted> inserts, bool isFull, bool isText = false)
    {
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        var model = new LiteralModel(encoder, isFull, 14, isText);
        foreach (var insert in inserts)
            Assert.Equal(insert.Bytes, insert.Code(model, insert.Bytes.ToArray()));
        encoder.Finish();
        return output.ToArray();
    }

    /// <summary>What is inserted into a file.</summary>
    private sealed record Inserted(byte[] Old, int Behind, int Before, byte[] Bytes)
    {
        public static Inserted Next(Random random)
        {
            var old = random.Next(4) == 0
                ? new byte[random.Next(12)]
                : ContentPair.Tar("a", (ulong)random.Next(3), random.Next(1, 3000));
            var bytes = random.Next(3) == 0
                ? new Dice((ulong)random.Next(9)).Bytes(random.Next(1, 300))
                : ContentPair.Tar("b", (ulong)random.Next(3), random.Next(1, 3000))[..random.Next(1, 1200)];
            return new Inserted(
                old, random.Next(-20, old.Length + 20), random.Next(-20, old.Length + 20), bytes);
        }

        public byte[] Code(LiteralModel model, byte[] bytes)
        {
            model.Begin(Old, bytes.Length);
            ulong last = 0;
            // As a file is coded: block by block.
            for (var done = 0; done < bytes.Length; done += 256)
            {
                var block = bytes.AsSpan(done, Math.Min(256, bytes.Length - done));
                last = model.Code(Old, Behind + done, Before + done, done, last, block, done == 0);
            }
            return bytes;
        }
    }
}
