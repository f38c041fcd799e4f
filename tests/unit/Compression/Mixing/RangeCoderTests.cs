using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

/// <summary>Bits come back, and take what the theory says that they take.</summary>
public sealed class RangeCoderTests
{
    private const int Unit = 1 << BitCoder.ProbabilityBits;

    [Theory]
    [InlineData(1, 1, Unit - 1)]
    [InlineData(2, 1, 8)]
    [InlineData(3, Unit - 8, Unit - 1)]
    [InlineData(4, (Unit / 2) - 5, (Unit / 2) + 5)]
    public void Bits_come_back_with_any_probabilities_and_take_their_entropy(int seed, int least, int most)
    {
        var random = new Random(seed);
        var probabilities = Enumerable.Range(0, 200_000).Select(_ => random.Next(least, most + 1)).ToArray();
        // As likely as they are said to be: else the size would say nothing.
        var bits = probabilities.Select(p => random.Next(Unit) < p ? 1 : 0).ToArray();
        var bytes = Encode(bits, probabilities);
        Assert.Equal(bits, Decode(bytes, probabilities));
        var entropy = bits.Zip(probabilities, (bit, p) => -Math.Log2((bit == 1 ? p : Unit - p) / (double)Unit)).Sum();
        Assert.InRange(bytes.Length, (entropy / 8) - 1, (entropy / 8 * 1.001) + 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Unit - 1)]
    public void Bits_that_were_the_least_likely_come_back(int probability)
    {
        var unlikely = probability == 1 ? 1 : 0;
        int[] bits = [.. Enumerable.Repeat(unlikely, 3000)];
        int[] probabilities = [.. bits.Select(_ => probability)];
        var bytes = Encode(bits, probabilities);
        Assert.Equal(bits, Decode(bytes, probabilities));
        Assert.InRange(bytes.Length, 3000 * 2, (3000 * 2 * 1.001) + 8);
    }

    [Fact]
    public void No_bits_take_no_bytes_and_so_do_those_that_zeros_say()
    {
        Assert.Empty(Encode([], []));
        Assert.Empty(Encode([1, 1, 1], [Unit / 2, Unit / 3, 5000]));
    }

    [Fact]
    public void What_is_open_at_the_end_takes_the_fewest_bytes()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var count = random.Next(1, 60);
            int[] probabilities = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, Unit))];
            int[] bits = [.. Enumerable.Range(0, count).Select(_ => random.Next(2))];
            var bytes = Encode(bits, probabilities);
            Assert.Equal(bits, Decode(bytes, probabilities));
            if (bytes.Length == 0)
                continue;
            // No shorter bytes say the same: of all of a length, those that begin alike are the nearest.
            var shorter = bytes[..^1];
            Assert.False(Says(shorter, bits, probabilities));
            if (shorter.Length > 0 && shorter[^1] < 255)
            {
                shorter[^1]++;
                Assert.False(Says(shorter, bits, probabilities));
            }
        }
    }

    [Fact]
    public void The_reader_asks_for_no_bytes_behind_the_end_but_for_the_zeros_that_were_left_out()
    {
        int[] bits = [.. Enumerable.Range(0, 999).Select(i => i % 3 == 0 ? 1 : 0)];
        int[] probabilities = [.. bits.Select(_ => Unit / 3)];
        var bytes = Encode(bits, probabilities);
        var decoder = new RangeDecoder(new MemoryStream([.. bytes, 1]));
        foreach (var probability in probabilities)
            decoder.Code(0, probability);
        // What is in its window, it cannot know of.
        var rest = new RangeDecoder(new MemoryStream([.. bytes, .. new byte[9]]));
        foreach (var probability in probabilities)
            rest.Code(0, probability);
        Assert.False(rest.IsAtEnd());
        decoder = new RangeDecoder(new MemoryStream(bytes));
        foreach (var probability in probabilities)
            decoder.Code(0, probability);
        Assert.True(decoder.IsAtEnd());
    }

    [Fact]
    public void A_reader_of_bytes_that_are_cut_short_does_not_go_on_for_ever()
    {
        var decoder = new RangeDecoder(new MemoryStream([0x12, 0x34]));
        Assert.Throws<InvalidDataException>(() =>
        {
            for (var count = 0; count < 16 * sizeof(ulong); count++)
                decoder.Code(0, Unit / 2);
        });
    }

    [Fact]
    public void Bytes_of_any_kind_are_bits_of_some_kind()
    {
        var random = new Random(9);
        for (var round = 0; round < 50; round++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            var decoder = new RangeDecoder(new MemoryStream(bytes));
            int[] probabilities = [.. Enumerable.Range(0, 8 * bytes.Length).Select(_ => random.Next(1, Unit))];
            try
            {
                var bits = probabilities.Select(p => decoder.Code(0, p)).ToArray();
                Assert.Equal(bits, Decode(Encode(bits, probabilities), probabilities));
            }
            catch (InvalidDataException)
            {
                Assert.True(decoder.IsAtEnd());
            }
        }
    }

    private static bool Says(byte[] bytes, int[] bits, int[] probabilities)
    {
        try
        {
            return Decode(bytes, probabilities).SequenceEqual(bits);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Encode(int[] bits, int[] probabilities)
    {
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        for (var index = 0; index < bits.Length; index++)
            Assert.Equal(bits[index], encoder.Code(bits[index], probabilities[index]));
        encoder.Finish();
        Assert.Equal(output.Length, encoder.Length);
        return output.ToArray();
    }

    private static int[] Decode(byte[] bytes, int[] probabilities)
    {
        var decoder = new RangeDecoder(new MemoryStream(bytes));
        return [.. probabilities.Select((p, i) => decoder.Code(i & 1, p))];
    }
}
