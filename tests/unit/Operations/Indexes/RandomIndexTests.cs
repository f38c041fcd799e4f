using System.Globalization;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Indexes;

/// <summary>
/// Of random indexes: nested, with images listed twice or under no platform, with attestations, and with platforms that
/// come and go. Whatever it is, what arrives is the index that was meant, to the byte.
/// </summary>
public sealed class RandomIndexTests : IDisposable
{
    private static readonly string?[] Platforms =
    [
        "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/386", "linux/s390x", "windows/amd64", null,
    ];

    private readonly IndexBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Any_index_arrives(int seed)
    {
        var random = new Random(seed);
        var (old, next) = (Make(random, seed * 100), Make(random, seed * 100 + 50));
        var baseline = await _bench.WriteAsync(old, TransportNames.Directory, "old");
        var target = await _bench.WriteAsync(next, TransportNames.OciLayout, "new");
        var archive = await _bench.DiffAsync(baseline, target);
        var images = next.Images.Where(i => MediaTypes.IsConfig(i.Config.MediaType) && !IsAttestation(i))
            .Select(i => i.Manifest.Digest.ToString()).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(images, archive.Images.Select(i => i.TargetManifestDigest).Order(StringComparer.Ordinal));
        var out_ = _bench.Reference(TransportNames.OciArchive, "out");
        var restored = await _bench.RestoreAsync(baseline, out_);
        Assert.Equal(next.Root.Digest.ToString(), restored.ManifestDigest);
        await _bench.RequireSameAsync(out_, next);
        // And each image by its name.
        foreach (var image in archive.Images)
        {
            var one = await _bench.RestoreAsync(baseline, _bench.Reference(TransportNames.OciLayout, image.Name),
                r => r with { ImageName = image.Name });
            Assert.Equal(image.TargetManifestDigest, one.ManifestDigest);
        }
    }

    private static SampleIndex Make(Random random, int seed)
    {
        var shared = SampleImage.Layer(seed / 100, 9, 20_000);
        var made = new List<SampleImage>();
        var entries = new List<(RawManifest, string?)>();
        var count = random.Next(1, 6);
        for (var i = 0; i < count; i++)
        {
            var image = SampleImage.Make(seed + i, "amd64",
                [shared, SampleImage.Layer(seed + i, 1, random.Next(1, 4000))], MediaTypes.OciManifest,
                MediaTypes.OciConfig, MediaTypes.OciLayerGzip, SampleImage.Gzip);
            made.Add(image);
            entries.Add((image.Manifest, Platforms[random.Next(Platforms.Length)]));
            if (random.Next(4) == 0)
                entries.Add((image.Manifest, "linux/riscv64"));
            if (random.Next(3) == 0)
            {
                var attestation = Attestation(seed + i);
                made.Add(attestation);
                entries.Add((attestation.Manifest, "unknown/unknown"));
            }
        }
        var children = made.Select(m => m.Manifest).DistinctBy(m => m.Digest).ToList();
        // Some of them are below an index of their own.
        if (random.Next(2) == 0)
        {
            var inner = entries.Take(random.Next(1, entries.Count + 1)).ToArray();
            var nested = SampleIndex.Index(MediaTypes.OciIndex, inner);
            entries.RemoveRange(0, inner.Length);
            entries.Insert(random.Next(entries.Count + 1), (nested, random.Next(2) == 0 ? null : "linux/amd64"));
            children.Add(nested);
        }
        return SampleIndex.Of(SampleIndex.Index(MediaTypes.OciIndex, [.. entries]), [.. children], [.. made]);
    }

    private static SampleImage Attestation(int seed) => SampleImage.Make(seed, "unknown",
        [System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{seed}}}"))],
        MediaTypes.OciManifest, MediaTypes.OciConfig, "application/vnd.in-toto+json", l => l);

    private static bool IsAttestation(SampleImage image) => image.Layers.Any(l => l.MediaType.Contains("in-toto",
        StringComparison.Ordinal));
}
