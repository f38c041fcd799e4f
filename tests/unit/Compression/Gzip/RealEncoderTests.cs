using System.Diagnostics;
using System.IO.Compression;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Streams of the encoders on this machine, over contents that are made here.</summary>
public sealed class RealEncoderTests
{
    // An emulated stream's recipe, with a plain gzip header.
    private const int EmulatedRecipe = 64;

    private const string Zlib = "import sys,zlib;l,m=int(sys.argv[1]),int(sys.argv[2]);"
        + "c=zlib.compressobj(l,zlib.DEFLATED,31,m);d=sys.stdin.buffer.read();"
        + "sys.stdout.buffer.write(c.compress(d)+c.flush())";

    public static TheoryData<string, string> Encoders()
    {
        var data = new TheoryData<string, string>();
        for (var level = 1; level <= 9; level++)
        {
            data.Add("gzip", $"-n -{level}");
            data.Add("pigz", $"-n -p 3 -{level}");
            data.Add("pigz", $"-n -p 3 -i -{level}");
            data.Add("pigz", $"-n -p 1 -{level}");
            data.Add("gzip", $"-n --rsyncable -{level}");
            data.Add("python3", $"zlib {level} 8");
            data.Add("python3", $"zlib {level} 9");
        }
        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Encoders))]
    public async Task A_stream_of_a_known_encoder_comes_back_by_a_short_recipe(string tool, string arguments)
    {
        foreach (var (seed, length) in new[] { (1, 0), (2, 1), (3, 300), (4, 65_400), (5, 131_072), (6, 700_000) })
        {
            var content = GzipContents.Random(seed, length);
            var gzip = await Compress(tool, arguments, content);
            var recipe = GzipContents.Analyse(gzip);
            Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
            Assert.InRange(recipe.ToBytes().Length, 1, EmulatedRecipe);
            Assert.Equal((content.Length, gzip.Length), (recipe.ContentLength, recipe.Length));
        }
    }

    [SkippableTheory]
    [InlineData("gzip", "-6")]
    [InlineData("gzip", "-9")]
    [InlineData("pigz", "-6")]
    [InlineData("pigz", "-1")]
    [InlineData("python3", "zlib 6 8")]
    public async Task A_long_stream_is_made_by_many_workers_as_by_one(string tool, string arguments)
    {
        var content = GzipContents.Random(7, 14_000_000);
        var gzip = await Compress(tool, arguments, content);
        var recipe = GzipContents.Analyse(gzip);
        Assert.NotEmpty(recipe.Members[0].Body.Parts[0].Checkpoints);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content, workers: 3));
        var checkpoints = recipe.Members[0].Body.Parts[0].Checkpoints.Count;
        Assert.InRange(recipe.ToBytes().Length, 1, EmulatedRecipe + 16 * checkpoints);
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(261)]
    [InlineData(262)]
    [InlineData(263)]
    [InlineData(70_000)]
    [InlineData(2_500_000)]
    public void The_fastest_level_of_this_runtime_is_known(int length)
    {
        // From here on the runtime has zlib-ng; what is written at once is one flow of bytes to it.
        Skip.If(Environment.Version.Major < 10, "zlib-ng is not what this runtime has.");
        var content = GzipContents.Random(15, length);
        var gzip = CompressHere(CompressionLevel.Fastest, content);
        var recipe = GzipContents.Analyse(gzip);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        Assert.InRange(recipe.ToBytes().Length, 1, EmulatedRecipe);
    }

    [SkippableTheory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_level_of_this_runtime_is_known(int level)
    {
        Skip.If(Environment.Version.Major < 10, "zlib-ng is not what this runtime has.");
        // Of no content this runtime writes no stream.
        (int, int)[] sizes = [(32, 1), (33, 300), (34, 65_400), (35, 131_072), (36, 900_000)];
        foreach (var (seed, length) in sizes)
        {
            foreach (var writeSize in new[] { int.MaxValue, 81_920 })
            {
                var content = GzipContents.Random(seed, length);
                var gzip = CompressInPieces(level, content, writeSize);
                var recipe = GzipContents.Analyse(gzip);
                Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
                Assert.InRange(recipe.ToBytes().Length, 1, EmulatedRecipe);
            }
        }
    }

    private static byte[] CompressInPieces(int level, byte[] content, int writeSize)
    {
        using var output = new MemoryStream();
        var options = new ZLibCompressionOptions { CompressionLevel = level };
        using (var gzip = new GZipStream(output, options, leaveOpen: true))
        {
            foreach (var piece in content.Chunk(Math.Min(writeSize, Math.Max(1, content.Length))))
                gzip.Write(piece);
        }
        return output.ToArray();
    }

    [Fact]
    public void A_block_of_more_tokens_than_are_kept_comes_back()
    {
        // More than a million tokens in one block of fixed codes, which are corrected here and there.
        var content = GzipContents.Random(16, 9_000_000);
        using var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var at = 0; at < content.Length; at += 50_000)
                compress.Write(content.AsSpan(at, 50_000));
        }
        var recipe = GzipContents.Analyse(gzip.ToArray());
        Assert.Equal(gzip.ToArray(), GzipContents.Rebuild(recipe, content));
        Assert.Equal(gzip.ToArray(), GzipContents.Rebuild(recipe, content, workers: 2));
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.NoCompression)]
    public void A_stream_of_an_unknown_encoder_comes_back_by_corrections(CompressionLevel level)
    {
        var content = GzipContents.Random(9, 600_000);
        var gzip = CompressHere(level, content);
        Assert.Equal(gzip, GzipContents.Rebuild(GzipContents.Analyse(gzip), content));
    }

    private static byte[] CompressHere(CompressionLevel level, byte[] content)
    {
        using var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, level, leaveOpen: true))
            compress.Write(content);
        return gzip.ToArray();
    }

    [SkippableFact]
    public async Task Members_are_a_list_of_recipes()
    {
        byte[][] contents = [GzipContents.Random(10, 90_000), [], GzipContents.Random(11, 200_000)];
        byte[] gzip =
        [
            .. await Compress("gzip", "-n -9", contents[0]), .. await Compress("gzip", "-n -9", contents[1]),
            .. await Compress("python3", "zlib 4 8", contents[2]), .. "behind"u8,
        ];
        var recipe = GzipContents.Analyse(gzip);
        Assert.Equal(3, recipe.Members.Count);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, [.. contents.SelectMany(c => c)]));
    }

    [SkippableFact]
    public async Task A_raw_deflate_stream_has_a_recipe()
    {
        var content = GzipContents.Random(12, 300_000);
        var raw = (await Compress("python3", "zlib 6 8", content))[10..^8];
        var recipe = GzipRecipe.Read(GzipAnalysis.OfDeflate(new MemoryStream(raw)).ToBytes());
        Assert.Equal(raw, GzipContents.Rebuild(recipe, content));
        Assert.InRange(recipe.ToBytes().Length, 1, EmulatedRecipe);
    }

    [SkippableFact]
    public async Task A_damaged_stream_comes_back_as_it_is_or_is_refused()
    {
        var content = GzipContents.Random(13, 20_000);
        var gzip = await Compress("gzip", "-6", content);
        var random = new Random(14);
        var (exact, refused) = (0, 0);
        for (var turn = 0; turn < 300; turn++)
        {
            var damaged = gzip.ToArray();
            damaged[random.Next(10, damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (turn % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            if (ComesBack(damaged))
                exact++;
            else
                refused++;
        }
        Assert.True(exact > 0 && refused > 0, $"{exact} came back, {refused} were refused");
    }

    private static bool ComesBack(byte[] gzip)
    {
        GzipRecipe recipe;
        try
        {
            recipe = GzipContents.Analyse(gzip);
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
        var content = GzipContents.Inflate(gzip);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        return true;
    }

    internal static async Task<byte[]> Compress(string tool, string arguments, byte[] content)
    {
        Skip.IfNot(ExternalTool.Exists(tool), $"{tool} is not installed on this machine.");
        string[] all = tool == "python3" ? ["-c", Zlib, .. arguments.Split(' ')[1..]] : ["-c", .. arguments.Split(' ')];
        using var process = Process.Start(
            new ProcessStartInfo(tool, all) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        var read = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(content);
        process.StandardInput.Close();
        await read;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
