using System.Text;
using System.Text.Json;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>
/// An index that an archive brought into a real registry is the one that was meant, with skopeo as the second opinion;
/// what refers to it is found by the registry's fallback tag, read without anything of ours.
/// </summary>
public sealed class RegistryIndexTests : IClassFixture<PlainRegistry>, IDisposable
{
    private readonly PlainRegistry _registry;
    private readonly IndexBench _bench = new();
    private readonly SampleIndex _next = SampleIndex.Flat(2); // skopeo 1.9 copies no index below an index
    private readonly string _name = $"index/{Guid.NewGuid():N}";

    public RegistryIndexTests(PlainRegistry registry) => _registry = registry;

    public void Dispose() => _bench.Dispose();

    [SkippableFact]
    public async Task Skopeo_finds_all_of_it_in_a_registry()
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed on this machine.");
        var referrer = HandMadeReferrer.Of(_next.Root, "application/vnd.example.signature", """{"sig":1}""");
        var baseline = await _bench.WriteAsync(SampleIndex.Flat(1), TransportNames.OciLayout, "old");
        var target = await _bench.WriteAsync(_next, TransportNames.OciLayout, "new");
        await referrer.AddToAsync(_bench.Bench["new"]);
        // Both from the registry, as a vendor has them.
        await CopyAsync(baseline, Remote("app:v1"));
        await CopyAsync(target, Remote("app:v2"));
        using var catalog = TransportCatalog.Create(_registry.Options);
        await new CreateDelta(catalog).RunAsync(
            new CreateDeltaRequest
            {
                Baseline = Remote("app:v1"),
                Target = Remote("app:v2"),
                OutputPath = _bench.Archive,
                AllPlatforms = true,
                IncludeReferrers = true,
                Encoding = new EncodingOptions { Workers = 2 },
            }, EventSink.None, default);
        var restored = await new RestoreImage(catalog).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = _bench.Archive,
                Baseline = Remote("app:v1"),
                Destination = Remote("site:v2"),
            }, EventSink.None, default);
        Assert.Equal((_next.Root.Digest.ToString(), 1), (restored.ManifestDigest, restored.ReferrerCount));

        var raw = await ExternalTool.RunAsync(
            "skopeo", "inspect", "--tls-verify=false", "--raw", Remote("site:v2").ToString());
        Assert.Equal(_next.Root.Bytes.ToArray(), Encoding.UTF8.GetBytes(raw));
        // It reads every manifest and blob that the index lists, and checks their digests.
        await ExternalTool.RunAsync("skopeo", "--insecure-policy", "copy", "--all", "--preserve-digests",
            "--src-tls-verify=false", Remote("site:v2").ToString(), $"dir:{_bench.Bench["check"]}");
        await _bench.RequireSameAsync(_bench.Reference(TransportNames.Directory, "check"), _next);

        using var http = new HttpClient();
        // A registry shows an index only to who says that it is read.
        http.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.index.v1+json");
        var root = $"http://{_registry.Process.Host}/v2/{_name}/site";
        using var tag = JsonDocument.Parse(
            await http.GetByteArrayAsync($"{root}/manifests/sha256-{_next.Root.Digest.Hex}"));
        var listed = Assert.Single(tag.RootElement.GetProperty("manifests").EnumerateArray());
        Assert.Equal(referrer.Manifest.Digest.ToString(), listed.GetProperty("digest").GetString());
        Assert.Equal("application/vnd.example.signature", listed.GetProperty("artifactType").GetString());
        Assert.Equal(referrer.Blob, await http.GetByteArrayAsync($"{root}/blobs/{referrer.BlobDescriptor.Digest}"));
    }

    private ImageReference Remote(string name) =>
        ImageReference.Parse($"docker://{_registry.Process.Host}/{_name}/{name}");

    private async Task CopyAsync(ImageReference from, ImageReference to)
    {
        using var catalog = TransportCatalog.Create(_registry.Options);
        await new CopyImage(catalog).RunAsync(
            new CopyImageRequest { Source = from, Destination = to, All = true, IncludeReferrers = true },
            EventSink.None, default);
    }
}
