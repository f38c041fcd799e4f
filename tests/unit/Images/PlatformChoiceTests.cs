using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Images;

/// <summary>Which image of an index is meant.</summary>
public sealed class PlatformChoiceTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly SampleImage _amd = SampleImage.Oci(1);
    private readonly SampleImage _arm = SampleImage.Oci(2, "arm64");
    private readonly SampleImage _other = SampleImage.Oci(3, "s390x");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_first_of_equals_is_picked() =>
        Assert.Equal(_amd.Manifest.Digest, await PickAsync("linux/amd64",
            Entry(_amd, "linux/amd64"), Entry(_other, "linux/amd64")));

    [Theory]
    [InlineData("unknown/unknown", null)]
    [InlineData(null, "attestation-manifest")]
    [InlineData("linux/amd64", "attestation-manifest")]
    public async Task An_attestation_is_never_picked(string? platform, string? type)
    {
        Assert.Equal(_amd.Manifest.Digest, await PickAsync("linux/amd64",
            Entry(_arm, platform, type), Entry(_amd, "linux/amd64")));
        Assert.Equal(_amd.Manifest.Digest, await PickAsync("linux/amd64", Entry(_arm, platform, type), Entry(_amd)));
        await AssertFailsAsync(DiffahErrors.PlatformNotFound,
            () => PickAsync("unknown/unknown", Entry(_arm, platform, type)));
    }

    [Fact]
    public async Task Images_that_are_listed_without_a_platform_say_it_themselves()
    {
        Assert.Equal(
            _arm.Manifest.Digest, await PickAsync("linux/arm64", Entry(_amd), Entry(_arm), Entry(_other)));
        var error = await AssertFailsAsync(
            DiffahErrors.PlatformNotFound, () => PickAsync("linux/ppc64le", Entry(_amd), Entry(_arm)));
        Assert.Contains("linux/amd64, linux/arm64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_listed_for_the_platform_comes_before_those_that_only_say_it() =>
        Assert.Equal(
            _arm.Manifest.Digest, await PickAsync("linux/amd64", Entry(_amd), Entry(_arm, "linux/amd64")));

    [Fact]
    public async Task Indexes_below_an_index_are_looked_into()
    {
        var (linux, other) = (Index(Entry(_arm, "linux/arm64"), Entry(_amd, "linux/amd64")),
            Index(Entry(_other, "linux/s390x")));
        JsonObject[] both = [Listed(other.Descriptor), Listed(linux.Descriptor)];
        Assert.Equal(_amd.Manifest.Digest, await PickAsync("linux/amd64", [linux, other], both));
        Assert.Equal(_other.Manifest.Digest, await PickAsync("linux/s390x", [linux, other], both));
        await AssertFailsAsync(
            DiffahErrors.PlatformNotFound, () => PickAsync("linux/ppc64le", [linux, other], both));
    }

    [Fact]
    public async Task No_more_than_some_images_are_asked_for_their_platform()
    {
        var many = Enumerable.Range(0, 257)
            .Select(i => SampleImage.Make(i, "arm64", [], MediaTypes.OciManifest, MediaTypes.OciConfig, "", l => l)
                .WithConfig(Encoding.UTF8.GetBytes($$"""{"os":"linux","architecture":"arm64","n":{{i}}}""")))
            .ToArray();
        Assert.Equal(many[0].Manifest.Digest, await PickAsync("linux/arm64", many[..256]));
        await AssertFailsAsync(DiffahErrors.InvalidManifest, () => PickAsync("linux/arm64", many));
    }

    [Theory]
    [InlineData(TransportNames.OciLayout)]
    [InlineData(TransportNames.OciArchive)]
    public async Task Entries_of_a_layout_that_share_a_name_are_told_apart_by_platform(string transport)
    {
        JsonObject[] entries = [Named(Entry(_amd, "linux/amd64"), "app"), Named(Entry(_arm, "linux/arm64"), "app"),
            Named(Entry(_other, "linux/amd64"), "other")];
        SaveLayout(transport, Index(entries), [_amd, _arm, _other]);
        await using var source = await _bench.OpenAsync(transport, "l:app");
        Assert.Equal(_arm.Manifest.Digest, await PickAsync(source, "linux/arm64"));
        Assert.Equal(_amd.Manifest.Digest, await PickAsync(source, "linux/amd64/v2"));
        await AssertFailsAsync(DiffahErrors.PlatformNotFound, () => PickAsync(source, "linux/s390x"));
        Assert.Equal([_amd.Manifest.Digest, _arm.Manifest.Digest],
            ImageIndex.Parse(await source.GetManifestAsync(null, default)).Manifests.Select(m => m.Digest));
    }

    [Fact]
    public async Task One_image_under_several_names_is_one_image()
    {
        SaveLayout(TransportNames.OciLayout, Index(Named(Entry(_amd), "v1"), Named(Entry(_amd), "latest")), [_amd]);
        await using var source = await _bench.OpenAsync(TransportNames.OciLayout, "l");
        Assert.Equal(_amd.Manifest.Digest, await PickAsync(source, "linux/amd64"));
    }

    [Fact]
    public async Task An_image_of_a_layout_is_meant_where_only_attestations_are_beside_it()
    {
        SaveLayout(TransportNames.OciLayout,
            Index(Entry(_arm, "unknown/unknown", "attestation-manifest"), Named(Entry(_amd), "v1")), [_amd, _arm]);
        await using (var source = await _bench.OpenAsync(TransportNames.OciLayout, "l"))
            Assert.Equal(_amd.Manifest.Digest, await PickAsync(source, "linux/amd64"));
        await using (var named = await _bench.OpenAsync(TransportNames.OciLayout, $"l:{_arm.Manifest.Digest}"))
            Assert.Equal(_arm.Manifest.Digest, await PickAsync(named, "linux/amd64"));
    }

    [Fact]
    public async Task Different_images_under_one_name_are_not_guessed_between()
    {
        SaveLayout(TransportNames.OciLayout,
            Index(Named(Entry(_amd, "linux/amd64"), "v1"), Named(Entry(_other, "linux/amd64"), "v1")), [_amd, _other]);
        await AssertFailsAsync(
            DiffahErrors.AmbiguousImage, () => _bench.OpenAsync(TransportNames.OciLayout, "l:v1"));
    }

    private Task<Digest> PickAsync(string platform, params JsonObject[] entries) => PickAsync(platform, [], entries);

    private Task<Digest> PickAsync(string platform, SampleImage[] images) =>
        PickAsync(platform, [.. images.Select(i => i.Manifest)], [.. images.Select(i => Entry(i))], images);

    private async Task<Digest> PickAsync(
        string platform, RawManifest[] nested, JsonObject[] entries, SampleImage[]? images = null)
    {
        images ??= [_amd, _arm, _other];
        var memory = new InMemoryTransport();
        memory.Add("/index", Index(entries), [.. images.Select(i => i.Manifest), .. nested],
            images.SelectMany(i => i.Blobs).DistinctBy(b => b.Key).ToImmutableDictionary());
        await using var source = await memory.OpenSourceAsync(
            ImageReference.Parse("dir:/index"), _bench.Context, default);
        return await PickAsync(source, platform);
    }

    private static async Task<Digest> PickAsync(IImageSource source, string platform) =>
        (await Image.OpenAsync(source, Platform.Parse(platform), default)).Manifest.Digest;

    private static JsonObject Entry(SampleImage image, string? platform = null, string? type = null)
    {
        var entry = Listed(image.Manifest.Descriptor);
        if (platform?.Split('/') is { } parts)
            entry["platform"] = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
        if (type is not null)
            entry["annotations"] = new JsonObject { ["vnd.docker.reference.type"] = type };
        return entry;
    }

    private static JsonObject Named(JsonObject entry, string name)
    {
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        return entry;
    }

    private static JsonObject Listed(Descriptor manifest) => new()
    {
        ["mediaType"] = manifest.MediaType,
        ["digest"] = manifest.Digest.ToString(),
        ["size"] = manifest.Size,
    };

    private static RawManifest Index(params JsonObject[] entries) => new(
        Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray([.. entries.Select(e => e.DeepClone())]),
        }.ToJsonString()), MediaTypes.OciIndex);

    private void SaveLayout(string transport, RawManifest index, SampleImage[] images)
    {
        var files = images.SelectMany(i => i.Blobs.Values.Append(i.Manifest.Bytes.ToArray()))
            .Select(b => ($"blobs/sha256/{Digest.Compute(b).Hex}", b)).Append(("index.json", index.Bytes.ToArray()))
            .Append(("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray())).DistinctBy(f => f.Item1)
            .ToArray();
        if (transport == TransportNames.OciArchive)
        {
            File.WriteAllBytes(_bench["l"], SampleImage.Tar(files));
            return;
        }
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_bench[$"l/{name}"])!);
            File.WriteAllBytes(_bench[$"l/{name}"], content);
        }
    }
}
