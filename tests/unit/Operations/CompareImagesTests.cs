using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Images.Comparison;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>The operation: images of all platforms, progress, and what is refused before any work.</summary>
public sealed class CompareImagesTests
{
    private readonly InMemoryTransport _images = new();

    /// <summary>An index of images that differ in the content of one file each.</summary>
    private static (JsonObject Index, ImmutableArray<MemoryImage> Images) Draft(
        params (string Platform, string Content)[] images)
    {
        var built = images.Select(i => new ImageDraft(Tars.Of(Tars.File("a", i.Content)))
        {
            Config = c => c["architecture"] = i.Platform.Split('/')[1],
        }.Build()).ToImmutableArray();
        var listed = images.Zip(built, (i, b) => (JsonNode)new JsonObject
        {
            ["mediaType"] = b.MediaType,
            ["digest"] = b.Digest.ToString(),
            ["size"] = b.ManifestBytes.Length,
            ["platform"] = PlatformJson(i.Platform.Split('/')),
        });
        return (new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([.. listed]),
        }, built);
    }

    private static JsonObject PlatformJson(string[] parts)
    {
        var platform = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
        if (parts.Length > 2)
            platform["variant"] = parts[2];
        return platform;
    }

    private ImageReference Put(string name, (JsonObject Index, ImmutableArray<MemoryImage> Images) draft)
    {
        var reference = InMemoryTransport.Reference(name);
        _images.Add(reference.Path!,
            new RawManifest(Encoding.UTF8.GetBytes(draft.Index.ToJsonString()), MediaTypes.OciIndex),
            draft.Images.Select(i => i.Raw),
            draft.Images.SelectMany(i => i.Blobs).DistinctBy(b => b.Key).ToImmutableDictionary());
        return reference;
    }

    private Task<Found> CompareAsync(
        ImageReference reference, ImageReference difference, ComparisonOptions? options = null) =>
        ComparisonBench.CompareAsync(_images, new CompareImagesRequest
        {
            ReferenceImage = reference,
            DifferenceImage = difference,
            AllPlatforms = true,
            Options = options ?? new(),
        });

    private static IEnumerable<string> Lines(Found found) => found.Differences.Select(d => $"{d.Platform}: {d}");

    [Fact]
    public async Task Images_of_each_platform_are_compared()
    {
        var found = await CompareAsync(
            Put("a", Draft(("linux/amd64", "1"), ("linux/arm64", "1"), ("linux/arm/v7", "1"))),
            Put("b", Draft(("linux/arm/v7", "2"), ("linux/arm64", "1"), ("linux/amd64", "2"))));
        Assert.Equal(["linux/amd64: File a Content", "linux/arm/v7: File a Content"], Lines(found));
        Assert.Equal((1, 2L), (found.Comparison.SameLayerCount, found.Comparison.ComparedFileCount));
    }

    [Fact]
    public async Task A_platform_that_one_has()
    {
        var found = await CompareAsync(Put("a", Draft(("linux/amd64", "1"))),
            Put("b", Draft(("linux/amd64", "1"), ("linux/s390x", "1"))));
        Assert.Equal(["linux/s390x: Index Presence"], Lines(found));
        Assert.Null(found.Differences[0].Reference);
    }

    [Fact]
    public async Task A_variant_that_is_implied()
    {
        var found = await CompareAsync(
            Put("a", Draft(("linux/arm64", "1"))), Put("b", Draft(("linux/arm64/v8", "1"))));
        Assert.Equal(["linux/arm64: Index platform.variant"], Lines(found));
    }

    [Fact]
    public async Task What_indexes_say()
    {
        var (first, second) = (Draft(("linux/amd64", "1")), Draft(("linux/amd64", "1")));
        second.Index["annotations"] = new JsonObject { ["a"] = "1" };
        second.Index["manifests"]![0]!["annotations"] = new JsonObject { [Descriptor.RefNameAnnotation] = "latest" };
        second.Index["manifests"]![0]!["platform"]!["os.version"] = "10";
        var (a, b) = (Put("a", first), Put("b", second));
        Assert.Equal(
            [": Index annotations.a", "linux/amd64: Index platform.os.version",
                $"linux/amd64: Index annotations.{Descriptor.RefNameAnnotation}"],
            Lines(await CompareAsync(a, b)));
        Assert.Equal(2, (await CompareAsync(a, b, new() { Ignore = IgnoredDifferences.ImageName })).Lines.Count);
    }

    [Fact]
    public async Task An_index_that_is_written_otherwise()
    {
        var (first, second) = (Draft(("linux/amd64", "1")), Draft(("linux/amd64", "1")));
        second.Index.Remove("schemaVersion");
        second.Index["schemaVersion"] = 2;
        var (a, b) = (Put("a", first), Put("b", second));
        Assert.Equal([": Index JsonFormat"], Lines(await CompareAsync(a, b)));
        Assert.Empty(Lines(await CompareAsync(a, b, new() { Ignore = IgnoredDifferences.JsonFormat })));
    }

    [Fact]
    public async Task The_order_of_images_is_told_as_digests_where_nothing_else_is()
    {
        var found = await CompareAsync(Put("a", Draft(("linux/amd64", "1"), ("linux/arm64", "1"))),
            Put("b", Draft(("linux/arm64", "1"), ("linux/amd64", "1"))));
        Assert.Equal([": Index Digest"], Lines(found));
    }

    [Fact]
    public async Task Attestations_are_compared_with_those_of_the_same_image()
    {
        var found = await CompareAsync(Put("a", Attested("1", "x")), Put("b", Attested("1", "y")));
        Assert.Equal(["attestation of linux/amd64: Layer Digest"], Lines(found));
        Assert.Equal(["linux/amd64: File a Content"],
            Lines(await CompareAsync(Put("a", Attested("1", "x")), Put("b", Attested("2", "x")))));

        static (JsonObject, ImmutableArray<MemoryImage>) Attested(string content, string statement)
        {
            var (index, images) = Draft(("linux/amd64", content));
            var attestation = new ImageDraft(new LayerDraft(Encoding.UTF8.GetBytes(statement))
            {
                Compress = t => t,
                MediaType = "application/vnd.in-toto+json",
            }).Build();
            index["manifests"]!.AsArray().Add((JsonNode)new JsonObject
            {
                ["mediaType"] = attestation.MediaType,
                ["digest"] = attestation.Digest.ToString(),
                ["size"] = attestation.ManifestBytes.Length,
                ["platform"] = PlatformJson(["unknown", "unknown"]),
                ["annotations"] = new JsonObject
                {
                    ["vnd.docker.reference.digest"] = images[0].Digest.ToString(),
                    ["vnd.docker.reference.type"] = "attestation-manifest",
                },
            });
            return (index, images.Add(attestation));
        }
    }

    [Fact]
    public async Task An_image_and_an_index()
    {
        var image = new ImageDraft(Tars.Of(Tars.File("a", "2"))) { Config = c => c["architecture"] = "arm64" }.Build();
        var found = await CompareAsync(
            Put("a", Draft(("linux/amd64", "1"), ("linux/arm64", "1"))), _images.Put("b", image));
        Assert.Equal([": Index mediaType", "linux/arm64: File a Content"], Lines(found));
    }

    [Fact]
    public async Task Two_images_without_an_index()
    {
        var found = await CompareAsync(_images.Put("a", new ImageDraft(Tars.Of(Tars.File("a", "1"))).Build()),
            _images.Put("b", new ImageDraft(Tars.Of(Tars.File("a", "2"))).Build()));
        Assert.Equal([": File a Content"], Lines(found));
    }

    [Fact]
    public async Task Of_one_platform_only_that_image_is_compared()
    {
        var request = new CompareImagesRequest
        {
            ReferenceImage = Put("a", Draft(("linux/amd64", "1"), ("linux/arm64", "1"))),
            DifferenceImage = Put("b", Draft(("linux/amd64", "2"), ("linux/arm64", "1"))),
        };
        Assert.Equal([": File a Content"], Lines(await ComparisonBench.CompareAsync(_images, request)));
        Assert.Empty(
            Lines(await ComparisonBench.CompareAsync(_images, request with { Platform = new("linux", "arm64") })));
    }

    [Fact]
    public async Task A_wrong_pattern_is_refused_before_anything_is_opened()
    {
        var e = await Assert.ThrowsAsync<DiffahException>(() => ComparisonBench.CompareAsync(_images, new()
        {
            ReferenceImage = InMemoryTransport.Reference("a"),
            DifferenceImage = InMemoryTransport.Reference("b"),
            Options = new() { ExcludePaths = ["../x"] },
        }));
        Assert.Equal(DiffahErrors.InvalidArgument, e.Error);
        Assert.Empty(_images.Sources);
    }

    [Fact]
    public async Task Progress_counts_the_bytes_of_layers()
    {
        var log = new EventLog();
        var (a, b) = (Large(1), Large(2));
        await ComparisonBench.CompareAsync(_images, new()
        {
            ReferenceImage = _images.Put("a", a),
            DifferenceImage = _images.Put("b", b),
        }, log.Sink);
        var parts = log.Events.OfType<ProgressEvent>().Where(p => !p.IsWhole && p.Completed).ToList();
        Assert.Equal(new[] { a, b }.Select(i => (long?)i.Manifest.Layers[0].Size).Order(),
            parts.Select(p => p.Total).Order());
        Assert.All(parts, p => Assert.Equal(p.Total, p.Done));
    }

    [Fact]
    public async Task It_stops_when_told_to_and_closes_what_it_opened()
    {
        using var stop = new CancellationTokenSource();
        var log = new EventLog
        {
            OnEvent = e =>
            {
                if (e is ProgressEvent { IsWhole: false })
                    stop.Cancel();
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ComparisonBench.CompareAsync(_images, new()
        {
            ReferenceImage = _images.Put("a", Large(1)),
            DifferenceImage = _images.Put("b", Large(2)),
        }, log.Sink, stop.Token));
        Assert.Equal(0, _images.Open);
    }

    private static MemoryImage Large(int seed)
    {
        var bytes = new byte[2 << 20];
        new Random(seed).NextBytes(bytes);
        return new ImageDraft(SampleImage.Tar(("large.bin", bytes))).Build();
    }
}
