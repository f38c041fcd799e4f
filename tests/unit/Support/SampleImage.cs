using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>A small image made in memory, the same for the same seed.</summary>
internal sealed class SampleImage
{
    private SampleImage(
        RawManifest manifest, Descriptor config, ImmutableArray<Descriptor> layers,
        ImmutableDictionary<Digest, byte[]> blobs) =>
        (Manifest, Config, Layers, Blobs) = (manifest, config, layers, blobs);

    public RawManifest Manifest { get; }

    public Descriptor Config { get; }

    public ImmutableArray<Descriptor> Layers { get; }

    /// <summary>Configuration and layers by digest.</summary>
    public ImmutableDictionary<Digest, byte[]> Blobs { get; }

    /// <summary>Configuration first, then the layers, each once.</summary>
    public IEnumerable<Descriptor> BlobDescriptors => Layers.Prepend(Config).DistinctBy(b => b.Digest);

    /// <summary>An OCI image with gzip layers.</summary>
    public static SampleImage Oci(int seed, string architecture = "amd64") =>
        Make(seed, architecture, [Layer(seed, 1, 3000), Layer(seed, 2, 200_000)], MediaTypes.OciManifest,
            MediaTypes.OciConfig, MediaTypes.OciLayerGzip, Gzip);

    /// <summary>A Docker image as a registry has it, with gzip layers.</summary>
    public static SampleImage DockerGzip(int seed) =>
        Make(seed, "amd64", [Layer(seed, 1, 3000), Layer(seed, 2, 200_000)], MediaTypes.DockerManifest,
            MediaTypes.DockerConfig, MediaTypes.DockerLayerGzip, Gzip);

    /// <summary>A Docker image with plain layers, as a Docker archive has it; one layer is there twice.</summary>
    public static SampleImage DockerPlain(int seed)
    {
        var shared = Layer(seed, 1, 3000);
        return Make(seed, "amd64", [shared, Layer(seed, 2, 200_000), shared], MediaTypes.DockerManifest,
            MediaTypes.DockerConfig, MediaTypes.DockerLayerGzip, l => l);
    }

    /// <summary>An image of given plain layers.</summary>
    public static SampleImage Make(
        int seed, string architecture, byte[][] plain, string manifestType, string configType, string layerType,
        Func<byte[], byte[]> compress)
    {
        var config =
            Encoding.UTF8.GetBytes(
                $$$"""{"created":"2024-01-01T00:00:0{{{seed % 10}}}Z","architecture":"{{{architecture}}}","os":"linux","rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', plain.Select(l => $"\"{Digest.Compute(l)}\""))}}}]}}""");
        var layers = plain.Select(compress).ToArray();
        var configDescriptor = new Descriptor(configType, Digest.Compute(config), config.Length);
        var layerDescriptors = layers.Select(l => new Descriptor(layerType, Digest.Compute(l), l.Length))
            .ToImmutableArray();
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{manifestType}}","config":{{Json(configDescriptor)}},"layers":[{{string.Join(',', layerDescriptors.Select(Json))}}]}""");
        var blobs = layers.Append(config).DistinctBy(b => Digest.Compute(b))
            .ToImmutableDictionary(b => Digest.Compute(b));
        return new SampleImage(new RawManifest(manifest, manifestType), configDescriptor, layerDescriptors, blobs);
    }

    /// <summary>The same image with another configuration.</summary>
    public SampleImage WithConfig(byte[] config)
    {
        var descriptor = Config with { Digest = Digest.Compute(config), Size = config.Length };
        var manifest = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Manifest.Bytes.Span)
            .Replace(Json(Config), Json(descriptor), StringComparison.Ordinal));
        return new SampleImage(new RawManifest(manifest, Manifest.MediaType), descriptor, Layers,
            Blobs.Remove(Config.Digest).Add(descriptor.Digest, config));
    }

    /// <summary>An index of images with their platforms.</summary>
    public static RawManifest Index(params (SampleImage Image, string? Architecture)[] images)
    {
        var entries = images.Select(i =>
        {
            var entry = JsonNode.Parse(Json(i.Image.Manifest.Descriptor))!.AsObject();
            if (i.Architecture is not null)
                entry["platform"] = new JsonObject { ["architecture"] = i.Architecture, ["os"] = "linux" };
            return (JsonNode)entry;
        });
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([.. entries])
        };
        return new RawManifest(Encoding.UTF8.GetBytes(index.ToJsonString()), MediaTypes.OciIndex);
    }

    /// <summary>A descriptor in the field order of Docker manifests.</summary>
    public static string Json(Descriptor d) =>
        $$"""{"mediaType":"{{d.MediaType}}","size":{{d.Size}},"digest":"{{d.Digest}}"}""";

    /// <summary>A tar with one file of bytes that do not compress.</summary>
    public static byte[] Layer(int seed, int number, int size)
    {
        var bytes = new byte[size];
        new Random(seed * 1000 + number).NextBytes(bytes);
        return Tar(($"data/{seed}-{number}.bin", bytes));
    }

    /// <summary>A tar of regular files.</summary>
    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile,
                    name)
                { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
        }
        return buffer.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(content);
        return buffer.ToArray();
    }

    /// <summary>Puts blobs and manifest into a destination, without staging.</summary>
    public async Task WriteAsync(IImageDestination destination)
    {
        foreach (var blob in BlobDescriptors)
        {
            using var content = new MemoryStream(Blobs[blob.Digest]);
            await destination.PutBlobAsync(blob, content, default);
        }
        await destination.PutManifestAsync(Manifest, default);
    }
}
