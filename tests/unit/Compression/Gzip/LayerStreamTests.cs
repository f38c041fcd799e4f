using System.Formats.Tar;
using System.IO.Compression;
using Diffah.Tests.Support;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>Layers as tools have written them.</summary>
public sealed class LayerStreamTests : IDisposable
{
    private const int ShortRecipe = 64;
    private const int CheckpointBytes = 16;

    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData("web/web-v1.oci.tar")]
    [InlineData("web/web-v2.oci.tar")]
    [InlineData("images/v1_oci.tar")]
    [InlineData("images/v1_s2.tar")]
    [InlineData("images/v3_oci.tar")]
    [InlineData("images/v4_baseline_oci.tar")]
    [InlineData("images/v4_target_s2.tar")]
    public void Layers_of_a_real_image_come_back_by_short_recipes(string name)
    {
        using var archive = new TarReader(File.OpenRead(Fixtures.Path(name)));
        var layers = 0;
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data)
                continue;
            using var blob = new MemoryStream();
            data.CopyTo(blob);
            layers += CheckLayer(blob.ToArray()) ? 1 : 0;
        }
        Assert.True(layers > 0, "There is no gzip layer in the image.");
    }

    [SkippableFact]
    public async Task Layers_that_skopeo_compresses_come_back_by_short_recipes()
    {
        await _bench.WriteAsync("docker-archive", "a.tar", SampleImage.DockerPlain(1));
        await ExternalTool.RunAsync("skopeo", "--insecure-policy", "copy",
            _bench.Reference("docker-archive", "a.tar").ToString(), _bench.Reference("oci", "layers:v1").ToString());
        var layers = Directory.GetFiles(_bench["layers/blobs/sha256"]).Count(f => CheckLayer(File.ReadAllBytes(f)));
        Assert.True(layers > 0, "skopeo has compressed no layer.");
    }

    /// <summary>True of a gzip stream.</summary>
    private static bool CheckLayer(byte[] blob)
    {
        if (blob is not [0x1F, 0x8B, ..])
            return false;
        using var content = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress))
            gzip.CopyTo(content);
        var recipe = GzipContents.Analyse(blob);
        Assert.Equal(blob, GzipContents.Rebuild(recipe, content.ToArray()));
        Assert.Equal(blob, GzipContents.Rebuild(recipe, content.ToArray(), workers: 2));
        var checkpoints = recipe.Members.Sum(m => m.Body.Parts.Sum(p => p.Checkpoints.Count));
        Assert.InRange(recipe.ToBytes().Length, 1, ShortRecipe + CheckpointBytes * checkpoints);
        return true;
    }
}
