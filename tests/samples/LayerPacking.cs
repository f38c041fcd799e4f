using System.Collections.Immutable;
using System.IO.Compression;
using Diffah.Engine.Compression;

namespace Diffah.Samples;

/// <summary>
/// Docker or OCI, and how layers are compressed. The words are written out here: this is a second opinion on the
/// engine's.
/// </summary>
internal sealed record LayerPacking(bool Docker, string Compression)
{
    public const string None = "";
    private const string Gzip = "+gzip";
    private const string Zstd = "+zstd";

    public static LayerPacking DockerPlain { get; } = new(true, None);

    public static LayerPacking OciPlain { get; } = new(false, None);

    public static LayerPacking OciGzip { get; } = new(false, Gzip);

    public static LayerPacking OciZstd { get; } = new(false, Zstd);

    public string ConfigType =>
        Docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json";

    private string ManifestType =>
        Docker ? "application/vnd.docker.distribution.manifest.v2+json" : "application/vnd.oci.image.manifest.v1+json";

    /// <summary>
    /// Docker has one media type for layers, and skopeo gives it to plain tars in a docker archive too.
    /// </summary>
    public string LayerType(string compression) =>
        Docker
            ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
            : "application/vnd.oci.image.layer.v1.tar" + compression;

    public SampleBlob Pack(byte[] layer) => new(LayerType(Compression), Compression switch
    {
        Gzip => Compress(layer, output => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true), _ => { }),
        Zstd =>
            Compress(layer, output => new ZstdCompressionStream(output, new ZstdSettings(3, ContentSize: layer.Length)),
                zstd => zstd.Finish()),
        _ => layer,
    });

    public SampleBlob Manifest(SampleBlob configuration, ImmutableArray<SampleBlob> layers) =>
        new(ManifestType, SampleJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", ManifestType);
            json.WriteStartObject("config");
            SampleJson.Descriptor(json, configuration);
            json.WriteEndObject();
            json.WriteStartArray("layers");
            foreach (var layer in layers)
            {
                json.WriteStartObject();
                SampleJson.Descriptor(json, layer);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }));

    private static byte[] Compress<T>(byte[] layer, Func<Stream, T> open, Action<T> finish)
        where T : Stream
    {
        using var bytes = new MemoryStream();
        using (var compressor = open(bytes))
        {
            compressor.Write(layer);
            finish(compressor);
        }
        return bytes.ToArray();
    }
}
