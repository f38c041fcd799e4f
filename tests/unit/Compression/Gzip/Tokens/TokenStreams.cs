using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip.Tokens;

namespace Diffah.Tests.Compression.Gzip.Tokens;

/// <summary>Contents of two releases, their streams, and what recipes of decisions make of them.</summary>
internal static class TokenStreams
{
    /// <summary>A content, and the next release of it: bytes changed, pieces inserted, removed and moved.</summary>
    public static (byte[] Old, byte[] New) Releases(int seed, int length)
    {
        var old = GzipContents.Random(seed, length);
        var random = new Random(seed);
        var changed = new List<byte>(old);
        for (var edit = 0; edit < 12; edit++)
        {
            var at = random.Next(changed.Count - 3000);
            switch (edit % 4)
            {
                case 0:
                    changed[at] ^= 0x55;
                    break;
                case 1:
                    changed.InsertRange(at, GzipContents.Random(seed + edit, random.Next(1, 400)));
                    break;
                case 2:
                    changed.RemoveRange(at, random.Next(1, 2000));
                    break;
                default:
                    changed.InsertRange(random.Next(at), changed.GetRange(at, 2500));
                    break;
            }
        }
        return (old, [.. changed]);
    }

    public static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        // Nothing at all is written of nothing.
        if (content.Length == 0)
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, level))
            gzip.Write(content);
        return stream.ToArray();
    }

    public static RecipeReference Reference(byte[] stream, byte[] content) =>
        new(() => new MemoryStream(stream), () => new MemoryStream(content));

    /// <summary>The recipe, once through its bytes.</summary>
    public static GzipTokenRecipe Analyse(byte[] stream, byte[] content, RecipeReference? reference = null) =>
        GzipTokenRecipe.Read(GzipTokenAnalysis.OfGzip(
            new MemoryStream(stream), new MemoryStream(content), reference, 1, CancellationToken.None).ToBytes());

    public static byte[] Rebuild(IStreamRecipe recipe, byte[] content, RecipeReference? reference = null)
    {
        using var stream = recipe.Open(new MemoryStream(content), reference, workers: 1);
        using var made = new MemoryStream();
        stream.CopyTo(made);
        return made.ToArray();
    }
}
