using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Deltas.Codecs;

public class CandidateRankingTests
{
    private static readonly Digest[] Contents = [.. Enumerable.Range(0, 10).Select(i => Digest.Compute([(byte)i, 99]))];

    [Fact]
    public void More_common_bytes_come_first_whatever_the_number_of_files() =>
        Assert.Equal(
            [2, 1], Rank(Layer(0, 1000, (0, 10), (1, 10), (2, 500)),
                [Layer(1, 1000, (0, 10), (1, 10)), Layer(2, 9000, (2, 500))]));

    [Fact]
    public void A_content_counts_once() =>
        Assert.Equal(
            500, CandidateRanking.Rank(Layer(0, 1000, (2, 500)), [Layer(1, 1000, (2, 500))], 1)[0].SharedBytes);

    [Fact]
    public void Equal_common_bytes_go_by_closest_size() =>
        Assert.Equal([3, 1, 2],
            Rank(Layer(0, 1000, (0, 10)), [Layer(1, 800, (0, 10)), Layer(2, 1300, (0, 10)), Layer(3, 1100, (0, 10))]));

    [Fact]
    public void Equally_close_sizes_go_by_digest()
    {
        RankedLayer[] layers = [Layer(1, 900, (0, 10)), Layer(2, 1100, (0, 10)), Layer(3, 900, (0, 10))];
        var expected = layers.Select(l => l.Digest).Order();
        Assert.Equal(expected, CandidateRanking.Rank(Layer(0, 1000, (0, 10)), layers, 3).Select(c => c.Digest));
        Assert.Equal(
            expected, CandidateRanking.Rank(Layer(0, 1000, (0, 10)), layers.Reverse(), 3).Select(c => c.Digest));
    }

    [Fact]
    public void Nothing_in_common_goes_by_closest_size() =>
        Assert.Equal([2, 1], Rank(Layer(0, 1000, (0, 10)), [Layer(1, 5000, (1, 4000)), Layer(2, 990, (2, 10))]));

    [Fact]
    public void A_target_that_is_no_tar_goes_by_closest_size() =>
        Assert.Equal([2, 1], Rank(NoTar(0, 1000), [Layer(1, 5000, (1, 4000)), Layer(2, 990, (2, 10))]));

    [Fact]
    public void A_baseline_layer_that_is_no_tar_comes_after_one_with_common_bytes() =>
        Assert.Equal([2, 1], Rank(Layer(0, 1000, (0, 10)), [NoTar(1, 1000), Layer(2, 9000, (0, 10))]));

    [Fact]
    public void Only_as_many_as_asked_for_are_given()
    {
        var layers = Enumerable.Range(1, 9).Select(i => Layer(i, 1000 + i, (0, 10))).ToArray();
        Assert.Equal(3, CandidateRanking.Rank(Layer(0, 1000, (0, 10)), layers, 3).Length);
        Assert.Equal(9, CandidateRanking.Rank(Layer(0, 1000, (0, 10)), layers, 100).Length);
        Assert.Empty(CandidateRanking.Rank(Layer(0, 1000, (0, 10)), [], 3));
    }

    private static IEnumerable<int> Rank(RankedLayer target, RankedLayer[] baseline) =>
        CandidateRanking.Rank(target, baseline, 10).Select(c => Array.FindIndex(baseline, b => b.Digest == c.Digest))
            .Select(i => Number(baseline[i]));

    private static int Number(RankedLayer layer) => Enumerable.Range(0, 20).First(i => Name(i) == layer.Digest);

    private static Digest Name(int number) => Digest.Compute([(byte)number]);

    private static RankedLayer Layer(int number, long size, params (int Content, long Size)[] files) =>
        new(Name(number), size,
            new LayerMap(
                files.ToDictionary(f => Contents[f.Content], f => f.Size)));

    private static RankedLayer NoTar(int number, long size) => new(Name(number), size, null);
}
