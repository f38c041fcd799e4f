using Diffah.Fuzz.Building;
using Diffah.Tests.Deltas.Codecs.Content.Executables;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>What holds for any content and any sources.</summary>
public sealed class ContentLawTests : IDisposable
{
    private const int Rounds = 25;

    private readonly TemporaryFolder _folder = new();
    private readonly PatchBench _bench;

    public ContentLawTests() => _bench = new PatchBench(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_content_comes_back_from_its_patch_and_the_sources_that_the_patch_names(ulong seed)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var pair = Pair(seed, round);
            var (patch, used) = _bench.Encode(pair.Target, pair.Sources);
            Assert.True(pair.Target.AsSpan().SequenceEqual(_bench.Decode(patch, used, pair.Target.Length)));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_patch_is_the_same_for_any_number_of_workers_and_so_is_what_it_makes(ulong seed)
    {
        for (var round = 0; round < Rounds / 2; round++)
        {
            var pair = Pair(seed, round);
            var (one, used) = _bench.Encode(pair.Target, pair.Sources, workers: 1);
            var (many, _) = _bench.Encode(pair.Target, pair.Sources, workers: 7);
            Assert.Equal(one, many);
            var length = pair.Target.Length;
            Assert.Equal(_bench.Decode(one, used, length, 1), _bench.Decode(one, used, length, 7));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void A_damaged_patch_gives_an_error_or_a_content_of_the_same_length(ulong seed)
    {
        for (var round = 0; round < 8; round++)
        {
            var pair = Pair(seed, round);
            var (patch, used) = _bench.Encode(pair.Target, pair.Sources);
            var dice = Dice.For(seed, "damage", round);
            for (var time = 0; time < 40; time++)
            {
                var damaged = patch.ToArray();
                if (time % 4 == 0)
                    damaged = damaged[..dice.Below(damaged.Length)];
                else
                    damaged[dice.Below(damaged.Length)] ^= (byte)(1 << dice.Below(8));
                if (TryDecode(damaged, used, pair.Target.Length) is { } made)
                    Assert.Equal(pair.Target.Length, made.Length);
            }
        }
    }

    [Fact]
    public void A_patch_is_refused_for_other_contents_than_its_own()
    {
        byte[][] sources = [ContentPair.Tar("a", 1, 20_000), ContentPair.Tar("b", 2, 9_000)];
        var target = ContentPair.Edit(sources[0], 3);
        target = [.. target, .. sources[1]];
        var (patch, used) = _bench.Encode(target, [sources[0], sources[1]]);
        Assert.NotEmpty(used);
        Assert.Throws<InvalidDataException>(void () => _bench.Decode(patch, [.. used, sources[1]], target.Length));
        Assert.Throws<InvalidDataException>(void () => _bench.Decode(patch, [[.. used[0], 0]], target.Length));
        Assert.Throws<InvalidDataException>(void () => _bench.Decode(patch, used, target.Length + 1));
        Assert.Throws<InvalidDataException>(void () => _bench.Decode(patch, [], target.Length));
    }

    [Fact]
    public void Contents_without_bytes_are_contents_too()
    {
        var content = ContentPair.Tar("a", 1, 5000);
        foreach (var (target, sources) in new (byte[], byte[][])[]
        {
            ([], []), ([], [[]]), ([], [content]), (content, []), (content, [[]]), ([1], [[2], []]), ([0], []),
            (new byte[1024], [content]),
        })
        {
            var (patch, used) = _bench.Encode(target, sources);
            Assert.Equal(target, _bench.Decode(patch, used, target.Length));
        }
    }

    [Fact]
    public void A_source_that_says_nothing_of_a_content_is_not_asked_for()
    {
        var content = ContentPair.Tar("a", 1, 5000);
        var (_, used) = _bench.Encode(content, [ContentPair.Tar("b", 9, 5000), content]);
        Assert.Equal(content, Assert.Single(used));
    }

    [Fact]
    public void A_work_that_is_stopped_says_so()
    {
        var pair = Pair(9, 0);
        var (patch, used) = _bench.Encode(pair.Target, pair.Sources);
        var stopped = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => _bench.Encode(pair.Target, pair.Sources, 2, stopped));
        Assert.ThrowsAny<OperationCanceledException>(
            () => _bench.Decode(patch, used, pair.Target.Length, 2, stopped));
    }

    [Fact]
    public void A_work_that_is_stopped_at_any_time_ends_whole_or_says_so()
    {
        // What went on after the end would read a file that is mapped no more, which ends the process.
        var pair = Pair(9, 1);
        var (patch, used) = _bench.Encode(pair.Target, pair.Sources);
        for (var round = 0; round < 30; round++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(2 * round));
            try
            {
                Assert.Equal(patch, _bench.Encode(pair.Target, pair.Sources, 3, stop.Token).Patch);
                Assert.Equal(pair.Target, _bench.Decode(patch, used, pair.Target.Length, 3, stop.Token));
            }
            catch (OperationCanceledException)
            {
                Assert.True(stop.IsCancellationRequested);
            }
        }
    }

    private byte[]? TryDecode(byte[] patch, byte[][] sources, int length)
    {
        try
        {
            return _bench.Decode(patch, sources, length);
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
