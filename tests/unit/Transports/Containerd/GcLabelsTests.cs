using System.Text;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Containerd;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>The labels are those that containerd's own client puts on what it pulls.</summary>
public sealed class GcLabelsTests : IClassFixture<SharedContainerd>
{
    private const string Prefix = "containerd.io/gc.ref.content.";

    private readonly SharedContainerd _shared;

    public GcLabelsTests(SharedContainerd shared) => _shared = shared;

    [Fact]
    public void Each_kind_is_counted_for_itself()
    {
        var digests = Enumerable.Range(0, 6).Select(i => Digest.Compute([(byte)i]).ToString()).ToArray();
        Assert.Equal(
            new Dictionary<string, string>
            {
                [Prefix + "config"] = digests[0],
                [Prefix + "l.0"] = digests[1],
                [Prefix + "0"] = digests[2],
                [Prefix + "l.1"] = digests[3],
            },
            GcLabels.Of(Manifest(digests,
                MediaTypes.OciLayerZstd, "application/vnd.in-toto+json",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")));
    }

    [SkippableFact]
    public async Task Ctr_puts_the_same_labels_on_what_it_imports()
    {
        var index = SampleIndex.Oci(1);
        using var ours = new ContainerdBench(_shared.Process);
        using var theirs = new ContainerdBench(_shared.Process);
        var archive = await ours.WriteIndexAsync(index);
        await ours.CopyAsync(archive, "containerd:app:v1");
        await ours.CopyAsync(archive, $"oci-archive:{ours["named.tar"]}:v1");
        await theirs.CtrAsync("images", "import", "--no-unpack", "--all-platforms", "--base-name",
            "docker.io/library/app", ours["named.tar"]);
        foreach (var manifest in index.Children.Append(index.Root).Select(m => m.Digest.ToString()))
            Assert.Equal(await LabelsAsync(theirs, manifest), await LabelsAsync(ours, manifest));
    }

    private static async Task<string[]> LabelsAsync(ContainerdBench bench, string digest) =>
        [.. (await bench.CtrAsync("content", "ls", $"digest=={digest}"))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Single(word => word.Contains(Prefix, StringComparison.Ordinal)).Split(',')
            .Where(label => label.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static RawManifest Manifest(string[] digests, params string[] layers)
    {
        var listed = layers.Select((type, i) =>
            $$"""{"mediaType":"{{type}}","digest":"{{digests[i + 1]}}","size":1}""");
        return new RawManifest(Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{digests[0]}}","size":1},"layers":[{{string.Join(',', listed)}}]}"""),
            MediaTypes.OciManifest);
    }
}
