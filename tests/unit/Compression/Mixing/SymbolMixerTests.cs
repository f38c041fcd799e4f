using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

public sealed class SymbolMixerTests
{
    private const int Contexts = 3;
    private const int Kinds = 4;

    [Fact]
    public void Numbers_of_every_length_come_back()
    {
        var random = new Random(1);
        ulong[] numbers =
        [
            0, 1, 2, 3, 15, 16, ulong.MaxValue, ulong.MaxValue - 1, long.MaxValue, 1UL << 63,
            .. Enumerable.Range(0, 64).Select(bit => 1UL << bit),
            .. Enumerable.Range(0, 64).Select(bit => ulong.MaxValue >> bit),
            .. Enumerable.Range(0, 2000).Select(_ => (ulong)random.NextInt64() << 1 >> random.Next(64)),
            .. Enumerable.Range(0, 200).Select(_ => (1UL << 63 | (ulong)random.NextInt64()) >> random.Next(5)),
        ];
        RoundTrip(numbers, (symbols, coder, value, at) =>
            symbols.CodeNumber(coder, value, at % Kinds, [(uint)at % 5, 7, 0]));
    }

    [Fact]
    public void Numbers_that_may_be_negative_come_back()
    {
        var random = new Random(2);
        long[] numbers =
        [
            0, 1, -1, long.MaxValue, long.MinValue, int.MinValue, -128, 127,
            .. Enumerable.Range(0, 2000).Select(_ => (random.NextInt64() - (long.MaxValue / 2)) >> random.Next(64)),
        ];
        RoundTrip(numbers, (symbols, coder, value, at) =>
            symbols.CodeSigned(coder, value, at % Kinds, [(uint)at % 5, 7, 0]));
    }

    [Fact]
    public void Bytes_and_nibbles_come_back()
    {
        var random = new Random(3);
        var bytes = new byte[5000];
        random.NextBytes(bytes);
        RoundTrip(bytes, (symbols, coder, value, at) => symbols.CodeByte(coder, value, 1, [0, (uint)at, 3]));
        RoundTrip([.. bytes.Select(b => b & 15)],
            (symbols, coder, value, at) => symbols.CodeSmall(coder, value, 1, [0, (uint)at, 3]));
    }

    [Fact]
    public void What_a_context_tells_takes_next_to_nothing()
    {
        ulong[] numbers = [.. Enumerable.Range(0, 5000).Select(i => (ulong)(i % 50) * 977)];
        var bytes = RoundTrip(numbers, (symbols, coder, value, at) =>
            symbols.CodeNumber(coder, value, 0, [(uint)at % 50, 1, 2]));
        // Fifty numbers of 16 bits are learned once.
        Assert.InRange(bytes.Length, 50, 1200);
    }

    [Fact]
    public void A_number_of_more_bits_than_there_are_is_refused()
    {
        // Lengths are nibbles, and 15 says that it goes on: five of them are 75 bits.
        var symbols = new SymbolMixer(Contexts, Kinds, 16, 250);
        var decoder = new RangeDecoder(new Ones());
        var error = Assert.Throws<InvalidDataException>(
            () => symbols.CodeNumber(decoder, 0, 0, [0, 0, 0]));
        Assert.Contains("out of its bounds", error.Message, StringComparison.Ordinal);
    }

    private static byte[] RoundTrip<T>(T[] values, Func<SymbolMixer, BitCoder, T, int, T> code)
        where T : struct
    {
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        var symbols = new SymbolMixer(Contexts, Kinds, 16, 250);
        for (var index = 0; index < values.Length; index++)
            Assert.Equal(values[index], code(symbols, encoder, values[index], index));
        encoder.Finish();
        var decoder = new RangeDecoder(new MemoryStream(output.ToArray()));
        symbols = new SymbolMixer(Contexts, Kinds, 16, 250);
        for (var index = 0; index < values.Length; index++)
            Assert.Equal(values[index], code(symbols, decoder, default, index));
        Assert.True(decoder.IsAtEnd());
        return output.ToArray();
    }

    /// <summary>Zeros without an end: each bit that is read is a 1.</summary>
    private sealed class Ones : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Clear();
            return count;
        }
    }
}
