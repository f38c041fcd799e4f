using System.Text;

namespace Diffah.Samples;

/// <summary>
/// Files that together are one or more images, in the order they are written: into a tar, or into a folder.
/// </summary>
internal sealed class ImageFiles
{
    private readonly List<KeyValuePair<string, byte[]>> _files = [];

    /// <summary>Names and contents, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> All => _files;

    /// <summary>
    /// What <c>skopeo copy … docker-archive:</c> writes: configurations, plain layers, manifest.json.
    /// </summary>
    public static ImageFiles DockerArchive(params PackedImage[] images)
    {
        var files = new ImageFiles();
        foreach (var blob in images.SelectMany(image => image.Layers))
            files.Add(blob.Hex + ".tar", blob.Content);
        foreach (var image in images)
            files.Add(image.Configuration.Hex + ".json", image.Configuration.Content);
        files.Add("manifest.json", DockerIndex(images, blob => blob.Hex + ".tar", config => config.Hex + ".json"));
        return files;
    }

    /// <summary>An OCI layout (image-layout.md), each image under its name.</summary>
    public static ImageFiles OciLayout(params PackedImage[] images)
    {
        var files = new ImageFiles();
        files.AddLayout(
            images.SelectMany(image => image.Blobs), [.. images.Select(image => (image.Name, image.Manifest))]);
        return files;
    }

    /// <summary>An OCI layout whose names lead to an index, and the index to an image a platform.</summary>
    public static ImageFiles OciMultiPlatform(params PackedImage[][] sets)
    {
        var indexes = sets.Select(images => (images[0].Name, PlatformIndex(images))).ToArray();
        var files = new ImageFiles();
        files.AddLayout(
            sets.SelectMany(images => images).SelectMany(image => image.Blobs)
                .Concat(indexes.Select(index => index.Item2)), indexes);
        return files;
    }

    /// <summary>
    /// What <c>docker save</c> writes since Docker 25: an OCI layout with a manifest.json that points into it.
    /// </summary>
    public static ImageFiles DockerSave(PackedImage image)
    {
        var files = OciLayout(image);
        files.Add("manifest.json",
            DockerIndex([image], layer => "blobs/sha256/" + layer.Hex, config => "blobs/sha256/" + config.Hex));
        return files;
    }

    /// <summary>What <c>skopeo copy … dir:</c> writes.</summary>
    public static ImageFiles Directory(PackedImage image)
    {
        var files = new ImageFiles();
        files.Add("version", "Directory Transport Version: 1.1\n"u8.ToArray());
        foreach (var blob in image.Layers.Prepend(image.Configuration))
            files.Add(blob.Hex, blob.Content);
        files.Add("manifest.json", image.Manifest.Content);
        return files;
    }

    public void WriteTar(string path)
    {
        using var output = File.Create(path);
        var tar = new TarFile(output) { Modified = 0 };
        foreach (var (name, content) in _files)
            tar.File(name, content);
        tar.Finish();
    }

    public void WriteFolder(string folder)
    {
        foreach (var (name, content) in _files)
        {
            var path = Path.Combine(folder, name);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private static byte[] DockerIndex(
        PackedImage[] images, Func<SampleBlob, string> layerPath, Func<SampleBlob, string> configPath) =>
        SampleJson.Write(json =>
    {
        json.WriteStartArray();
        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteString("Config", configPath(image.Configuration));
            SampleJson.Strings(json, "RepoTags", [$"example.com/app:{image.Name}"]);
            SampleJson.Strings(json, "Layers", image.Layers.Select(layerPath));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static SampleBlob PlatformIndex(PackedImage[] images) => new(IndexType, SampleJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", IndexType);
        json.WriteStartArray("manifests");
        foreach (var image in images)
        {
            json.WriteStartObject();
            SampleJson.Descriptor(json, image.Manifest);
            json.WriteStartObject("platform");
            json.WriteString("architecture", image.Architecture);
            json.WriteString("os", "linux");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    private void AddLayout(IEnumerable<SampleBlob> blobs, (string Name, SampleBlob Manifest)[] roots)
    {
        Add("oci-layout", Encoding.UTF8.GetBytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
        foreach (var blob in blobs)
            Add("blobs/sha256/" + blob.Hex, blob.Content);
        Add("index.json", SampleJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteStartArray("manifests");
            foreach (var (name, manifest) in roots)
                Root(json, name, manifest);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static void Root(System.Text.Json.Utf8JsonWriter json, string name, SampleBlob manifest)
    {
        json.WriteStartObject();
        SampleJson.Descriptor(json, manifest);
        json.WriteStartObject("annotations");
        json.WriteString("org.opencontainers.image.ref.name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A blob that two images share is there once.</summary>
    private void Add(string name, byte[] content)
    {
        if (!_files.Exists(file => file.Key == name))
            _files.Add(new(name, content));
    }
}
