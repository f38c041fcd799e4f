using System.Numerics;
using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

/// <summary>Vectors come to the very numbers that plain loops come to.</summary>
public sealed class MixerKernelTests
{
    private const int Most = (8 << 16) - 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sums_and_weights_are_those_of_the_plain_loops(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var length = Vector<int>.Count * random.Next(0, 7);
            // At times beyond what can be: what overflows has to overflow alike.
            var (weights, inputs) = random.Next(4) == 0
                ? (int.MaxValue, int.MaxValue)
                : (Most, Logit.Most);
            var (one, two, three) = (Row(length, weights), Row(length, weights), Row(length, weights));
            var by = Row(length, inputs);
            Assert.Equal(
                (MixerKernel.PlainSum(one, by), MixerKernel.PlainSum(two, by), MixerKernel.PlainSum(three, by)),
                MixerKernel.Sum(one, two, three, by));
            var (error, shift) = (random.Next(-65536, 65536), random.Next(1, 20));
            var plain = one.ToArray();
            MixerKernel.PlainAdd(plain, by, error, shift, Most);
            MixerKernel.Add(one, by, error, shift, Most);
            Assert.Equal(plain, one);
        }

        int[] Row(int length, int most) =>
            [.. Enumerable.Range(0, length).Select(_ => (int)random.NextInt64(-most, (long)most + 1))];
    }

    [Fact]
    public void Rows_have_room_and_are_whole_vectors()
    {
        for (var count = 0; count < 100; count++)
        {
            var length = MixerKernel.RowLength(count);
            Assert.InRange(length, count, count + Vector<int>.Count - 1);
            Assert.Equal(0, length % Vector<int>.Count);
        }
    }

    [Fact]
    public void Rows_that_do_not_go_together_are_refused()
    {
        var (row, longer) = (new int[Vector<int>.Count], new int[2 * Vector<int>.Count]);
        Assert.Throws<ArgumentException>(() => { MixerKernel.Sum(row, row, row, longer); });
        Assert.Throws<ArgumentException>(() => { MixerKernel.Sum(row, longer, row, row); });
        Assert.Throws<ArgumentException>(() => MixerKernel.Add(row, longer, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => MixerKernel.Add(new int[1], new int[1], 1, 1, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_mixer_of_any_shape_says_what_one_in_plain_loops_says(int seed)
    {
        var random = new Random(seed);
        var shape = new MixerShape(
            random.Next(1, 17), random.Next(0, 5), random.Next(4, 16), random.Next(1, 40), random.Next(1, 40),
            random.Next(1, 10), random.Next(1, 1021), random.Next(9, 18));
        var (mixer, plain) = (new ContextMixer(shape), new PlainMixer(shape));
        var (said, right) = (new Recorder(), new Recorder());
        for (var index = 0; index < 20_000; index++)
        {
            if (index % 4 == 0)
            {
                for (var context = 0; context < shape.Contexts; context++)
                {
                    var hash = Hash.Of((uint)context, (uint)(random.Next(100) < 80 ? index / 4 % 7 : random.Next()));
                    mixer.SetNibble(context, hash);
                    plain.SetNibble(context, hash);
                }
            }
            for (var context = shape.Contexts; context < shape.Contexts + shape.Direct; context++)
                SetDirect(context, (uint)random.Next(20));
            var (node, bit) = (random.Next(16), random.Next(10) == 0 ? 1 : (index >> 3) & 1);
            var (one, two, final) = (
                random.Next(shape.FirstSets), random.Next(shape.SecondSets), random.Next(shape.FinalSets));
            mixer.Code(said, bit, node, one, two, final);
            plain.Code(right, bit, node, one, two, final);
            Assert.Equal(right.Last, said.Last);
        }

        void SetDirect(int context, uint hash)
        {
            if (hash < 5)
            {
                mixer.Clear(context);
                plain.Clear(context);
                return;
            }
            mixer.Set(context, Hash.Of(hash, 0));
            plain.Set(context, Hash.Of(hash, 0));
        }
    }

    /// <summary>Remembers the last probability that it was given.</summary>
    private sealed class Recorder : BitCoder
    {
        public int Last { get; private set; }

        public override bool IsReader => false;

        public override int Code(int bit, int probability)
        {
            Last = probability;
            return bit;
        }
    }
}
