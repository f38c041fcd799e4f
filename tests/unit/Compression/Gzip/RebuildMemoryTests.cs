using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Workers have what the documentation of limits says, however long the stream is.</summary>
public sealed class RebuildMemoryTests
{
    private const long ForEachWorker = 10 * 1024 * 1024;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_between_checkpoints_have_bounded_memory(int workers)
    {
        var content = GzipContents.Random(61, 14_000_000);
        var gzip = Zlib(content);
        var recipe = GzipContents.Analyse(gzip);
        var member = recipe.Members[0];
        Assert.True(member.Body.Parts[0].Checkpoints.Count > 2 * workers - 1);
        var (made, peak) = Rebuild(member.Body, content, workers);
        Assert.Equal(gzip[member.Header.Length..^member.Trailer.Length], made);
        Assert.InRange(peak, content.Length / 8, workers * ForEachWorker);
    }

    [Fact]
    public void Segments_have_bounded_memory()
    {
        const int workers = 2;
        // Noise, of which the output is as long as the content.
        var content = new byte[24_000_000];
        new Random(62).NextBytes(content);
        var gzip = WholeEncoderTests.Make(new(EncoderFamily.Pgzip + 4, 5), content);
        var body = GzipContents.Analyse(gzip).Members[0].Body;
        var (_, peak) = Rebuild(body, content, workers);
        Assert.InRange(peak, 2 << 20, workers * ForEachWorker);
    }

    /// <summary>A stream as zlib makes it, by an encoder whose recipes have checkpoints.</summary>
    private static byte[] Zlib(byte[] content)
    {
        using var made = new MemoryStream();
        made.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]);
        using (var deflater = new PlainDeflater())
        {
            deflater.Begin(new(EncoderFamily.Zlib, 6), content.Length);
            ReadOnlyMemory<byte> piece;
            while (!(piece = deflater.Next(content)).IsEmpty)
                made.Write(piece.Span);
        }
        made.Write(BitConverter.GetBytes(GzipTrailer.Checksum(content)));
        made.Write(BitConverter.GetBytes(content.Length));
        return made.ToArray();
    }

    private static (byte[] Made, long Peak) Rebuild(DeflateRecipe recipe, byte[] content, int workers)
    {
        using var made = new MemoryStream();
        using var encoders = new IdleEncoders(workers);
        using var rebuilder = new ParallelRebuilder(recipe, encoders, workers);
        var given = 0;
        while (!rebuilder.IsComplete)
        {
            var piece = rebuilder.Take();
            made.Write(piece.Span);
            if (!piece.IsEmpty || rebuilder.IsComplete)
                continue;
            if (rebuilder.Room is { IsEmpty: false } room)
            {
                var count = Math.Min(room.Length, content.Length - given);
                content.AsMemory(given, count).CopyTo(room);
                given += count;
                rebuilder.Accept(count);
            }
            else
            {
                rebuilder.Work.GetAwaiter().GetResult();
            }
        }
        return (made.ToArray(), rebuilder.PeakMemory);
    }
}
