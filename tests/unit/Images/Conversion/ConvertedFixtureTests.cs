using System.IO.Compression;
using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Conversion;

/// <summary>Images that others made, converted in every direction, with skopeo as the second opinion.</summary>
public sealed class ConvertedFixtureTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> OciImages => ["images/v1_oci.tar", "images/v2_oci.tar",
        "images/v4_baseline_oci.tar", "images/v4_target_oci.tar", "web/web-v1.oci.tar", "web/web-v2.oci.tar"];

    public static TheoryData<string> DockerImages => ["images/v1_s2.tar", "images/v2_s2.tar",
        "images/v4_baseline_s2.tar", "images/v4_target_s2.tar", "web/web-v1.docker.tar", "web/web-v2.docker.tar"];

    [SkippableTheory]
    [MemberData(nameof(OciImages))]
    public async Task An_OCI_image_becomes_a_Docker_archive(string name)
    {
        var from = $"oci-archive:{Fixtures.Path(name)}";
        var copied = await CopyAsync(from, To("docker-archive", "out.tar"));
        await AssertSkopeoReadsAsync(from, copied);
        Assert.Equal(copied.Conversion!.Layers.Select(l => l.Digest), await DiffIdsAsync(from));
    }

    [SkippableTheory]
    [MemberData(nameof(DockerImages))]
    public async Task A_Docker_archive_becomes_an_OCI_image_and_the_same_Docker_archive_again(string name)
    {
        var from = $"docker-archive:{Fixtures.Path(name)}";
        foreach (var to in (string[])[To("oci-archive", "out.tar"), To("oci", "out:v1")])
        {
            var copied = await CopyAsync(from, to);
            await AssertSkopeoReadsAsync(from, copied);
            Assert.All(copied.Conversion!.Layers,
                l => Assert.Equal((l.OriginalDigest, MediaTypes.OciLayer), (l.Digest, l.MediaType)));
            var back = await CopyAsync(to, To("docker-archive", $"back-{copied.Destination.Length}.tar"));
            Assert.Equal(copied.Conversion.OriginalManifestDigest, back.Digest);
        }
    }

    [SkippableFact]
    public async Task Skopeo_writes_the_same_layers_but_for_the_name_of_plain_ones()
    {
        var from = $"docker-archive:{Fixtures.Path("images/v2_s2.tar")}";
        await CopyAsync(from, To("oci-archive", "ours.tar"));
        await SkopeoAsync("copy", "--dest-oci-accept-uncompressed-layers", from, To("oci", "theirs:v1"));
        // It writes the configuration anew, and so another image id; ours stays.
        var theirs = LayersOf(await SkopeoAsync("inspect", "--raw", To("oci", "theirs:v1")));
        Assert.Equal(theirs.Replace(MediaTypes.OciLayerGzip, MediaTypes.OciLayer, StringComparison.Ordinal),
            LayersOf(await SkopeoAsync("inspect", "--raw", To("oci-archive", "ours.tar"))));
    }

    private static string LayersOf(string manifest) =>
        System.Text.Json.JsonDocument.Parse(manifest).RootElement.GetProperty("layers").GetRawText();

    [SkippableFact]
    public async Task The_layers_of_a_Docker_archive_are_the_decompressed_ones()
    {
        await using var source =
            await _bench.OpenAsync(ImageReference.Parse($"oci-archive:{Fixtures.Path("images/v2_oci.tar")}"));
        var image = await Image.OpenAsync(source, Platform.Default, default);
        await CopyAsync($"oci-archive:{Fixtures.Path("images/v2_oci.tar")}", To("docker-archive", "out.tar"));
        await using var written = await _bench.OpenAsync("docker-archive", "out.tar");
        var layers = (await Image.OpenAsync(written, Platform.Default, default)).Manifest.Layers;
        foreach (var (before, after) in image.Manifest.Layers.Zip(layers))
        {
            using var gzip = new GZipStream(new MemoryStream(await source.ReadBlobAsync(before, int.MaxValue, default)),
                CompressionMode.Decompress);
            using var plain = new MemoryStream();
            await gzip.CopyToAsync(plain);
            Assert.Equal(plain.ToArray(), await written.ReadBlobAsync(after, int.MaxValue, default));
        }
    }

    [SkippableTheory]
    [InlineData("deltas/v1-v2.oci.delta.tar", "oci-archive:images/v1_oci.tar", "docker-archive",
        "oci-archive:images/v2_oci.tar")]
    [InlineData("deltas/v4.oci.delta.tar", "oci-archive:images/v4_baseline_oci.tar", "docker-archive",
        "oci-archive:images/v4_target_oci.tar")]
    [InlineData("deltas/v1-v2.s2.delta.tar", "docker-archive:images/v1_s2.tar", "oci-archive",
        "docker-archive:images/v2_s2.tar")]
    public async Task A_restored_image_is_what_a_copy_of_it_would_be(
        string archive, string baseline, string transport, string target)
    {
        var request = new RestoreImageRequest
        {
            ArchivePath = Fixtures.Path(archive),
            Baseline = ImageReference.Parse(Fixture(baseline)),
            Destination = _bench.Reference(transport, "restored.tar"),
            AllowConvert = true,
        };
        var restore = new RestoreImage(TransportCatalog.Default);
        Assert.True(Assert.Single((await restore.PlanAsync(request, EventSink.None, default)).Images).WouldConvert);
        var restored = await restore.RunAsync(request, EventSink.None, default);
        var copied = await CopyAsync(Fixture(target), To(transport, "copied.tar"));
        Assert.Equal((copied.Digest, copied.MediaType, copied.ImageBytes),
            (restored.ManifestDigest, restored.MediaType, restored.ImageBytes));
        Assert.Equal((await RealImages.SkopeoDigestAsync(Fixture(target)), copied.Digest),
            (restored.Conversion!.OriginalManifestDigest, restored.Conversion.ManifestDigest));
        Assert.Equal(["copied.tar", "restored.tar"], _bench.Entries);
    }

    [SkippableFact]
    public async Task A_restore_that_needs_no_conversion_plans_none_and_does_none()
    {
        var request = new RestoreImageRequest
        {
            ArchivePath = Fixtures.Path("deltas/v1-v2.oci.delta.tar"),
            Baseline = ImageReference.Parse(Fixture("oci-archive:images/v1_oci.tar")),
            Destination = _bench.Reference("oci-archive", "out.tar"),
            AllowConvert = true,
        };
        var restore = new RestoreImage(TransportCatalog.Default);
        Assert.False(Assert.Single((await restore.PlanAsync(request, EventSink.None, default)).Images).WouldConvert);
        Assert.Null((await restore.RunAsync(request, EventSink.None, default)).Conversion);
    }

    [SkippableFact]
    public async Task A_plan_refuses_a_conversion_that_is_not_allowed()
    {
        var request = new RestoreImageRequest
        {
            ArchivePath = Fixtures.Path("deltas/v1-v2.oci.delta.tar"),
            Baseline = ImageReference.Parse(Fixture("oci-archive:images/v1_oci.tar")),
            Destination = _bench.Reference("docker-archive", "out.tar"),
        };
        var error = await Errors.ThrowsAsync(DiffahErrors.ConversionRefused,
            () => new RestoreImage(TransportCatalog.Default).PlanAsync(request, EventSink.None, default));
        Assert.Contains("--allow-convert", error.NextAction, StringComparison.Ordinal);
    }

    private async Task AssertSkopeoReadsAsync(string from, CopiedImage copied)
    {
        Assert.Equal(copied.Digest, await RealImages.SkopeoDigestAsync(copied.Destination));
        Assert.Equal(await SkopeoAsync("inspect", "--config", "--raw", from),
            await SkopeoAsync("inspect", "--config", "--raw", copied.Destination));
        await SkopeoAsync("copy", copied.Destination, $"dir:{_bench[$"read-{copied.Destination.Length}"]}");
    }

    private static async Task<IEnumerable<string>> DiffIdsAsync(string reference) =>
        ImageConfig.Parse(Encoding.UTF8.GetBytes(await SkopeoAsync("inspect", "--config", "--raw", reference))).DiffIds
            .Select(d => d.ToString());

    private static Task<CopiedImage> CopyAsync(string from, string to) =>
        new CopyImage(TransportCatalog.Default).RunAsync(
            new CopyImageRequest
            {
                Source = ImageReference.Parse(from),
                Destination = ImageReference.Parse(to),
                AllowConvert = true
            }, EventSink.None, default);

    private static string Fixture(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        return $"{reference[..colon]}:{Fixtures.Path(reference[(colon + 1)..])}";
    }

    private string To(string transport, string name) => _bench.Reference(transport, name).ToString();

    private static Task<string> SkopeoAsync(params string[] arguments) =>
        ExternalTool.RunAsync("skopeo", ["--insecure-policy", .. arguments]);
}
