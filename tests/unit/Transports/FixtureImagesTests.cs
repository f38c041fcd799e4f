using System.Formats.Tar;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports;

/// <summary>Images that others wrote have the manifest digests that another implementation gave them.</summary>
public sealed class FixtureImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, string, string> Images => new()
    {
        { "docker-archive:web/web-v1.docker.tar", "web-v1-v2.docker.delta.tar", "baseline", "default" },
        { "docker-archive:web/web-v2.docker.tar", "web-v1-v2.docker.delta.tar", "target", "default" },
        { "oci-archive:web/web-v1.oci.tar", "web-v1-v2.oci.delta.tar", "baseline", "default" },
        { "oci-archive:web/web-v2.oci.tar", "web-v1-v2.oci.delta.tar", "target", "default" },
        { "docker-archive:images/v1_s2.tar", "v1-v2.s2.delta.tar", "baseline", "default" },
        { "docker-archive:images/v2_s2.tar", "v1-v2.s2.delta.tar", "target", "default" },
        { "docker-archive:images/v3_s2.tar", "two-services.bundle.tar", "target", "svc-b" },
        { "oci-archive:images/v1_oci.tar", "v1-v2.oci.delta.tar", "baseline", "default" },
        { "oci-archive:images/v2_oci.tar", "v1-v2.oci.delta.tar", "target", "default" },
        { "oci-archive:images/v3_oci.tar", "v1-v3.oci.level3.delta.tar", "target", "default" },
        { "oci-archive:images/v4_baseline_oci.tar", "v4.oci.delta.tar", "baseline", "default" },
        { "oci-archive:images/v4_target_oci.tar", "v4.oci.delta.tar", "target", "default" },
    };

    public static TheoryData<string> Others => ["docker-archive:images/v4_baseline_s2.tar",
        "docker-archive:images/v4_target_s2.tar", "oci-archive:images/unrelated_oci.tar"];

    [SkippableTheory]
    [MemberData(nameof(Images))]
    public async Task The_manifest_digest_is_the_one_in_the_sidecar(
        string reference, string delta, string side, string image)
    {
        var expected = SidecarDigest(Fixtures.Path($"deltas/{delta}"), side, image);
        await WithImage(reference, opened =>
        {
            Assert.Equal(expected, opened.Manifest.Digest.ToString());
            return Task.CompletedTask;
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Images))]
    public Task Every_blob_verifies(string reference, string delta, string side, string image)
    {
        _ = (delta, side, image);
        return WithImage(reference, Verify);
    }

    [SkippableTheory]
    [MemberData(nameof(Others))]
    public Task Every_blob_of_the_others_verifies(string reference) => WithImage(reference, Verify);

    public void Dispose() => _folder.Dispose();

    private static async Task Verify(Image image)
    {
        Assert.NotEmpty(image.Layers);
        foreach (var layer in image.Layers)
        {
            await using var blob = await layer.OpenBlobAsync(default);
            Assert.Equal(layer.Size, await blob.CopyToAsync(Stream.Null, null, default));
            await using var content = await layer.OpenContentAsync(default);
            using var hash = layer.DiffId!.Value.CreateHash();
            var buffer = new byte[65536];
            for (int read; (read = await content.ReadAsync(buffer)) > 0;)
                hash.AppendData(buffer.AsSpan(0, read));
            Assert.Equal(layer.DiffId, Digest.FromHash("sha256", hash.GetHashAndReset()));
        }
    }

    private async Task WithImage(string reference, Func<Image, Task> check)
    {
        var parsed = ImageReference.Parse(reference);
        var absolute = parsed.WithPath(Fixtures.Path(parsed.Path!));
        using var work = new WorkDirectory(_folder.Path);
        await using var source = await TransportCatalog.Default.Get(absolute)
            .OpenSourceAsync(absolute, new TransportContext(work, EventSink.None), default);
        await check(await Image.OpenAsync(source, Platform.Default, default));
    }

    private static string SidecarDigest(string delta, string side, string image)
    {
        using var reader = new TarReader(File.OpenRead(delta));
        using var sidecar = JsonDocument.Parse(reader.GetNextEntry()!.DataStream!);
        return sidecar.RootElement.GetProperty("images").EnumerateArray()
            .First(i => i.GetProperty("name").GetString() == image)
            .GetProperty(side).GetProperty("manifest_digest").GetString()!;
    }
}
