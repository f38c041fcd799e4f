using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations.Producing;

/// <summary>Images that say of themselves what they are built on, and for which platform they are.</summary>
internal static class MarkedImage
{
    public const string Name = "org.opencontainers.image.base.name";
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    public static MemoryImage WithLabels(this MemoryImage image, params (string, string?)[] labels) =>
        image.WithConfig(config => config["config"]!["Labels"] = Object(labels));

    public static MemoryImage WithAnnotations(this MemoryImage image, params (string, string?)[] annotations) =>
        image.WithManifest(manifest => manifest["annotations"] = Object(annotations));

    public static MemoryImage For(this MemoryImage image, string architecture) =>
        image.WithConfig(config => config["architecture"] = architecture);

    private static MemoryImage WithConfig(this MemoryImage image, Action<JsonNode> change)
    {
        var config = JsonNode.Parse(image.Blobs[image.Manifest.Config.Digest])!;
        change(config);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(config);
        var changed = image with { Blobs = image.Blobs.SetItem(Digest.Compute(bytes), bytes) };
        return changed.WithManifest(manifest =>
        {
            manifest["config"]!["digest"] = Digest.Compute(bytes).ToString();
            manifest["config"]!["size"] = bytes.Length;
        });
    }

    private static MemoryImage WithManifest(this MemoryImage image, Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(image.ManifestBytes)!;
        change(manifest);
        return image with { ManifestBytes = JsonSerializer.SerializeToUtf8Bytes(manifest) };
    }

    private static JsonObject Object((string Key, string? Value)[] entries) =>
        new(entries.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)));
}
