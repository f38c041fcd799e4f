using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Models;

namespace Diffah.Tests.Deltas.Codecs.Content.Models;

public sealed class CorrectionModelTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void What_was_wrong_comes_back_right_with_fields_and_without(int seed, bool isFull)
    {
        var random = new Random(seed);
        var files = Enumerable.Range(0, 25).Select(_ => PredictedFile.Next(random)).ToArray();
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        var writer = new CorrectionModel(encoder, isFull, 14);
        foreach (var file in files)
            Assert.Equal(file.Actual, file.Code(writer, file.Actual));
        encoder.Finish();
        var decoder = new RangeDecoder(new MemoryStream(output.ToArray()));
        var reader = new CorrectionModel(decoder, isFull, 14);
        foreach (var file in files)
            Assert.Equal(file.Actual, file.Code(reader, file.Predicted));
        Assert.True(decoder.IsAtEnd());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_was_predicted_right_takes_next_to_nothing(bool isFull)
    {
        var file = PredictedFile.Next(new Random(5)) with { Fields = [], Kinds = [] };
        file = file with { Old = new byte[1 << 20], Predicted = new byte[1 << 20], Actual = new byte[1 << 20] };
        using var output = new MemoryStream();
        var encoder = new RangeEncoder(output);
        file.Code(new CorrectionModel(encoder, isFull, 12), file.Actual);
        encoder.Finish();
        Assert.InRange(output.Length, 0, 20);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Any_bytes_correct_something_or_are_cut_short(int seed, bool isFull)
    {
        var random = new Random(seed);
        for (var round = 0; round < 150; round++)
        {
            var file = PredictedFile.Next(random);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            var model = new CorrectionModel(new RangeDecoder(new MemoryStream(bytes)), isFull, 12);
            try
            {
                Assert.Equal(file.Actual.Length, file.Code(model, file.Predicted).Length);
            }
            catch (InvalidDataException e)
            {
                Assert.Matches("cut short|out of its bounds", e.Message);
            }
        }
    }

    /// <summary>A file of which each byte was predicted.</summary>
    private sealed record PredictedFile(byte[] Old, byte[] Predicted, byte[] Actual, byte[] Fields, byte[] Kinds)
    {
        public static PredictedFile Next(Random random)
        {
            var old = new byte[random.Next(1, 6000)];
            random.NextBytes(old);
            var predicted = old.ToArray();
            var (fields, kinds) = (Array.Empty<byte>(), Array.Empty<byte>());
            if (random.Next(2) == 0)
            {
                (fields, kinds) = (new byte[old.Length], new byte[old.Length]);
                // Some overlap: the first one counts. None goes over the end of a block.
                for (var at = 0; at < old.Length; at += random.Next(1, 60))
                {
                    var width = random.Next(2) == 0 ? sizeof(uint) : sizeof(ulong);
                    if ((at % IPrediction.BlockLength) + width <= IPrediction.BlockLength && at + width <= old.Length)
                        fields[at] = (byte)width;
                    kinds[at] = (byte)random.Next(256);
                }
            }
            var actual = predicted.ToArray();
            var step = 1 << random.Next(11);
            for (var at = random.Next(step); at < actual.Length; at += random.Next(1, step + 1))
                actual[at] += (byte)(random.Next(3) == 0 ? random.Next(256) : 4);
            return new PredictedFile(old, predicted, actual, fields, kinds);
        }

        public byte[] Code(CorrectionModel model, byte[] given)
        {
            var bytes = given.ToArray();
            model.Begin();
            for (var place = 0; place < bytes.Length;)
            {
                var length = IPrediction.LengthAt(place, bytes.Length - place);
                var block = new PredictedBlock
                {
                    Old = Old,
                    OldPlace = place,
                    Place = place,
                    End = bytes.Length,
                    Fields = Fields.Length == 0 ? [] : Fields.AsSpan(place, length),
                    Kinds = Kinds.Length == 0 ? [] : Kinds.AsSpan(place, length),
                };
                model.Code(block, Predicted.AsSpan(place, length), bytes.AsSpan(place, length), (ulong)place * 77);
                place += length;
            }
            return bytes;
        }
    }
}
