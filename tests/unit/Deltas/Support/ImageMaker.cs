using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Engine.Compression;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Support;

/// <summary>Makes images of layers.</summary>
internal static class ImageMaker
{
    public static MemoryImage Oci(params IEnumerable<LayerBytes> layers) => Make(docker: false, layers);

    public static MemoryImage Docker(params IEnumerable<LayerBytes> layers) => Make(docker: true, layers);

    /// <param name="docker">Docker schema 2, or OCI.</param>
    /// <param name="layers">The layers, base first.</param>
    /// <param name="label">Another label makes another configuration.</param>
    public static MemoryImage Make(bool docker, IEnumerable<LayerBytes> layers, string label = "")
    {
        var all = layers.ToArray();
        var config = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Labels"] = new JsonObject { ["label"] = label } },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. all.Select(l => JsonValue.Create(l.DiffId.ToString()))])
            },
        });
        var configType = docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig;
        var manifestType = docker ? MediaTypes.DockerManifest : MediaTypes.OciManifest;
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = manifestType,
            ["config"] = Describe(configType, Digest.Compute(config), config.Length),
            ["layers"] = new JsonArray(
                [.. all.Select(l => Describe(LayerType(docker, l.Compression), l.Digest, l.Stored.Length))]),
        });
        var blobs = all.DistinctBy(l => l.Digest).ToImmutableDictionary(l => l.Digest, l => l.Stored)
            .SetItem(Digest.Compute(config), config);
        return new MemoryImage(manifest, manifestType, blobs);
    }

    private static JsonObject Describe(string mediaType, Digest digest, long size) =>
        new() { ["mediaType"] = mediaType, ["size"] = size, ["digest"] = digest.ToString() };

    private static string LayerType(bool docker, CompressionKind compression) =>
        docker ? MediaTypes.DockerLayerGzip : compression switch
        {
            CompressionKind.Gzip => MediaTypes.OciLayerGzip,
            CompressionKind.Zstd => MediaTypes.OciLayerZstd,
            _ => MediaTypes.OciLayer,
        };
}
