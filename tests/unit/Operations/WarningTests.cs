using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>What is worth knowing of an archive that is made, or restored, all the same.</summary>
public sealed class WarningTests : IDisposable
{
    private readonly DeltaLab _lab = new();
    private readonly KeyBench _keys = new();
    private readonly EventLog _log = new();

    public void Dispose()
    {
        _lab.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [InlineData(false, false, "The archive is not signed, so nothing says who made it.")]
    [InlineData(true, false,
        "The archive is signed, but no key was given: the signature was not looked at, "
            + "so nothing says who made the archive.")]
    [InlineData(true, true, null)]
    public async Task Restoring_tells_once_that_nothing_says_who_made_the_archive(
        bool isSigned, bool isVerified, string? warning)
    {
        var (baseline, target) = Pairs.Tiny();
        await new CreateDelta(_lab.Images).RunAsync(
            _lab.CreateRequest(baseline, target) with
            {
                SigningKey = isSigned ? new SigningKeySource(_keys.Private) : null
            }, EventSink.None, default);
        var request = _lab.RestoreRequest(baseline) with { VerificationKeyPath = isVerified ? _keys.Public : null };
        await new RestoreImage(_lab.Images).PlanAsync(request, _log.Sink, default);
        Assert.Equal(warning is null ? [] : [warning], Warnings);
        await new RestoreImage(_lab.Images).RunAsync(request, _log.Sink, default);
        Assert.Equal(warning is null ? [] : [warning, warning], Warnings);
        target.AssertSame(_lab.Images.Find("restored")!);
    }

    [Fact]
    public async Task Layers_that_no_patch_makes_smaller_are_told_of_in_one_line()
    {
        var kept = LayerBytes.Raw(Bytes.Random(1, 2000));
        var target = ImageMaker.Oci(kept, LayerBytes.Raw(Bytes.Random(3, 3000)), LayerBytes.Raw(Bytes.Random(4, 2120)));
        await CreateAsync(ImageMaker.Oci(kept, LayerBytes.Raw(Bytes.Random(2, 3000))), target, DeltaLab.Quick);
        Assert.Equal("No patch was smaller than the layer for 2 changed layers: shipped whole (5.0 KiB).",
            Assert.Single(Warnings));
    }

    [Fact]
    public async Task One_such_layer_is_one()
    {
        var (baseline, target) = Pairs.Mixed();
        var archive = await CreateAsync(baseline, target, DeltaLab.Quick);
        Assert.Equal(1, archive.PatchCount);
        Assert.Equal("No patch was smaller than the layer for 1 changed layer: shipped whole (2.9 KiB).",
            Assert.Single(Warnings));
    }

    [Fact]
    public async Task Nothing_is_told_where_patches_help_or_were_not_asked_for()
    {
        var (baseline, target) = Pairs.Mixed();
        await CreateAsync(baseline, target, DeltaLab.Quick with { IntraLayer = IntraLayerMode.Off });
        var text = Bytes.Text(1, 9000);
        await CreateAsync(
            ImageMaker.Oci(LayerBytes.Raw(text)), ImageMaker.Oci(LayerBytes.Raw(Bytes.Edited(text))), DeltaLab.Quick);
        Assert.Empty(Warnings);
    }

    private IEnumerable<string> Warnings => _log.Messages(EventLevel.Warning);

    private Task<Engine.Deltas.Reports.DeltaArchive> CreateAsync(
        MemoryImage baseline, MemoryImage target, EncodingOptions options) =>
        new CreateDelta(_lab.Images).RunAsync(_lab.CreateRequest(baseline, target, options), _log.Sink, default);
}
