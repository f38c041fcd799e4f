using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>What can't be converted is refused, what is not what it says is found, and nothing is left.</summary>
public sealed class RefusedConversionTests : IDisposable
{
    private const string Option = "AllowConvert (--allow-convert)";

    private readonly ConversionBench _bench = new();
    private readonly SampleImage _oci = ConversionBench.Oci(1, MediaTypes.OciLayerGzip, SampleImage.Gzip);
    private readonly SampleImage _docker = ConversionBench.Docker(1, SampleImage.Gzip);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("docker-archive:out.tar", true)]
    [InlineData("oci-archive:out.tar", false)]
    [InlineData("oci:out", false)]
    public async Task Without_leave_the_option_is_named(string destination, bool oci)
    {
        _bench.Memory.Add("/in", oci ? _oci : _docker);
        var error = await _bench.FailsAsync(
            DiffahErrors.ConversionRefused, () => _bench.CopyAsync(destination, r => r with { AllowConvert = false }));
        Assert.Contains(Option, error.NextAction, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _bench.Memory.Opened, o => _oci.Layers.Concat(_docker.Layers).Any(l => l.Digest == o.Key));
    }

    [Theory]
    [InlineData(MediaTypes.OciLayerGzip, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "not to be passed on")]
    [InlineData(MediaTypes.OciLayerGzip, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "not to be passed on")]
    [InlineData(MediaTypes.OciLayerGzip, "application/vnd.in-toto+json", "is no layer")]
    [InlineData(MediaTypes.OciConfig, "application/vnd.oci.empty.v1+json", "it is an artifact")]
    public async Task Some_things_are_not_converted(string from, string to, string reason)
    {
        var manifest = ConversionBench.Edit(_oci, from, to);
        var error = await _bench.FailsAsync(
            DiffahErrors.ConversionRefused, () => _bench.ConvertAsync(manifest, _oci, "docker-archive:out.tar"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        var unasked = await _bench.FailsAsync(DiffahErrors.ConversionRefused,
            () => _bench.CopyAsync("docker-archive:out.tar", r => r with { AllowConvert = false }));
        Assert.DoesNotContain(Option, unasked.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_with_other_layers_is_refused()
    {
        var manifest = ConversionBench.Edit(_oci, "\"layers\":[", $"\"layers\":[{SampleImage.Json(_oci.Layers[1])},");
        var error = await _bench.FailsAsync(
            DiffahErrors.ConversionRefused, () => _bench.ConvertAsync(manifest, _oci, "docker-archive:out.tar"));
        Assert.Contains("lists 3 layers and its manifest 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker-archive:out.tar", "none")]
    [InlineData("docker-archive:out.tar", "gzip")]
    [InlineData("oci-archive:out.tar", "gzip")]
    [InlineData("oci:out", "none")]
    public async Task A_wrong_diff_id_is_found(string destination, string compression)
    {
        var image = WithOtherDiffId(
            destination.StartsWith("oci", StringComparison.Ordinal), compression == "gzip" ? SampleImage.Gzip : l => l);
        var error = await _bench.FailsAsync(DiffahErrors.DigestMismatch, () => _bench.ConvertAsync(image, destination));
        Assert.Contains("The content of layer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker-archive:out.tar", true)]
    [InlineData("oci-archive:out.tar", false)]
    public async Task What_follows_the_content_of_a_layer_is_checked_too(string destination, bool oci)
    {
        var image = oci ? ConversionBench.Oci(1, MediaTypes.OciLayerGzip, Padded) : ConversionBench.Docker(1, Padded);
        var layer = image.Layers[1];
        _bench.Memory.Add("/in", image);
        _bench.Memory.Damage("/in", layer.Digest, [.. image.Blobs[layer.Digest][..^1], 1]);
        var error = await _bench.FailsAsync(DiffahErrors.DigestMismatch, () => _bench.CopyAsync(destination));
        Assert.Contains(layer.Digest.ToString(), error.Message, StringComparison.Ordinal);
        await _bench.ConvertAsync(image, destination);
    }

    [Fact]
    public async Task A_broken_compression_is_found()
    {
        var image = ConversionBench.Oci(1, MediaTypes.OciLayerGzip, l => [0x1F, 0x8B, 99, .. SampleImage.Gzip(l)[3..]]);
        var error = await _bench.FailsAsync(
            DiffahErrors.InvalidImage, () => _bench.ConvertAsync(image, "docker-archive:out.tar"));
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ImageForm.DockerPlain))]
    [InlineData(nameof(ImageForm.Oci))]
    public async Task A_layer_that_grows_without_end_is_stopped(string form)
    {
        const int limit = 1 << 20;
        using var folder = new TemporaryFolder();
        using var work = new Engine.Content.WorkDirectory(folder.Path);
        var bomb = LayerBytes.Zstd(new byte[200 << 20]);
        var layer = new Descriptor(MediaTypes.OciLayerZstd, Digest.Compute(bomb), bomb.Length);
        _bench.Memory.Add("/in", _oci.Manifest, [], _oci.Blobs.SetItem(layer.Digest, bomb));
        var context = new TransportContext(work, EventSink.None);
        await using var source = await _bench.Memory.OpenSourceAsync(ImageReference.Parse("dir:/in"), context, default);
        var converter = new LayerConverter(source, Enum.Parse<ImageForm>(form), context) { MaximumContent = limit };
        await Errors.ThrowsAsync(
            DiffahErrors.SizeMismatch, () => converter.RunAsync([(layer, Digest.Compute([1]))], 1, default));
        Assert.InRange(Directory.EnumerateFiles(work.Path).Sum(f => new FileInfo(f).Length), 0, limit + bomb.Length);
    }

    [Theory]
    [InlineData("docker-archive:out.tar")]
    [InlineData("oci-archive:out.tar")]
    public async Task A_conversion_can_be_stopped_at_any_event(string destination)
    {
        var image = destination.StartsWith("docker", StringComparison.Ordinal) ? _oci : _docker;
        var stopped = 0;
        for (var at = 1; at < 60; at++)
        {
            using var bench = new ConversionBench();
            using var source = new CancellationTokenSource();
            var left = at;
            bench.Log.OnEvent = _ => { if (Interlocked.Decrement(ref left) == 0) source.Cancel(); };
            try
            {
                await bench.ConvertAsync(image, destination, source.Token);
            }
            catch (OperationCanceledException)
            {
                stopped++;
                bench.AssertNothingLeft();
            }
            if (left > 0)
                break;
        }
        Assert.True(stopped > 5, $"only {stopped} runs were stopped");
    }

    // Zeros after a member are padding that gzip passes over.
    private static byte[] Padded(byte[] content) => [.. SampleImage.Gzip(content), 0, 0, 0, 0];

    private static SampleImage WithOtherDiffId(bool docker, Func<byte[], byte[]> compress)
    {
        var right =
            docker ? ConversionBench.Docker(1, compress) : ConversionBench.Oci(1, MediaTypes.OciLayerGzip, compress);
        var config = Encoding.UTF8.GetString(right.Blobs[right.Config.Digest]);
        var diffId = ImageConfig.Parse(right.Blobs[right.Config.Digest]).DiffIds[1];
        return right.WithConfig(
            Encoding.UTF8.GetBytes(
                config.Replace(diffId.ToString(), Digest.Compute([7]).ToString(), StringComparison.Ordinal)));
    }
}
