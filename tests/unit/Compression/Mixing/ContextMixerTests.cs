using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

public sealed class ContextMixerTests
{
    private static readonly MixerShape Shape = new(2, 1, 12, 3, 4, 2, 250, 16);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_bit_that_is_always_the_same_takes_next_to_nothing(int bit)
    {
        // 20,000 bits: less than a hundredth of a bit for each.
        Assert.InRange(Encode(Shape, 20_000, _ => bit, (mixer, _, _) => SetAll(mixer, 0)).Length, 1, 25);
    }

    [Fact]
    public void A_pattern_is_learned_by_the_context_that_tells_it()
    {
        // Long, and without a meaning of its own: only the context says what comes.
        var random = new Random(1);
        int[] pattern = [.. Enumerable.Range(0, 200).Select(_ => random.Next(2))];
        var told = Encode(Shape, 40_000, i => pattern[i % 200], (m, i, _) => SetAll(m, (uint)(i % 200)));
        var untold = Encode(Shape, 40_000, i => pattern[i % 200], (m, _, _) => SetAll(m, 0));
        Assert.InRange(told.Length, 1, 250);
        Assert.InRange(untold.Length, 4000, 5300);
    }

    [Fact]
    public void Bits_that_nothing_tells_take_about_a_bit_each()
    {
        var random = new Random(2);
        int[] bits = [.. Enumerable.Range(0, 40_000).Select(_ => random.Next(2))];
        var bytes = Encode(Shape, bits.Length, i => bits[i], (m, i, _) => SetAll(m, (uint)i & 7));
        Assert.InRange(bytes.Length, 4900, 5250);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_reader_comes_to_what_the_writer_wrote_for_any_shape_and_contexts(int seed)
    {
        var random = new Random(seed);
        var shape = new MixerShape(
            random.Next(1, 11), random.Next(0, 4), random.Next(4, 17), random.Next(1, 9), random.Next(1, 9),
            random.Next(1, 5), random.Next(1, 1021), random.Next(10, 18));
        const int Count = 5000;
        int[] bits = [.. Enumerable.Range(0, Count).Select(i => random.Next(5) == 0 ? random.Next(2) : i / 7 & 1)];
        var bytes = Encode(shape, Count, i => bits[i], Contexts);
        var decoder = new RangeDecoder(new MemoryStream(bytes));
        var mixer = new ContextMixer(shape);
        for (var index = 0; index < Count; index++)
        {
            Contexts(mixer, index, shape);
            Assert.Equal(bits[index], Code(mixer, decoder, shape, index, index & 1));
        }
        Assert.True(decoder.IsAtEnd());

        static void Contexts(ContextMixer mixer, int index, MixerShape shape)
        {
            for (var context = 0; context < shape.Contexts; context++)
                mixer.SetNibble(context, Hash.Of((uint)context, (uint)(index % (5 + context))));
            for (var context = shape.Contexts; context < shape.Contexts + shape.Direct; context++)
            {
                if (index % (context + 2) == 0)
                    mixer.Clear(context);
                else
                    mixer.Set(context, Hash.Of((uint)context, (uint)index % 3));
            }
        }
    }

    [Fact]
    public void The_smallest_probabilities_that_come_out_can_be_coded()
    {
        var coder = new ProbabilityRange();
        var mixer = new ContextMixer(Shape);
        for (var index = 0; index < 100_000; index++)
        {
            SetAll(mixer, 0);
            // Very sure for long, then very wrong.
            mixer.Code(coder, index % 20_000 < 19_000 ? 1 : 0, 0, 0, 0, 0);
        }
        Assert.InRange(coder.Least, 1, 1000);
        Assert.InRange(coder.Most, 64_500, (1 << BitCoder.ProbabilityBits) - 1);
    }

    private static byte[] Encode(
        MixerShape shape, int count, Func<int, int> bit, Action<ContextMixer, int, MixerShape> set)
    {
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        var mixer = new ContextMixer(shape);
        for (var index = 0; index < count; index++)
        {
            set(mixer, index, shape);
            Assert.Equal(bit(index), Code(mixer, encoder, shape, index, bit(index)));
        }
        encoder.Finish();
        return output.ToArray();
    }

    private static int Code(ContextMixer mixer, BitCoder coder, MixerShape shape, int index, int bit)
    {
        var isOne = shape == Shape;
        return mixer.Code(
            coder, bit, isOne ? 0 : index & 15, isOne ? 0 : index % shape.FirstSets,
            isOne ? 0 : index % shape.SecondSets, isOne ? 0 : index % shape.FinalSets);
    }

    private static void SetAll(ContextMixer mixer, uint hash)
    {
        mixer.Set(0, Hash.Of(1, hash));
        mixer.Set(1, Hash.Of(2, 0));
        mixer.Clear(2);
    }

    /// <summary>Remembers which probabilities it was given.</summary>
    private sealed class ProbabilityRange : BitCoder
    {
        public int Least { get; private set; } = int.MaxValue;

        public int Most { get; private set; }

        public override bool IsReader => false;

        public override int Code(int bit, int probability)
        {
            (Least, Most) = (Math.Min(Least, probability), Math.Max(Most, probability));
            return bit;
        }
    }
}
