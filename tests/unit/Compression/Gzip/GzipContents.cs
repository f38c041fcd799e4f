using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Contents with all that an encoder may meet, and what is done with them again and again.</summary>
internal static class GzipContents
{
    /// <summary>Names, noise that is stored, zeros, small numbers, and what was there before.</summary>
    public static byte[] Mixed()
    {
        var maker = new Maker(0x2545F491);
        maker.AddNames(200_000);
        maker.AddNoise(120_000);
        maker.Bytes.AddRange(new byte[150_000]);
        maker.AddSmall(100_000);
        maker.Bytes.AddRange(maker.Bytes.GetRange(100_000, 80_000));
        maker.AddNames(100_000);
        maker.AddNoise(20_000);
        maker.AddNames(3_001);
        return [.. maker.Bytes];
    }

    /// <summary>Pieces of the same kinds in an order that the seed says, of any length.</summary>
    public static byte[] Random(int seed, int length)
    {
        var random = new Random(seed);
        var maker = new Maker((uint)seed * 2654435761 | 1);
        while (maker.Bytes.Count < length)
        {
            var piece = random.Next(1, 1 << random.Next(4, 18));
            switch (random.Next(6))
            {
                case 0:
                    maker.AddNoise(piece);
                    break;
                case 1:
                    maker.Bytes.AddRange(Enumerable.Repeat((byte)random.Next(256), piece));
                    break;
                case 2:
                    maker.AddSmall(piece);
                    break;
                case 3 when maker.Bytes.Count > 0:
                    var from = random.Next(maker.Bytes.Count);
                    maker.Bytes.AddRange(maker.Bytes.GetRange(from, Math.Min(piece, maker.Bytes.Count - from)));
                    break;
                default:
                    maker.AddNames(piece);
                    break;
            }
        }
        return [.. maker.Bytes.Take(length)];
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] Rebuild(GzipRecipe recipe, byte[] content, int workers = 1)
    {
        using var stream = new GzipRebuildStream(new MemoryStream(content), recipe, workers);
        using var made = new MemoryStream();
        stream.CopyTo(made);
        return made.ToArray();
    }

    /// <summary>The recipe of a stream, once through its bytes.</summary>
    public static GzipRecipe Analyse(byte[] gzip) =>
        GzipRecipe.Read(GzipAnalysis.OfGzip(new MemoryStream(gzip)).ToBytes());

    /// <summary>The content of a stream whose checksum may be wrong.</summary>
    public static byte[] Inflate(byte[] gzip)
    {
        using var input = new DeflateInput(new MemoryStream(gzip));
        using var content = new MemoryStream();
        do
        {
            GzipHeader.Read(input);
            using var window = new ContentWindow(1 << 20);
            using var inflater = new Inflater(input, window);
            for (var written = 0; !inflater.IsComplete || written < window.End;)
            {
                inflater.Fill();
                content.Write(window.Buffer, written, window.End - written);
                inflater.Drop(inflater.TokenCount, inflater.IsComplete ? inflater.BlockCount : inflater.BlockCount - 1);
                written = window.End - window.Slide(window.End);
            }
            input.Align();
            for (var index = 0; index < GzipHeader.TrailerLength; index++)
                input.TakeByte();
        }
        while (GzipHeader.BeginsAt(input));
        return content.ToArray();
    }

    private sealed class Maker(uint state)
    {
        public List<byte> Bytes { get; } = [];

        public void AddNames(int length)
        {
            var end = Bytes.Count + length;
            while (Bytes.Count < end)
            {
                var x = Next();
                if (x % 16 == 0)
                    Bytes.AddRange(BitConverter.GetBytes(Next()));
                else
                    Bytes.AddRange(Encoding.ASCII.GetBytes($"/usr/lib/{x % 7}/module-{(x >> 8) % 4096}.so\n"));
            }
        }

        public void AddNoise(int length)
        {
            for (var count = length / 4; count > 0; count--)
                Bytes.AddRange(BitConverter.GetBytes(Next()));
        }

        public void AddSmall(int length)
        {
            for (; length > 0; length--)
                Bytes.Add((byte)((Next() >> 8) & 15));
        }

        private uint Next()
        {
            state ^= state << 13;
            state ^= state >> 17;
            return state ^= state << 5;
        }
    }
}
