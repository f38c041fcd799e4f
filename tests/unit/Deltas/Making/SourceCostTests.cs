using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Making;

/// <summary>A source costs whoever restores: it is fetched and decompressed.</summary>
public sealed class SourceCostTests : IDisposable
{
    // 4096 times more than the small file, so that it is not worth reading for that alone.
    private static readonly byte[] Large = Bytes.Random(1, 2_000_000);
    private static readonly byte[] Small = Bytes.Random(2, 300);
    private static readonly byte[] Other = Bytes.Random(3, 40_000);

    private readonly LayerBytes _first = LayerBytes.Tar(("app/other", Other));
    private readonly LayerBytes _second = LayerBytes.Tar(("data/large", Large), ("data/small", Small));
    private readonly LayerBytes _changed =
        LayerBytes.Tar(("app/other", Bytes.Edited(Other)), ("app/small", Small));
    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_source_that_saves_little_is_left_out()
    {
        var sources = await SourcesAsync(_second);
        Assert.Equal([_first.Digest.ToString()], sources[_changed.Digest.ToString()]);
    }

    [Fact]
    public async Task A_source_that_another_layer_needs_costs_nothing_more()
    {
        var edited = LayerBytes.Tar(("data/large", Bytes.Edited(Large)), ("data/small", Small));
        var sources = await SourcesAsync(edited);
        Assert.Equal([_second.Digest.ToString()], sources[edited.Digest.ToString()]);
        Assert.Equal([_first.Digest.ToString(), _second.Digest.ToString()], sources[_changed.Digest.ToString()]);
    }

    [Fact]
    public async Task What_another_image_of_a_bundle_needs_costs_those_who_do_not_have_that_image()
    {
        using var lab = new BundleLab();
        var edited = LayerBytes.Tar(("data/large", Bytes.Edited(Large)), ("data/small", Small));
        var baseline = ImageMaker.Oci(_first, _second);
        await lab.CreateAsync([
            new NamedPair("a", baseline, ImageMaker.Oci(_changed, _second)),
            new NamedPair("b", baseline, ImageMaker.Oci(_changed, edited))]);
        var sources = SourcesOf(ArchiveDraft.Read(await File.ReadAllBytesAsync(lab.Archive)));
        Assert.Equal([_first.Digest.ToString()], sources[_changed.Digest.ToString()]);
    }

    /// <summary>The sources of each content, of an image whose first layer changed.</summary>
    /// <param name="second">Its other layer.</param>
    private async Task<Dictionary<string, string[]>> SourcesAsync(LayerBytes second)
    {
        var (baseline, target) = (ImageMaker.Oci(_first, _second), ImageMaker.Oci(_changed, second));
        var sources = SourcesOf(ArchiveDraft.Read(await _lab.BytesAsync(baseline, target)));
        target.AssertSame(await _lab.RestoreAsync(baseline));
        return sources;
    }

    private static Dictionary<string, string[]> SourcesOf(ArchiveDraft draft) => draft.Contents.ToDictionary(
        c => c.Key, c => c.Value!["sources"]!.AsArray().Select(s => s!.GetValue<string>()).ToArray());
}
