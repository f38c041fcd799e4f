using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.ZstdPatch;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs;

public sealed class PatchSearchTests : IDisposable
{
    private const int Slow = 22;
    private const int Quick = 3;
    private const int TargetSize = 10_000;

    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;
    private readonly SpooledBlob _target;

    public PatchSearchTests()
    {
        _work = new WorkDirectory(_folder.Path);
        _target = Spool(TargetSize);
    }

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_smallest_patch_wins()
    {
        var blobs = Blobs(3);
        var codec = Codec(blobs, (1000, 500), (1100, 400), (1200, 450));
        var patch = await SearchAsync(codec, blobs);
        Assert.Equal((400, blobs[1].Digest), (patch!.Size, patch.From));
        Assert.Equal(400, new FileInfo(patch.Path).Length);
    }

    [Fact]
    public async Task Only_what_is_near_the_best_quick_trial_is_encoded_slowly()
    {
        var blobs = Blobs(3);
        var codec = Codec(blobs, (4000, 1), (1000, 500), (1300, 450));
        var patch = await SearchAsync(codec, blobs);
        Assert.Equal(blobs[2].Digest, patch!.From);
        Assert.Equal([(blobs[0], Quick), (blobs[1], Quick), (blobs[2], Quick), (blobs[1], Slow), (blobs[2], Slow)],
            codec.Encodes.Select(e => (blobs.First(b => b.Digest == e.From), e.Level)));
    }

    [Fact]
    public async Task What_hardly_saves_anything_is_not_encoded_slowly()
    {
        var blobs = Blobs(2);
        var codec = Codec(blobs, (9900, 9000), (9950, 8000));
        Assert.Equal(blobs[0].Digest, (await SearchAsync(codec, blobs))!.From);
        Assert.Equal(1, codec.Encodes.Count(e => e.Level == Slow));
    }

    [Fact]
    public async Task A_later_encode_must_beat_the_best_so_far()
    {
        var blobs = Blobs(2);
        var codec = Codec(blobs, (1000, 500), (1100, 600));
        await SearchAsync(codec, blobs);
        Assert.Equal([TargetSize, 500], codec.Encodes.Where(e => e.Level == Slow).Select(e => e.Limit));
    }

    [Fact]
    public async Task Of_equal_patches_the_better_trial_wins_and_of_equal_trials_the_better_ranked()
    {
        var blobs = Blobs(3);
        Assert.Equal(
            blobs[1].Digest, (await SearchAsync(Codec(blobs, (1100, 500), (1000, 500), (1100, 500)), blobs))!.From);
        Assert.Equal(
            blobs[0].Digest, (await SearchAsync(Codec(blobs, (1000, 500), (1000, 500), (1000, 500)), blobs))!.From);
    }

    [Fact]
    public async Task Nothing_smaller_is_no_patch_and_leaves_no_file()
    {
        var blobs = Blobs(2);
        Assert.Null(await SearchAsync(Codec(blobs, (TargetSize, TargetSize), (20_000, 20_000)), blobs));
        Assert.Empty(Patches());
    }

    [Fact]
    public async Task Only_the_winners_file_is_kept()
    {
        var blobs = Blobs(3);
        var patch = await SearchAsync(Codec(blobs, (1000, 700), (1000, 600), (1000, 500)), blobs);
        Assert.Equal([patch!.Path], Patches());
    }

    [Theory]
    [InlineData(1, Slow, 1)]
    [InlineData(3, Quick, 3)]
    [InlineData(3, 1, 3)]
    public async Task A_lone_candidate_or_a_quick_level_needs_no_trial(int candidates, int level, int encodes)
    {
        var blobs = Blobs(candidates);
        var codec = Codec(blobs, (1000, 500), (1000, 500), (1000, 500));
        await SearchAsync(codec, blobs, level);
        Assert.Equal(encodes, codec.Encodes.Count);
        Assert.All(codec.Encodes, e => Assert.Equal(level, e.Level));
    }

    [Fact]
    public async Task No_candidates_are_no_patch() => Assert.Null(await SearchAsync(Codec([]), []));

    [Fact]
    public async Task An_estimate_is_the_best_quick_trial_and_never_above_the_blob()
    {
        var blobs = Blobs(2);
        using var progress = EventSink.None.BeginPart("layer", "test", null);
        Assert.Equal(
            900, await Search(Codec(blobs, (1000, 1), (900, 1)), Slow)
                .EstimateAsync(_target, blobs, progress, CancellationToken.None));
        Assert.Equal(TargetSize, await Search(Codec(blobs, (90_000, 1), (90_000, 1)), Slow)
            .EstimateAsync(_target, blobs, progress, CancellationToken.None));
        Assert.Empty(Patches());
    }

    [Fact]
    public async Task A_patch_that_does_not_rebuild_the_blob_is_an_error()
    {
        var blobs = Blobs(1);
        var codec = new FakeCodec((_, _) => 100) { DecodesWrongly = true };
        await Errors.ThrowsAsync(DiffahErrors.DigestMismatch, () => SearchAsync(codec, blobs));
    }

    private SpooledBlob[] Blobs(int count) => [.. Enumerable.Range(1, count).Select(i => Spool(100 + i))];

    private static FakeCodec Codec(SpooledBlob[] blobs, params (long Quick, long Slow)[] sizes) => new((from, level) =>
    {
        var pair = sizes[Array.FindIndex(blobs, b => b.Digest == from)];
        return level <= Quick ? pair.Quick : pair.Slow;
    });

    private SpooledBlob Spool(int size)
    {
        var bytes = Bytes.Random(size, size);
        var path = _work.NewFilePath("blob");
        File.WriteAllBytes(path, bytes);
        return new SpooledBlob(Digest.Compute(bytes), size, path);
    }

    private string[] Patches() => Directory.GetFiles(_work.Path, "*-patch");

    private PatchSearch Search(FakeCodec codec, int level) =>
        new(new PatchTrial(codec, _work, new MemoryGate(0)), new PatchSettings(level, null));

    private async Task<SpooledPatch?> SearchAsync(FakeCodec codec, SpooledBlob[] candidates, int level = Slow)
    {
        using var progress = EventSink.None.BeginPart("layer", "test", null);
        return await Search(codec, level).FindAsync(
            _target, candidates, _target.Size, progress, CancellationToken.None);
    }
}
