using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>What refers to images travels in archives and arrives, and is found there as others find it.</summary>
public sealed class ReferrerTests : IDisposable
{
    private const string Sbom = "application/spdx+json";
    private const string Signature = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private readonly IndexBench _bench = new();
    private readonly SampleIndex _next = SampleIndex.Oci(2);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(TransportNames.OciLayout)]
    [InlineData(TransportNames.OciArchive)]
    public async Task They_arrive_beside_the_index(string transport)
    {
        var (baseline, target, referrers) = await WriteAsync();
        await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        var out_ = _bench.Reference(transport, "out");
        var restored = await _bench.RestoreAsync(baseline, out_);
        Assert.Equal(referrers.Length, restored.ReferrerCount);
        await _bench.RequireSameAsync(out_, _next);
        await RequireAsync(out_, referrers);
    }

    [Fact]
    public async Task They_are_listed_as_the_specification_says()
    {
        var (baseline, target, referrers) = await WriteAsync();
        await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out"));
        // Read with nothing of ours: index.json, and the files that it names.
        using var index = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(_bench.Bench["out"], "index.json")));
        var entries = index.RootElement.GetProperty("manifests").EnumerateArray().ToArray();
        Assert.Equal(1 + referrers.Length, entries.Length);
        Assert.Equal(_next.Root.Digest.ToString(), entries[0].GetProperty("digest").GetString());
        foreach (var referrer in referrers)
        {
            var entry = entries.Single(e => e.GetProperty("digest").GetString() == referrer.Manifest.Digest.ToString());
            using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(
                Path.Combine(_bench.Bench["out"], "blobs", "sha256", referrer.Manifest.Digest.Hex)));
            Assert.Equal(manifest.RootElement.GetProperty("artifactType").GetString(),
                entry.GetProperty("artifactType").GetString());
            Assert.False(entry.TryGetProperty("annotations", out var said)
                && said.TryGetProperty("org.opencontainers.image.ref.name", out _));
            Assert.Equal(referrer.Blob, await File.ReadAllBytesAsync(
                Path.Combine(_bench.Bench["out"], "blobs", "sha256", referrer.BlobDescriptor.Digest.Hex)));
        }
    }

    [Fact]
    public async Task One_image_brings_what_refers_to_it_alone()
    {
        var (baseline, target, referrers) = await WriteAsync();
        await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        var one = _bench.Reference(TransportNames.OciLayout, "one");
        var restored = await _bench.RestoreAsync(
            baseline, one, r => r with { Platform = Platform.Parse("linux/arm64") });
        // The SBOM of that image, and the signature of the SBOM.
        Assert.Equal(2, restored.ReferrerCount);
        await RequireAsync(one, [referrers[1], referrers[2]]);
    }

    [Fact]
    public async Task They_travel_with_the_delta_of_one_image()
    {
        var (baseline, target, referrers) = await WriteAsync();
        await _bench.DiffAsync(baseline, target, r => r with
        {
            AllPlatforms = false,
            IncludeReferrers = true,
            Encoding = r.Encoding with { Platform = Platform.Parse("linux/arm64") },
        });
        var one = _bench.Reference(TransportNames.OciArchive, "one");
        Assert.Equal(2, (await _bench.RestoreAsync(baseline, one)).ReferrerCount);
        await RequireAsync(one, [referrers[1], referrers[2]]);
    }

    [Fact]
    public async Task Where_they_can_not_be_held_a_warning_says_so()
    {
        var (baseline, target, _) = await WriteAsync();
        await _bench.DiffAsync(baseline, target, r => r with { IncludeReferrers = true });
        var log = new EventLog();
        await new RestoreImage(TransportCatalog.Default).RunAsync(
            new RestoreImageRequest
            {
                ArchivePath = _bench.Archive,
                Baseline = baseline,
                Destination = _bench.Reference(TransportNames.Directory, "out"),
            }, log.Sink, default);
        Assert.Contains(log.Messages(EventLevel.Warning),
            w => w.Contains("3 referrers are left out", StringComparison.Ordinal)
                && w.Contains(Sbom, StringComparison.Ordinal));
        await _bench.RequireSameAsync(_bench.Reference(TransportNames.Directory, "out"), _next);
    }

    [Fact]
    public async Task A_copy_takes_them_along()
    {
        var (_, target, referrers) = await WriteAsync();
        foreach (var transport in new[] { TransportNames.OciLayout, TransportNames.OciArchive })
        {
            var copied = await new CopyImage(TransportCatalog.Default).RunAsync(
                new CopyImageRequest
                {
                    Source = target,
                    Destination = _bench.Reference(transport, $"copy.{transport}"),
                    All = true,
                    IncludeReferrers = true,
                }, EventSink.None, default);
            Assert.Equal(3, copied.ReferrerCount);
            await RequireAsync(_bench.Reference(transport, $"copy.{transport}"), referrers);
        }
    }

    [Fact]
    public async Task Without_the_switch_nothing_of_them_travels()
    {
        var (baseline, target, _) = await WriteAsync();
        await _bench.DiffAsync(baseline, target);
        Assert.Equal(
            0, (await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, "out"))).ReferrerCount);
    }

    /// <summary>A signature of the index, an SBOM of one image, and a signature of the SBOM.</summary>
    private async Task<(ImageReference Baseline, ImageReference Target, HandMadeReferrer[] Referrers)> WriteAsync()
    {
        var baseline = await _bench.WriteAsync(SampleIndex.Oci(1), TransportNames.OciLayout, "old");
        var target = await _bench.WriteAsync(_next, TransportNames.OciLayout, "new");
        var sbom = HandMadeReferrer.Of(_next.Images[1].Manifest, Sbom, """{"spdx":1}""",
            """{"org.opencontainers.image.ref.name":"latest","org.example.note":"plain"}""");
        HandMadeReferrer[] referrers =
        [
            HandMadeReferrer.Of(_next.Root, Signature, """{"sig":"of the index"}"""),
            sbom,
            HandMadeReferrer.Of(sbom.Manifest, Signature, """{"sig":"of the sbom"}"""),
        ];
        foreach (var referrer in referrers)
            await referrer.AddToAsync(_bench.Bench["new"]);
        return (baseline, target, referrers);
    }

    private async Task RequireAsync(ImageReference reference, HandMadeReferrer[] referrers)
    {
        await using var opened = await _bench.Bench.OpenAsync(reference);
        var source = Assert.IsAssignableFrom<IReferrerSource>(opened);
        foreach (var referrer in referrers)
        {
            var subject = ManifestSubject.Find(referrer.Manifest)!;
            var listed = await source.ListReferrersAsync(subject.Subject.Digest, subject.ArtifactType, default);
            Assert.Contains(listed, l => l.Descriptor.Digest == referrer.Manifest.Digest);
            Assert.Equal(referrer.Manifest.Bytes.ToArray(),
                (await source.GetManifestAsync(referrer.Manifest.Digest, default)).Bytes.ToArray());
            Assert.Equal(referrer.Blob, await source.ReadBlobAsync(referrer.BlobDescriptor, 1 << 20, default));
        }
    }
}
