using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison;

/// <summary>A layer of a draft.</summary>
/// <param name="Tar">The plain tar.</param>
internal sealed record LayerDraft(byte[] Tar)
{
    public Func<byte[], byte[]> Compress { get; init; } = SampleImage.Gzip;

    public string MediaType { get; init; } = MediaTypes.OciLayerGzip;

    public Action<JsonObject>? Describe { get; init; }

    public static implicit operator LayerDraft(byte[] tar) => new(tar);
}

/// <summary>An image of which a test says what is in it; all else is the same for all.</summary>
internal sealed record ImageDraft(params LayerDraft[] Layers)
{
    public string ManifestType { get; init; } = MediaTypes.OciManifest;

    public string ConfigType { get; init; } = MediaTypes.OciConfig;

    /// <summary>Changes the configuration.</summary>
    public Action<JsonObject>? Config { get; init; }

    /// <summary>Changes the manifest.</summary>
    public Action<JsonObject>? Manifest { get; init; }

    /// <summary>Changes the configuration's text.</summary>
    public Func<string, string> ConfigText { get; init; } = t => t;

    /// <summary>Changes the manifest's text.</summary>
    public Func<string, string> ManifestText { get; init; } = t => t;

    public MemoryImage Build()
    {
        var blobs = Layers.Select(l => l.Compress(l.Tar)).ToArray();
        var config = new JsonObject
        {
            ["created"] = "2024-01-01T00:00:00Z",
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin", "A=1"), ["Cmd"] = new JsonArray("sh") },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. Layers.Select(l => (JsonNode)Digest.Compute(l.Tar).ToString())]),
            },
            ["history"] = new JsonArray([.. Layers.Select((_, i) => (JsonNode)new JsonObject
            {
                ["created"] = "2024-01-01T00:00:00Z",
                ["created_by"] = $"RUN {i}",
            })]),
        };
        Config?.Invoke(config);
        var configBytes = Encoding.UTF8.GetBytes(ConfigText(config.ToJsonString()));
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Descriptor(ConfigType, configBytes),
            ["layers"] = new JsonArray([.. Layers.Zip(blobs, (l, b) =>
            {
                var descriptor = Descriptor(l.MediaType, b);
                l.Describe?.Invoke(descriptor);
                return (JsonNode)descriptor;
            })]),
        };
        Manifest?.Invoke(manifest);
        return new MemoryImage(Encoding.UTF8.GetBytes(ManifestText(manifest.ToJsonString())), ManifestType,
            blobs.Append(configBytes).DistinctBy(b => Digest.Compute(b)).ToImmutableDictionary(b => Digest.Compute(b)));
    }

    private static JsonObject Descriptor(string mediaType, byte[] blob) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = Digest.Compute(blob).ToString(),
        ["size"] = blob.Length,
    };
}
