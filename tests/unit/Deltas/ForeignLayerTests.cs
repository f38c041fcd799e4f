using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas;

/// <summary>
/// Layers that a manifest gives <c>urls</c> of (OCI image spec, descriptor.md): they need not be where the image is.
/// </summary>
public sealed class ForeignLayerTests : IDisposable
{
    private static readonly LayerBytes Base = LayerBytes.Raw(SampleImage.Layer(1, 1, 20_000));
    private static readonly LayerBytes Old = LayerBytes.Raw(SampleImage.Layer(1, 2, 20_000));
    private static readonly LayerBytes New = LayerBytes.Raw(SampleImage.Layer(1, 3, 20_000));

    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_delta_needs_no_layer_that_both_sides_name(bool isThere)
    {
        var (baseline, target) = (Foreign([Base, Old], Base, isThere), Foreign([Base, New], Base, isThere));
        await _lab.CreateAsync(baseline, target);
        (await _lab.RestoreAsync(baseline)).AssertSame(target);
    }

    [Fact]
    public async Task Nothing_is_patched_from_a_layer_that_the_other_side_may_not_hold()
    {
        var (baseline, target) = (Foreign([Base, Old], Base, true), Foreign([New], null, true));
        await _lab.CreateAsync(baseline, target);
        var restored = await _lab.RestoreAsync(Foreign([Base, Old], Base, false));
        restored.AssertSame(target);
    }

    [Fact]
    public async Task A_new_layer_that_the_target_does_not_hold_stays_where_it_is()
    {
        var (baseline, target) = (Foreign([Old], null, true), Foreign([Base, Old], Base, false));
        await _lab.CreateAsync(baseline, target);
        (await _lab.RestoreAsync(baseline)).AssertSame(target);
        using var catalog = new TransportCatalog([_lab.Images]);
        var report = await new VerifyArchive(catalog).RunAsync(new VerifyArchiveRequest
        {
            ArchivePath = _lab.Archive,
            Baseline = InMemoryTransport.Reference("baseline"),
            WorkDirectory = _lab.Work,
        }, EventSink.None, default);
        Assert.True(report.IsValid, string.Join("; ", report.Findings.Select(f => f.Detail)));
    }

    [Fact]
    public async Task One_that_the_target_holds_travels()
    {
        var (baseline, target) = (Foreign([Old], null, true), Foreign([Base, Old], Base, true));
        await _lab.CreateAsync(baseline, target);
        (await _lab.RestoreAsync(baseline)).AssertSame(target);
    }

    [Fact]
    public async Task A_copy_keeps_the_manifest_and_says_what_is_not_in_it()
    {
        var image = Foreign([Base, Old], Base, false);
        var log = new EventLog();
        await CopyAsync(image, log);
        _lab.Images.Find("copy")!.AssertSame(image);
        Assert.Contains(
            log.Messages(EventLevel.Warning), w => w.Contains(Base.Digest.ToString(), StringComparison.Ordinal));
        var whole = Foreign([Base, Old], Base, true);
        await CopyAsync(whole, log);
        _lab.Images.Find("copy")!.AssertSame(whole);
    }

    [Fact]
    public async Task A_layer_without_urls_must_be_there()
    {
        var image = ImageMaker.Oci(Base, Old);
        await Errors.ThrowsAsync(DiffahErrors.BlobMissing,
            () => CopyAsync(image with { Blobs = image.Blobs.Remove(Base.Digest) }, new EventLog()));
    }

    [Fact]
    public async Task A_baseline_that_contradicts_the_target_is_refused()
    {
        var (baseline, target) = (ImageMaker.Oci(Base, Old), ImageMaker.Oci(Base, New));
        var lie = baseline with
        {
            ManifestBytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(baseline.ManifestBytes).Replace(
                $"\"size\":{Base.Stored.Length},\"digest\":\"{Base.Digest}\"",
                $"\"size\":{Base.Stored.Length + 1},\"digest\":\"{Base.Digest}\"", StringComparison.Ordinal)),
        };
        Assert.NotEqual(baseline.ManifestBytes, lie.ManifestBytes);
        var error = await Errors.ThrowsAsync(DiffahErrors.SizeMismatch, () => _lab.CreateAsync(lie, target));
        Assert.Contains(Base.Digest.ToString(), error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Archive));
    }

    private async Task CopyAsync(MemoryImage image, EventLog log)
    {
        _lab.Images.Put("image", image);
        using var catalog = new TransportCatalog([_lab.Images]);
        await new CopyImage(catalog).RunAsync(new CopyImageRequest
        {
            Source = InMemoryTransport.Reference("image"),
            Destination = InMemoryTransport.Reference("copy"),
            Overwrite = true,
            WorkDirectory = _lab.Work,
        }, log.Sink, default);
    }

    /// <summary>An image one of whose layers has urls, as Windows images have them.</summary>
    private static MemoryImage Foreign(LayerBytes[] layers, LayerBytes? foreign, bool isThere)
    {
        var image = ImageMaker.Oci(layers);
        if (foreign is null)
            return image;
        var manifest = Encoding.UTF8.GetString(image.ManifestBytes).Replace(
            $"\"digest\":\"{foreign.Digest}\"",
            $"\"digest\":\"{foreign.Digest}\",\"urls\":[\"https://layers.example/1\"]", StringComparison.Ordinal);
        return image with
        {
            ManifestBytes = Encoding.UTF8.GetBytes(manifest),
            Blobs = isThere ? image.Blobs : image.Blobs.Remove(foreign.Digest),
        };
    }
}
