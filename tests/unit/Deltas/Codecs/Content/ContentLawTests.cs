using Diffah.Engine.Deltas.Codecs.Content.Models;
using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>What holds for any content and any sources.</summary>
public sealed class ContentLawTests : IDisposable
{
    private const int Rounds = 25;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, (int)ModelSize.None)]
    [InlineData(2, (int)ModelSize.None)]
    [InlineData(3, (int)ModelSize.None)]
    [InlineData(4, (int)ModelSize.None)]
    [InlineData(1, (int)ModelSize.Compact)]
    [InlineData(2, (int)ModelSize.Compact)]
    [InlineData(3, (int)ModelSize.Full)]
    [InlineData(4, (int)ModelSize.Full)]
    public void A_content_comes_back_from_its_patch_and_the_sources_that_the_patch_names(ulong seed, int models)
    {
        var bench = Bench(models);
        for (var round = 0; round < Rounds; round++)
        {
            var pair = Pair(seed, round);
            var (patch, used) = bench.Encode(pair.Target, pair.Sources);
            Assert.True(pair.Target.AsSpan().SequenceEqual(bench.Decode(patch, used, pair.Target.Length)));
        }
    }

    [Theory]
    [InlineData(5, (int)ModelSize.None)]
    [InlineData(6, (int)ModelSize.None)]
    [InlineData(5, (int)ModelSize.Compact)]
    [InlineData(6, (int)ModelSize.Full)]
    public void A_patch_is_the_same_for_any_number_of_workers_and_so_is_what_it_makes(ulong seed, int models)
    {
        var bench = Bench(models);
        for (var round = 0; round < Rounds / 2; round++)
        {
            var pair = Pair(seed, round);
            var (one, used) = bench.Encode(pair.Target, pair.Sources, workers: 1);
            foreach (var workers in new[] { 2, 5, 7 })
                Assert.Equal(one, bench.Encode(pair.Target, pair.Sources, workers).Patch);
            var length = pair.Target.Length;
            Assert.Equal(bench.Decode(one, used, length, 1), bench.Decode(one, used, length, 7));
        }
    }

    [Theory]
    [InlineData(7, (int)ModelSize.None)]
    [InlineData(8, (int)ModelSize.None)]
    [InlineData(7, (int)ModelSize.Compact)]
    [InlineData(8, (int)ModelSize.Full)]
    public void A_damaged_patch_gives_an_error_or_a_content_of_the_same_length(ulong seed, int models)
    {
        var bench = Bench(models);
        for (var round = 0; round < 8; round++)
        {
            var pair = Pair(seed, round);
            var (patch, used) = bench.Encode(pair.Target, pair.Sources);
            var dice = Dice.For(seed, "damage", round);
            for (var time = 0; time < 40; time++)
            {
                var damaged = patch.ToArray();
                if (time % 4 == 0)
                    damaged = damaged[..dice.Below(damaged.Length)];
                else
                    damaged[dice.Below(damaged.Length)] ^= (byte)(1 << dice.Below(8));
                if (TryDecode(bench, damaged, used, pair.Target.Length) is { } made)
                    Assert.Equal(pair.Target.Length, made.Length);
            }
        }
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void A_patch_is_refused_for_other_contents_than_its_own(int models)
    {
        var bench = Bench(models);
        byte[][] sources = [ContentPair.Tar("a", 1, 20_000), ContentPair.Tar("b", 2, 9_000)];
        var target = ContentPair.Edit(sources[0], 3);
        target = [.. target, .. sources[1]];
        var (patch, used) = bench.Encode(target, [sources[0], sources[1]]);
        Assert.NotEmpty(used);
        Assert.Throws<InvalidDataException>(void () => bench.Decode(patch, [.. used, sources[1]], target.Length));
        Assert.Throws<InvalidDataException>(void () => bench.Decode(patch, [[.. used[0], 0]], target.Length));
        Assert.Throws<InvalidDataException>(void () => bench.Decode(patch, used, target.Length + 1));
        Assert.Throws<InvalidDataException>(void () => bench.Decode(patch, [], target.Length));
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void Contents_without_bytes_are_contents_too(int models)
    {
        var bench = Bench(models);
        var content = ContentPair.Tar("a", 1, 5000);
        foreach (var (target, sources) in new (byte[], byte[][])[]
        {
            ([], []), ([], [[]]), ([], [content]), (content, []), (content, [[]]), ([1], [[2], []]), ([0], []),
            (new byte[1024], [content]),
        })
        {
            var (patch, used) = bench.Encode(target, sources);
            Assert.Equal(target, bench.Decode(patch, used, target.Length));
        }
    }

    [Theory]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void A_patch_that_is_cut_short_anywhere_gives_an_error_or_a_content_of_the_same_length(int models)
    {
        var bench = Bench(models);
        var old = ContentPair.Tar("a", 1, 3000);
        var now = ContentPair.Edit(old, 2);
        var (patch, used) = bench.Encode(now, [old]);
        for (var length = 0; length < patch.Length; length++)
            Assert.Throws<InvalidDataException>(void () => bench.Decode(patch[..length], used, now.Length));
        // Behind the directory, which still says what is there.
        foreach (var key in PatchParts.Of(patch).Streams.Keys)
        {
            var whole = PatchParts.Of(patch).Streams[key];
            for (var length = 0; length < whole.Length; length++)
            {
                var parts = PatchParts.Of(patch);
                parts.Streams[key] = whole[..length];
                if (TryDecode(bench, parts.ToBytes(), used, now.Length) is { } made)
                    Assert.Equal(now.Length, made.Length);
            }
        }
    }

    [Theory]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void Any_bit_of_a_patch_that_is_wrong_gives_an_error_or_a_content_of_the_same_length(int models)
    {
        var bench = Bench(models);
        var old = ContentPair.Tar("a", 1, 2000);
        var now = ContentPair.Edit(old, 2);
        var (patch, used) = bench.Encode(now, [old]);
        for (var bit = 0; bit < 8 * patch.Length; bit++)
        {
            patch[bit / 8] ^= (byte)(1 << (bit % 8));
            if (TryDecode(bench, patch, used, now.Length) is { } made)
                Assert.Equal(now.Length, made.Length);
            patch[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_source_that_says_nothing_of_a_content_is_not_asked_for()
    {
        var bench = Bench((int)ModelSize.Compact);
        var content = ContentPair.Tar("a", 1, 5000);
        var (_, used) = bench.Encode(content, [ContentPair.Tar("b", 9, 5000), content]);
        Assert.Equal(content, Assert.Single(used));
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void A_work_that_is_stopped_says_so(int models)
    {
        var bench = Bench(models);
        var pair = Pair(9, 0);
        var (patch, used) = bench.Encode(pair.Target, pair.Sources);
        var stopped = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => bench.Encode(pair.Target, pair.Sources, 2, stopped));
        Assert.ThrowsAny<OperationCanceledException>(
            () => bench.Decode(patch, used, pair.Target.Length, 2, stopped));
    }

    [Theory]
    [InlineData((int)ModelSize.None)]
    [InlineData((int)ModelSize.Compact)]
    [InlineData((int)ModelSize.Full)]
    public void A_work_that_is_stopped_at_any_time_ends_whole_or_says_so(int models)
    {
        var bench = Bench(models);
        // What went on after the end would read a file that is mapped no more, which ends the process.
        var pair = Pair(9, 1);
        var (patch, used) = bench.Encode(pair.Target, pair.Sources);
        for (var round = 0; round < 30; round++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(2 * round));
            try
            {
                Assert.Equal(patch, bench.Encode(pair.Target, pair.Sources, 3, stop.Token).Patch);
                Assert.Equal(pair.Target, bench.Decode(patch, used, pair.Target.Length, 3, stop.Token));
            }
            catch (OperationCanceledException)
            {
                Assert.True(stop.IsCancellationRequested);
            }
        }
    }

    private PatchBench Bench(int models) => new(_folder.Path, (ModelSize)models);

    private static byte[]? TryDecode(PatchBench bench, byte[] patch, byte[][] sources, int length)
    {
        try
        {
            return bench.Decode(patch, sources, length);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static ContentPair Pair(ulong seed, int round)
    {
        var dice = Dice.For(seed, "content", round);
        if (!dice.OneIn(3))
            return ContentPair.Of(dice);
        var kind = dice.Of<string>([.. ExecutableObject.Kinds]);
        var (old, now) = (new ExecutableObject($"{kind}-1").Bytes, new ExecutableObject($"{kind}-2").Bytes);
        return ContentPair.Of(dice, (old, now), (SmallZip.Gzip(old), SmallZip.Gzip(now)));
    }

}
