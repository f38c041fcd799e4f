using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas;

/// <summary>
/// What is no image (OCI image spec, manifest.md, "Guidelines for Artifact Usage"): its configuration is a blob like
/// any other, and may hold anything.
/// </summary>
public sealed class ArtifactTests : IDisposable
{
    private const string Empty = "application/vnd.oci.empty.v1+json";
    private const string Thing = "application/vnd.example.thing";

    private readonly DeltaLab _lab = new();
    private readonly TransportBench _bench = new();

    public static TheoryData<string, string> Configurations => new()
    {
        { Empty, "{}" },
        { Thing, "just text\n" },
        { Thing, "" },
        { Thing, "null" },
        { Thing, "[1]" },
        { Thing, """{"os":5,"rootfs":{"diff_ids":["x"]}}""" },
        { MediaTypes.OciConfig, "no JSON" }, // with blobs that are no layers: an attestation
        { MediaTypes.OciConfig, "" },
    };

    public void Dispose()
    {
        _lab.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task An_artifact_is_shipped_as_a_delta(string type, string config)
    {
        var (baseline, target) = (Make(Empty, "{}", "old"), Make(type, config, "new"));
        await _lab.CreateAsync(baseline, target);
        (await _lab.RestoreAsync(baseline)).AssertSame(target);
        await _lab.CreateAsync(target, baseline);
        (await _lab.RestoreAsync(target)).AssertSame(baseline);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task An_artifact_is_copied_and_shown(string type, string config)
    {
        var artifact = Make(type, config, "content");
        _lab.Images.Put("artifact", artifact);
        using var catalog = new TransportCatalog([_lab.Images]);
        var copied = await new CopyImage(catalog).RunAsync(new CopyImageRequest
        {
            Source = InMemoryTransport.Reference("artifact"),
            Destination = InMemoryTransport.Reference("copy"),
            WorkDirectory = _bench[""],
        }, EventSink.None, default);
        _lab.Images.Find("copy")!.AssertSame(artifact);
        var shown = await new GetImage(catalog).RunAsync(
            InMemoryTransport.Reference("copy"), Platform.Default, EventSink.None, default);
        Assert.Equal((copied.Digest, type, null), (shown.Digest, shown.ConfigMediaType, shown.Platform));
    }

    [Fact]
    public async Task A_configuration_that_is_a_layer_too_is_one_blob()
    {
        var (baseline, target) = (Make(Thing, "old", "old"), Make(Empty, "{}", "{}"));
        await _lab.CreateAsync(baseline, target);
        (await _lab.RestoreAsync(baseline)).AssertSame(target);
    }

    [Fact]
    public async Task The_configuration_of_an_image_is_still_read()
    {
        var image = ImageMaker.Oci(LayerBytes.Raw([1]));
        var config = image.Manifest.Config;
        var broken = image with
        {
            Blobs = image.Blobs.Remove(config.Digest).Add(Digest.Compute("{"u8), "{"u8.ToArray()),
            ManifestBytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(image.ManifestBytes)
                .Replace(config.Digest.ToString(), Digest.Compute("{"u8).ToString(), StringComparison.Ordinal)
                .Replace($"\"size\":{config.Size}", "\"size\":1", StringComparison.Ordinal)),
        };
        await Errors.ThrowsAsync(DiffahErrors.InvalidManifest, () => _lab.CreateAsync(image, broken));
    }

    private static MemoryImage Make(string configType, string config, string content)
    {
        byte[] configBytes = Encoding.UTF8.GetBytes(config), blob = Encoding.UTF8.GetBytes(content);
        var manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = Describe(configType, configBytes),
            ["layers"] = new JsonArray(Describe("application/vnd.in-toto+json", blob)),
            ["subject"] = Describe(MediaTypes.OciManifest, "{}"u8.ToArray()),
            ["annotations"] = new JsonObject { ["org.example"] = "é" },
        }.ToJsonString());
        return new MemoryImage(manifest, MediaTypes.OciManifest,
            ImmutableDictionary<Digest, byte[]>.Empty.SetItem(Digest.Compute(configBytes), configBytes)
                .SetItem(Digest.Compute(blob), blob));
    }

    private static JsonObject Describe(string type, byte[] content) => new()
    {
        ["mediaType"] = type,
        ["digest"] = Digest.Compute(content).ToString(),
        ["size"] = content.Length,
    };
}
