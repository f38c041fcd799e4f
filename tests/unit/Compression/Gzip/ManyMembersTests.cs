using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Streams of a member for each file, as eStargz layers are.</summary>
public sealed class ManyMembersTests
{
    // Beside the checksum: what kind it is, and both lengths.
    private const int MemberBytes = 1 + 4 + 3 + 3;
    private const int Beginning = 64;

    private static readonly EncoderProfile Estargz = new(EncoderFamily.KlauspostFlushed + 6, 9);

    [Fact]
    public void Members_of_one_encoder_take_some_bytes_each()
    {
        var random = new Random(61);
        var contents = Enumerable.Range(0, 200).Select(i => GzipContents.Random(i, Length(random))).ToList();
        var recipe = Check(contents, contents.ConvertAll(c => WholeEncoderTests.Make(Estargz, c)));
        // Each trailer of these is wrong, and is told as it is.
        Assert.InRange(recipe.ToBytes().Length, 1, Beginning + contents.Count * (MemberBytes + 4));
        Assert.All(recipe.Members, m => Assert.Equal(0, m.Body.Parts.Sum(p => p.Corrections.Length)));
    }

    [Fact]
    public void A_long_member_behind_short_ones_tells_encoders_apart()
    {
        // Up to 1 MiB pgzip and a stream that is flushed are the same.
        int[] lengths = [512, 3000, 60_000, 2_500_000, 1000, 1_100_000, 70_000];
        var contents = lengths.Select((length, index) => GzipContents.Random(100 + index, length)).ToList();
        var recipe = Check(contents, contents.ConvertAll(c => WholeEncoderTests.Make(Estargz, c)));
        Assert.All(recipe.Members, m => Assert.Equal(0, m.Body.Parts.Sum(p => p.Corrections.Length)));
        Assert.Equal(Estargz, recipe.Members[^1].Body.Parts[0].Profile);
    }

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    public void Members_of_many_encoders_need_no_corrections(int seed)
    {
        EncoderProfile[] profiles =
            [Estargz, new(EncoderFamily.GoChunks, 1), new(EncoderFamily.Klauspost + 4, 6),
                new(EncoderFamily.Pgzip + 4, 5), new(EncoderFamily.Klauspost + 1, 1)];
        var random = new Random(seed);
        var contents = Enumerable.Range(0, 40).Select(i => GzipContents.Random(seed + i, Length(random))).ToList();
        var members = contents.ConvertAll(
            c => WholeEncoderTests.Make(profiles[random.Next(profiles.Length)], c));
        var recipe = Check(contents, members);
        Assert.All(recipe.Members, m => Assert.Equal(0, m.Body.Parts.Sum(p => p.Corrections.Length)));
    }

    [SkippableFact]
    public async Task Members_of_gzip_take_some_bytes_each()
    {
        var random = new Random(64);
        var contents = Enumerable.Range(0, 30).Select(i => GzipContents.Random(200 + i, Length(random))).ToList();
        var members = new List<byte[]>();
        foreach (var content in contents)
            members.Add(await RealEncoderTests.Compress("gzip", "-n -6", content));
        var recipe = Check(contents, members);
        Assert.InRange(recipe.ToBytes().Length, 1, Beginning + contents.Count * MemberBytes);
    }

    [Fact]
    public void The_encoders_of_the_last_members_are_tried_first()
    {
        var likely = new LikelyProfiles();
        EncoderProfile[] right = [new(EncoderFamily.Gnu, 6), new(EncoderFamily.Go, 9)];
        var corrected = new EncoderProfile(EncoderFamily.Zlib, 4);
        likely.Add(right[0], 0, 1000);
        likely.Add(right[1], 0, 1000);
        likely.Add(corrected, 10, 1000);
        Assert.Equal([right[1], right[0]], likely.ToTry.Select(l => l.Profile));
        // One that has to be corrected again and again is taken at last, with as many corrections as before.
        for (var turn = 0; turn < 8; turn++)
            likely.Add(corrected, 10, 1000);
        Assert.Equal([right[1], right[0], corrected], likely.ToTry.Select(l => l.Profile));
        Assert.Equal(
            [(0, 0), (0, 0), (20, 0.015)], likely.ToTry.Select(l => ((double)l.FreeCost, Math.Round(l.CostRate, 6))));
    }

    private static int Length(Random random) => random.Next(5) == 0 ? 0 : random.Next(1, 1 << random.Next(5, 17));

    private static GzipRecipe Check(List<byte[]> contents, List<byte[]> members)
    {
        byte[] gzip = [.. members.SelectMany(m => m)];
        byte[] content = [.. contents.SelectMany(c => c)];
        var recipe = GzipContents.Analyse(gzip);
        Assert.Equal(members.Count, recipe.Members.Count);
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content));
        Assert.Equal(gzip, GzipContents.Rebuild(recipe, content, workers: 2));
        return recipe;
    }
}
