using System.Text.Json;

namespace Diffah.Fuzz.Laws;

/// <summary>
/// Walks an image at a destination from its root to its layers, and compares every size and digest. It shares no code
/// with the engine.
/// </summary>
internal sealed class ImageWalk
{
    private readonly string _operation;
    private readonly Dictionary<string, byte[]> _blobs;

    private ImageWalk(string operation, IEnumerable<byte[]> blobs) =>
        (_operation, _blobs) = (operation, blobs.DistinctBy(Unpacking.Digest).ToDictionary(Unpacking.Digest));

    /// <summary>Fails unless a manifest with a digest is at a destination, with everything below it.</summary>
    /// <param name="operation">The operation that wrote it.</param>
    /// <param name="transport">The destination's transport.</param>
    /// <param name="path">Absolute path of the file or folder.</param>
    /// <param name="digest">Digest of the manifest or index that the operation says it wrote.</param>
    public static void Require(string operation, string transport, string path, string digest)
    {
        if (!Path.Exists(path))
            throw new LawBrokenException(Law.Exact, operation, "it succeeded, and nothing is there");
        var files = Unpacking.Files(path)
            ?? throw new LawBrokenException(Law.Exact, operation, "what it wrote can't be read by the base library");
        if (transport == "docker-archive")
            RequireDocker(operation, files);
        else
            new ImageWalk(operation, files.Values).Node(digest, null);
    }

    /// <summary>The same, of blobs that a registry holds.</summary>
    public static void RequireBlobs(string operation, IEnumerable<byte[]> blobs, string digest) =>
        new ImageWalk(operation, blobs).Node(digest, null);

    /// <summary>Of a Docker archive: each layer is the plain tar that the configuration names.</summary>
    private static void RequireDocker(string operation, Dictionary<string, byte[]> files)
    {
        using var index = JsonDocument.Parse(files["manifest.json"]);
        foreach (var image in index.RootElement.EnumerateArray())
        {
            var configName = image.GetProperty("Config").GetString()!;
            var config = files[configName];
            if (!configName.Contains(Unpacking.Digest(config)[7..], StringComparison.Ordinal))
                throw new LawBrokenException(Law.Exact, operation, "a configuration has another digest than its name");
            var layers = image.GetProperty("Layers").EnumerateArray()
                .Select(layer => Unpacking.Digest(files[layer.GetString()!]));
            if (!DiffIds(config).SequenceEqual(layers))
                throw new LawBrokenException(Law.Exact, operation, "layers differ from the configuration's diff ids");
        }
    }

    /// <summary>None, for an image without layers whose configuration leaves them out.</summary>
    private static IEnumerable<string?> DiffIds(byte[] config)
    {
        using var document = JsonDocument.Parse(config);
        return document.RootElement.TryGetProperty("rootfs", out var files)
            && files.ValueKind == JsonValueKind.Object && files.TryGetProperty("diff_ids", out var ids)
            && ids.ValueKind == JsonValueKind.Array
                ? [.. ids.EnumerateArray().Select(id => id.GetString())]
                : [];
    }

    /// <summary>A manifest or an index, and all below it.</summary>
    private void Node(string digest, long? size)
    {
        if (Blob(digest, size) is not { } bytes)
            return;
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        foreach (var child in Children(root, "manifests"))
            Node(Digest(child), Size(child));
        foreach (var layer in Children(root, "layers").Where(IsFetched))
            Blob(Digest(layer), Size(layer));
        if (root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object)
            Blob(Digest(config), Size(config));
    }

    /// <summary>The bytes; null for a digest that this walk does not compute.</summary>
    private byte[]? Blob(string digest, long? size)
    {
        if (!digest.StartsWith("sha256:", StringComparison.Ordinal))
            return null;
        if (!_blobs.TryGetValue(digest, out var bytes))
            throw new LawBrokenException(Law.Exact, _operation, $"{digest} is not there", "a blob is not there");
        return size is null || size == bytes.Length ? bytes : throw new LawBrokenException(
            Law.Exact, _operation, "a blob has another size than its descriptor says");
    }

    private static string Digest(JsonElement descriptor) => descriptor.GetProperty("digest").GetString()!;

    private static JsonElement.ArrayEnumerator Children(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : default;

    /// <summary>Layers that may not be passed on stay where they are.</summary>
    private static bool IsFetched(JsonElement descriptor) =>
        !(descriptor.TryGetProperty("mediaType", out var type) && type.GetString() is { } text
            && (text.Contains("nondistributable", StringComparison.Ordinal)
                || text.Contains("foreign", StringComparison.Ordinal)));

    private static long? Size(JsonElement descriptor) =>
        descriptor.TryGetProperty("size", out var size) && size.TryGetInt64(out var value) ? value : null;
}
