using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffah.Samples;

/// <summary>The images of the pages for two platforms, made of those for one.</summary>
internal sealed class ReadmePlatforms
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly string _folder;
    private readonly JsonArray _entries = [];

    private ReadmePlatforms(string folder) => _folder = folder;

    /// <summary>
    /// Makes of a layout with images v1 and v2 one that has indexes of these names, each of an image for linux/amd64
    /// and one for linux/arm64, and an SBOM that refers to the index v2.
    /// </summary>
    /// <param name="folder">The layout; changed.</param>
    public static void Make(string folder)
    {
        var platforms = new ReadmePlatforms(folder);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        JsonObject? index = null;
        foreach (var entry in document.RootElement.GetProperty("manifests").EnumerateArray())
            index = platforms.AddIndex(
                entry.GetProperty("digest").GetString()!,
                entry.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString()!);
        platforms.AddSbom(index!);
        File.WriteAllText(Path.Combine(folder, "index.json"), new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = platforms._entries,
        }.ToJsonString());
    }

    private JsonObject AddIndex(string manifest, string name)
    {
        var index = Put(IndexType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray(Listed(manifest, "amd64"), Listed(ForArm(manifest), "arm64")),
        });
        var entry = index.DeepClone().AsObject();
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        _entries.Add((JsonNode)entry);
        return index;
    }

    private string ForArm(string digest)
    {
        var manifest = Read(digest);
        var config = Read(manifest["config"]!["digest"]!.GetValue<string>());
        config["architecture"] = "arm64";
        manifest["config"] = Put(manifest["config"]!["mediaType"]!.GetValue<string>(), config);
        return Put(ManifestType, manifest)["digest"]!.GetValue<string>();
    }

    private JsonObject Listed(string digest, string architecture) => new()
    {
        ["mediaType"] = ManifestType,
        ["digest"] = digest,
        ["size"] = new FileInfo(PathOf(digest)).Length,
        ["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" },
    };

    private void AddSbom(JsonObject subject)
    {
        const string type = "application/spdx+json";
        var entry = Put(ManifestType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["artifactType"] = type,
            ["config"] = Put("application/vnd.oci.empty.v1+json", []),
            ["layers"] = new JsonArray(Put(type, new JsonObject { ["spdxVersion"] = "SPDX-2.3" })),
            ["subject"] = subject.DeepClone(),
        });
        entry["artifactType"] = type;
        _entries.Add((JsonNode)entry);
    }

    /// <summary>Writes a document under its digest; gives its descriptor.</summary>
    private JsonObject Put(string type, JsonObject document)
    {
        var bytes = Encoding.UTF8.GetBytes(document.ToJsonString());
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        File.WriteAllBytes(PathOf(digest), bytes);
        return new JsonObject { ["mediaType"] = type, ["digest"] = digest, ["size"] = bytes.Length };
    }

    private JsonObject Read(string digest) => JsonNode.Parse(File.ReadAllBytes(PathOf(digest)))!.AsObject();

    private string PathOf(string digest) => Path.Combine(_folder, "blobs", "sha256", digest.Split(':')[1]);
}
