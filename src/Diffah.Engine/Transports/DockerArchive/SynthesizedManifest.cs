using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>
/// The manifest of an image in a Docker archive, which holds none: byte for byte the one that containers/image makes up, so
/// that everybody gives the image the same digest.
/// </summary>
internal static class SynthesizedManifest
{
    /// <summary>Makes the manifest.</summary>
    /// <param name="config">The configuration's digest and size in bytes.</param>
    /// <param name="layers">The layers' digests (diff ids) and sizes in bytes, base first.</param>
    public static RawManifest Make((Digest Digest, long Size) config, IEnumerable<(Digest Digest, long Size)> layers)
    {
        using var buffer = new MemoryStream();
        // The default encoder writes the plus sign of the media type as an escape.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.DockerManifest);
            json.WritePropertyName("config");
            Write(json, MediaTypes.DockerConfig, config);
            json.WriteStartArray("layers");
            foreach (var layer in layers)
                Write(json, MediaTypes.DockerLayerGzip, layer);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return new RawManifest(buffer.ToArray(), MediaTypes.DockerManifest);
    }

    /// <summary>Why the manifest of an image would be another one once it is read back; null where it would be the same.</summary>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="diffIds">Digests of the plain layers; null where they are not known, and taken to be the layers' own.</param>
    public static string? WhyDifferent(ImageManifest manifest, IReadOnlyList<Digest>? diffIds)
    {
        if (manifest.MediaType != MediaTypes.DockerManifest)
            return "docker-archive: holds Docker manifests only, and this image has an OCI manifest, whose digest would change.";
        if (diffIds is not null && diffIds.Count != manifest.Layers.Length)
            return $"its configuration lists {diffIds.Count} layers and its manifest {manifest.Layers.Length}.";
        if (diffIds is not null && !manifest.Layers.Select(l => l.Digest).SequenceEqual(diffIds))
            return "docker-archive: keeps layers as plain tars, and this image has compressed ones, whose digests would change.";
        var made = Make((manifest.Config.Digest, manifest.Config.Size), manifest.Layers.Select(l => (l.Digest, l.Size)));
        return made.Bytes.Span.SequenceEqual(manifest.Raw.Bytes.Span)
            ? null
            : "docker-archive: keeps no manifest, and the one made up on reading would be written differently than this image's.";
    }

    private static void Write(Utf8JsonWriter json, string mediaType, (Digest Digest, long Size) blob)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", mediaType);
        json.WriteNumber("size", blob.Size);
        json.WriteString("digest", blob.Digest.ToString());
        json.WriteEndObject();
    }
}
