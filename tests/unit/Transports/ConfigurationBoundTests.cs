using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports;

/// <summary>A configuration is read up to 16 MiB, wherever the image is.</summary>
public sealed class ConfigurationBoundTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(16 << 20, true)]
    [InlineData((16 << 20) + 1, false)]
    public async Task Of_an_image_of_blobs(int length, bool isRead)
    {
        var image = SampleImage.Oci(1);
        await _bench.WriteAsync(TransportNames.Directory, "in", image.WithConfig(Padded(image, length)));
        await using var source = await _bench.OpenAsync(TransportNames.Directory, "in");
        await ReadsAsync(() => Image.OpenAsync(source, Platform.Default, default), isRead);
    }

    [Theory]
    [InlineData(16 << 20, true)]
    [InlineData((16 << 20) + 1, false)]
    public async Task Of_a_Docker_archive(int length, bool isRead)
    {
        var image = SampleImage.DockerPlain(1);
        var layers = image.Layers.Select(l => l.Digest.Hex).ToArray();
        var tar = new TarBuilder().File("c.json", Padded(image, length)).File("manifest.json",
            $$"""[{"Config":"c.json","Layers":[{{string.Join(',', layers.Select(l => $"\"{l}\""))}}]}]""");
        foreach (var layer in image.Layers.DistinctBy(l => l.Digest))
            tar.File(layer.Digest.Hex, image.Blobs[layer.Digest]);
        tar.Save(_bench["x.tar"]);
        await ReadsAsync(async () =>
        {
            await using var source = await _bench.OpenAsync(TransportNames.DockerArchive, "x.tar");
            await Image.OpenAsync(source, Platform.Default, default);
        }, isRead);
    }

    private static byte[] Padded(SampleImage image, int length) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(image.Blobs[image.Config.Digest]).PadRight(length));

    private static Task ReadsAsync(Func<Task> read, bool isRead) =>
        isRead ? read() : TransportConformance.AssertFailsAsync(DiffahErrors.SizeMismatch, read);
}
