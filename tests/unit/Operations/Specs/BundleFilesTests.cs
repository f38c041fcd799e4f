using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Specs;

/// <summary>Images of a bundle restored into files, folders and registries, several into the same.</summary>
public sealed class BundleFilesTests : IDisposable
{
    private readonly BundleLab _lab = new();

    public void Dispose() => _lab.Dispose();

    public static TheoryData<string> Places =>
    [
        "oci:layout:a oci:layout:b oci:layout:c",
        "oci:layout dir:folder oci-archive:archive.tar:x",
        "oci:layout:a oci-archive:archive.tar oci:layout:b",
    ];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task All_are_there_in_strict_mode_as_well_as_without(string places)
    {
        var pairs = Bundles.Family(3);
        await _lab.CreateAsync(pairs);
        foreach (var strict in (bool[])[false, true])
        {
            var request = Request(pairs, places, strict);
            await _lab.RestoreAsync(request);
            foreach (var pair in pairs)
                Assert.Equal(pair.Target.Digest, await DigestAsync(request.Destinations[pair.Name]));
            await Errors.ThrowsAsync(DiffahErrors.DestinationExists, () => _lab.RestoreAsync(request));
            await _lab.RestoreAsync(request with { Overwrite = true });
            foreach (var entry in Directory.EnumerateFileSystemEntries(_lab.Folder["out"]).ToArray())
                Remove(entry);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task In_strict_mode_a_damaged_patch_of_one_leaves_no_trace_of_any(string places)
    {
        var pairs = Bundles.Family(3);
        await _lab.CreateAsync(pairs);
        _lab.DamagePatch(pairs[2]);
        await Assert.ThrowsAsync<DiffahException>(() => _lab.RestoreAsync(Request(pairs, places, strict: true)));
        _lab.AssertTidy();
    }

    [Fact]
    public async Task Without_strict_mode_a_layout_gets_what_could_be_restored_and_no_more()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        _lab.DamagePatch(pairs[1]);
        var request = Request(pairs, "oci:layout:a oci:layout:b oci:layout:c", strict: false);
        var outcomes = await _lab.RestoreAsync(request);
        Assert.Equal(
            [RestoreStatus.Restored, RestoreStatus.Failed, RestoreStatus.Restored], outcomes.Select(o => o.Status));
        Assert.Equal(pairs[2].Target.Digest, await DigestAsync(request.Destinations["svc-02"]));
        var expected = pairs.Where(p => p.Name != "svc-01").SelectMany(p => p.Target.Blobs.Keys.Append(p.Target.Digest))
            .Select(d => d.Hex).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Directory.EnumerateFiles(_lab.Folder["out/layout/blobs/sha256"])
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_place_that_can_not_hold_an_image_is_found_before_anything_is_written()
    {
        var pairs = Bundles.Family(2);
        await _lab.CreateAsync(pairs);
        var request = Request(pairs, "oci:layout:a docker-archive:archive.tar", strict: true);
        var e = await Errors.ThrowsAsync(DiffahErrors.ConversionRefused, () => _lab.RestoreAsync(request));
        Assert.Contains("svc-01: ", e.Message, StringComparison.Ordinal);
        var plan = await new RestoreBundle(_lab).PlanAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal([null, DiffahErrors.ConversionRefused], plan.Images.Select(i => i.Problem?.Error));
        _lab.AssertTidy();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_it_is_allowed_only_what_can_not_be_held_is_converted(bool strict)
    {
        NamedPair[] pairs =
            [.. Bundles.Family(2), new("svc-99", ImageMaker.Docker(Plain(1)), ImageMaker.Docker(Plain(1), Plain(2)))];
        await _lab.CreateAsync(pairs);
        var request = Request(
            pairs, "oci:layout:a docker-archive:archive.tar oci:layout:c", strict) with
        { AllowConvert = true };
        var plan = await new RestoreBundle(_lab).PlanAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal(
            [(true, false), (true, true), (true, true)], plan.Images.Select(i => (i.WouldImport, i.WouldConvert)));
        var outcomes = await _lab.RestoreAsync(request);
        Assert.All(outcomes, o => Assert.Equal(RestoreStatus.Restored, o.Status));
        Assert.Null(outcomes[0].Image!.Conversion);
        foreach (var (pair, outcome) in pairs.Zip(outcomes).Skip(1))
        {
            var conversion = outcome.Image!.Conversion!;
            Assert.Equal(pair.Target.Digest.ToString(), conversion.OriginalManifestDigest);
            Assert.NotEqual(conversion.OriginalManifestDigest, conversion.ManifestDigest);
            Assert.Equal((conversion.ManifestDigest, conversion.ManifestDigest),
                (outcome.Image.ManifestDigest, (await DigestAsync(request.Destinations[pair.Name])).ToString()));
        }
        Assert.Equal(["bundle.tar", "out", "out/archive.tar", "out/layout", "work"],
            _lab.Folder.Entries.Where(e => !e.StartsWith("out/layout/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_it_is_not_allowed_a_conversion_spoils_its_image_or_in_strict_mode_all(bool strict)
    {
        var pairs = Bundles.Family(2);
        await _lab.CreateAsync(pairs);
        var request = Request(pairs, "oci:layout:a docker-archive:archive.tar", strict);
        if (strict)
        {
            await Errors.ThrowsAsync(DiffahErrors.ConversionRefused, () => _lab.RestoreAsync(request));
            _lab.AssertTidy();
            return;
        }
        var outcomes = await _lab.RestoreAsync(request);
        Assert.Equal([null, DiffahErrors.ConversionRefused], outcomes.Select(o => o.Error?.Error));
        Assert.Equal(pairs[0].Target.Digest, await DigestAsync(request.Destinations["svc-00"]));
        Assert.False(File.Exists(_lab.Folder["out/archive.tar"]));
    }

    [Fact]
    public async Task An_image_that_would_replace_the_baseline_of_another_is_refused_before_anything_is_written()
    {
        var pairs = Bundles.Strangers(3);
        await _lab.CreateAsync(pairs);
        var (old, kept) = (ImageReference.Parse("dir:" + _lab.Folder["out/old"]), pairs[1].Baseline);
        await CopyAsync(_lab.Put(kept), old);
        var request = Request(pairs, "dir:old dir:second dir:third", strict: false) with { Overwrite = true };
        request = request with { Baselines = request.Baselines.SetItem("svc-01", old) };
        foreach (var strict in new[] { false, true })
            await Errors.ThrowsAsync(
                DiffahErrors.OutputIsInput, () => _lab.RestoreAsync(request with { Strict = strict }));
        Assert.Equal(kept.Digest, await DigestAsync(old));
        Assert.Equal(["bundle.tar", "out", "work"],
            _lab.Folder.Entries.Where(e => !e.StartsWith("out/old", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_plan_finds_what_is_in_the_way_and_touches_nothing()
    {
        var pairs = Bundles.Family(3);
        await _lab.CreateAsync(pairs);
        await File.WriteAllTextAsync(_lab.Folder["out/archive.tar"], "precious");
        var request = Request(
            pairs, "oci-archive:archive.tar oci-archive:archive.tar/archive.tar dir:folder", strict: false);
        var plan = await new RestoreBundle(_lab).PlanAsync(request, EventSink.None, CancellationToken.None);
        Assert.Equal([DiffahErrors.DestinationExists, DiffahErrors.FileNotFound, null],
            plan.Images.Select(i => i.Problem?.Error));
        plan = await new RestoreBundle(_lab).PlanAsync(
            request with { Overwrite = true }, EventSink.None, CancellationToken.None);
        Assert.Equal([true, false, true], plan.Images.Select(i => i.WouldImport));
        Assert.Equal(["bundle.tar", "out", "out/archive.tar", "work"], _lab.Folder.Entries);
        Assert.Equal("precious", await File.ReadAllTextAsync(_lab.Folder["out/archive.tar"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tags_of_a_registry_are_pushed_when_all_images_are_there(bool damaged)
    {
        var pairs = Bundles.Family(3);
        await _lab.CreateAsync(pairs);
        if (damaged)
            _lab.DamagePatch(pairs[2]);
        await using var registry = new FakeRegistry();
        using var transports = TransportCatalog.Create(RegistryBench.Quick);
        var catalog = new Routing(_lab, transports);
        var request = _lab.RestoreRequest(pairs, strict: true);
        request = request with
        {
            Destinations = pairs.ToImmutableSortedDictionary(
            p => p.Name, p => ImageReference.Parse(registry.Reference(p.Name)), StringComparer.Ordinal)
        };
        var restore = new RestoreBundle(catalog).RunAsync(request, EventSink.None, CancellationToken.None);
        if (damaged)
        {
            await Assert.ThrowsAsync<DiffahException>(() => restore);
            Assert.Empty(registry.Manifests);
            return;
        }
        await restore;
        Assert.All(pairs, p => Assert.Equal(p.Target.ManifestBytes, registry.Manifests[p.Name].Bytes));
        var firstManifest = registry.Requests
            .TakeWhile(r => !(r.Method == "PUT" && r.Path.Contains("/manifests/", StringComparison.Ordinal))).Count();
        Assert.DoesNotContain(
            registry.Requests.Skip(firstManifest), r => r.Path.Contains("/uploads/", StringComparison.Ordinal));
    }

    private RestoreBundleRequest Request(NamedPair[] pairs, string places, bool strict)
    {
        var destinations = pairs.Zip(places.Split(' ')).ToImmutableSortedDictionary(p => p.First.Name,
            p => ImageReference.Parse(p.Second).ResolveAgainst(_lab.Folder["out"]), StringComparer.Ordinal);
        return _lab.RestoreRequest(pairs, strict) with { Destinations = destinations };
    }

    private static LayerBytes Plain(int seed) => LayerBytes.Tar(($"file-{seed}", Bytes.Random(seed, 900)));

    private Task<CopiedImage> CopyAsync(ImageReference from, ImageReference to) => new CopyImage(_lab).RunAsync(
        new CopyImageRequest { Source = from, Destination = to, Overwrite = true, WorkDirectory = _lab.Work },
        EventSink.None, CancellationToken.None);

    private async Task<Digest> DigestAsync(ImageReference reference)
    {
        using var work = new WorkDirectory(_lab.Work);
        await using var source = await TransportCatalog.Default.Get(reference)
            .OpenSourceAsync(reference, new TransportContext(work, EventSink.None), CancellationToken.None);
        return (await source.GetManifestAsync(null, CancellationToken.None)).Digest;
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private sealed class Routing(BundleLab lab, TransportCatalog transports) : ITransportCatalog
    {
        public IImageTransport Get(ImageReference reference) =>
            reference.IsFile ? lab.Get(reference) : transports.Get(reference);
    }
}
