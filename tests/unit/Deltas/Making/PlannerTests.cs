using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Making;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Making;

public class PlannerTests
{
    private static readonly LayerBytes A = LayerBytes.Raw([1, 1]);
    private static readonly LayerBytes B = LayerBytes.Raw([2, 2]);
    private static readonly LayerBytes C = LayerBytes.Raw([3, 3]);

    [Fact]
    public async Task A_layer_of_the_baseline_is_reused_and_a_changed_one_is_patched()
    {
        var decisions = await DecideAsync([([A, B], [A, C])]);
        Assert.Equal((BlobOrigin.Reuse, BlobKind.Layer), (decisions[A.Digest].Origin, decisions[A.Digest].Kind));
        Assert.Equal((BlobOrigin.Patch, BlobKind.Layer), (decisions[C.Digest].Origin, decisions[C.Digest].Kind));
        Assert.False(decisions.ContainsKey(B.Digest));
    }

    [Fact]
    public async Task Manifest_and_configuration_travel_whole_even_where_the_baseline_has_the_same()
    {
        var decisions = await DecideAsync([([A], [A])]);
        Assert.Equal([BlobKind.Config, BlobKind.Manifest],
            decisions.Values.Where(d => d.Origin == BlobOrigin.Full).Select(d => d.Kind).Order());
        Assert.Equal(3, decisions.Count);
    }

    [Fact]
    public async Task Nothing_is_patched_where_patching_is_off()
    {
        var decisions = await DecideAsync([([A], [A, C])], IntraLayerMode.Off);
        Assert.Equal(BlobOrigin.Full, decisions[C.Digest].Origin);
        Assert.Equal(BlobOrigin.Reuse, decisions[A.Digest].Origin);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_layer_that_is_used_twice_is_patched(int version) =>
        Assert.Equal(BlobOrigin.Patch, (await DecideAsync([([A], [C, B, C])], version: version))[C.Digest].Origin);

    [Fact]
    public async Task A_layer_that_is_used_twice_is_still_reused() =>
        Assert.Equal(BlobOrigin.Reuse, (await DecideAsync([([A], [A, A])]))[A.Digest].Origin);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_layer_of_two_images_is_patched_where_their_baselines_share_a_layer(int version) =>
        Assert.Equal(BlobOrigin.Patch,
            (await DecideAsync([([A, B], [C]), ([B], [C])], version: version))[C.Digest].Origin);

    [Fact]
    public async Task A_layer_of_two_images_travels_whole_where_their_baselines_share_none()
    {
        var decision = (await DecideAsync([([A], [C]), ([B], [C])], version: 1))[C.Digest];
        Assert.Equal(BlobOrigin.Full, decision.Origin);
        Assert.Equal("the baselines of the images that have it share no layer", decision.Reason);
        // Their contents may be the same all the same.
        Assert.Equal(BlobOrigin.Patch, (await DecideAsync([([A], [C]), ([B], [C])], version: 2))[C.Digest].Origin);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_layer_of_two_images_travels_whole_where_one_has_no_baseline_layer(int version) =>
        Assert.Equal(BlobOrigin.Full,
            (await DecideAsync([([A], [C]), ([], [C])], version: version))[C.Digest].Origin);

    [Fact]
    public async Task A_layer_that_only_one_of_two_baselines_has_travels()
    {
        var decisions = await DecideAsync([([A], [A]), ([B], [A])], version: 1);
        Assert.Equal(BlobOrigin.Full, decisions[A.Digest].Origin);
        decisions = await DecideAsync([([A, B], [A]), ([B], [A])], version: 1);
        Assert.Equal(BlobOrigin.Patch, decisions[A.Digest].Origin);
        Assert.Equal(BlobOrigin.Reuse, (await DecideAsync([([A], [A]), ([A, B], [A])]))[A.Digest].Origin);
    }

    [Fact]
    public async Task A_layer_travels_whole_where_the_baseline_has_no_layers() =>
        Assert.Equal(BlobOrigin.Full, (await DecideAsync([([], [C])]))[C.Digest].Origin);

    [Fact]
    public async Task An_image_without_layers_is_manifest_and_configuration() =>
        Assert.Equal(2, (await DecideAsync([([A], [])])).Count);

    [Fact]
    public async Task Decisions_are_in_ascending_order_and_say_why()
    {
        var decisions = await DecideAsync([([A, B], [C, A])]);
        Assert.Equal(decisions.Keys.Order(), decisions.Keys);
        Assert.All(decisions.Values, d => Assert.NotEmpty(d.Reason));
    }

    private static async Task<IReadOnlyDictionary<Digest, BlobDecision>> DecideAsync(
        (LayerBytes[] Baseline, LayerBytes[] Target)[] images, IntraLayerMode mode = IntraLayerMode.Auto,
        int version = EncodingOptions.DefaultFormatVersion)
    {
        var inputs = new List<DeltaInput>();
        foreach (var (baseline, target) in images)
            inputs.Add(
                new DeltaInput($"image{inputs.Count}",
                    DeltaBaseline.Of(await OpenAsync(ImageMaker.Make(false, baseline, "v1"))),
                    await OpenAsync(ImageMaker.Make(false, target, $"v2 {inputs.Count}"))));
        return DeltaPlanner.Decide(inputs, new EncodingOptions { IntraLayer = mode, FormatVersion = version });
    }

    private static async Task<Image> OpenAsync(MemoryImage image)
    {
        using var folder = new TemporaryFolder();
        using var work = new WorkDirectory(folder.Path);
        var images = new InMemoryTransport(TransportNames.OciLayout);
        return await Image.OpenAsync(
            await images.OpenSourceAsync(images.Put("image", image), new TransportContext(work, EventSink.None),
                CancellationToken.None), Platform.Default, CancellationToken.None);
    }
}
