using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Diffah.Samples;

/// <summary>A named piece of an image: a layer, a configuration, a manifest.</summary>
internal sealed record SampleBlob(string MediaType, byte[] Content)
{
    public string Hex { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    public string Digest => "sha256:" + Hex;
}

/// <summary>An image with its layers as plain tars, before any packing.</summary>
internal sealed class SampleImage
{
    private SampleImage(string name, string architecture, ImmutableArray<byte[]> layers) =>
        (Name, Architecture, Layers) = (name, architecture, layers);

    /// <summary>v1, v2 or v3: the tag, and the ref name in layouts.</summary>
    public string Name { get; }

    public string Architecture { get; }

    public ImmutableArray<byte[]> Layers { get; }

    public static SampleImage V1(int bytes, string architecture = "amd64") =>
        new("v1", architecture, SampleLayers.V1(bytes, architecture));

    public static SampleImage V2(int bytes, string architecture = "amd64") =>
        new("v2", architecture, SampleLayers.V2(bytes, architecture));

    public static SampleImage V3(int bytes, string architecture = "amd64") =>
        new("v3", architecture, SampleLayers.V3(bytes, architecture));

    /// <summary>The image's configuration; Docker's and OCI's are the same text under two media types.</summary>
    public static byte[] Configuration(string architecture, IEnumerable<string> diffIds) => SampleJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("created", "2024-01-02T03:04:05Z");
        json.WriteString("architecture", architecture);
        json.WriteString("os", "linux");
        json.WriteStartObject("config");
        SampleJson.Strings(json, "Env", ["PATH=/usr/bin:/bin"]);
        SampleJson.Strings(json, "Cmd", ["/app/main"]);
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        SampleJson.Strings(json, "diff_ids", diffIds);
        json.WriteEndObject();
        History(json, diffIds.Count());
        json.WriteEndObject();
    });

    /// <summary>The image in one of its shapes.</summary>
    public PackedImage Pack(LayerPacking packing)
    {
        var plain = Layers.Select(layer => new SampleBlob(packing.LayerType(LayerPacking.None), layer)).ToArray();
        var configuration = new SampleBlob(
            packing.ConfigType, Configuration(Architecture, plain.Select(layer => layer.Digest)));
        var layers = Layers.Select(packing.Pack).ToImmutableArray();
        return new PackedImage(Name, Architecture, packing.Manifest(configuration, layers), configuration, layers,
            [.. plain.Select(layer => layer.Digest)]);
    }

    private static void History(Utf8JsonWriter json, int layers)
    {
        json.WriteStartArray("history");
        for (var i = 0; i < layers; i++)
        {
            json.WriteStartObject();
            json.WriteString("created", "2024-01-02T03:04:05Z");
            json.WriteString("created_by", $"COPY layer-{i} /");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>An image as blobs, ready for any container of blobs.</summary>
internal sealed record PackedImage(
    string Name, string Architecture, SampleBlob Manifest, SampleBlob Configuration, ImmutableArray<SampleBlob> Layers,
    ImmutableArray<string> DiffIds)
{
    /// <summary>Configuration and distinct layers, and the manifest.</summary>
    public IEnumerable<SampleBlob> Blobs =>
        Layers.Prepend(Configuration).Append(Manifest).DistinctBy(blob => blob.Digest);
}
