using System.Text;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>A small artifact that refers to a manifest, written by hand (OCI image spec 1.1, manifest.md).</summary>
internal static class SampleReferrer
{
    /// <summary>The empty configuration's bytes, which the image spec gives with its digest.</summary>
    public static byte[] Empty { get; } = "{}"u8.ToArray();

    /// <summary>The configuration of an artifact that has none.</summary>
    public static Descriptor EmptyConfig { get; } = new("application/vnd.oci.empty.v1+json",
        Digest.Parse("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"), 2);

    /// <summary>Makes one.</summary>
    /// <param name="subject">What it refers to.</param>
    /// <param name="artifactType">What it is; null says it by its configuration alone.</param>
    /// <param name="note">An annotation, so that artifacts differ.</param>
    public static RawManifest Of(RawManifest subject, string? artifactType, string note = "one")
    {
        var type = artifactType is null ? "" : $"""
            "artifactType":"{artifactType}",
            """;
        return new RawManifest(Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",{{type}}
            "config":{"mediaType":"{{EmptyConfig.MediaType}}","digest":"{{EmptyConfig.Digest}}","size":2},
            "layers":[{"mediaType":"{{EmptyConfig.MediaType}}","digest":"{{EmptyConfig.Digest}}","size":2}],
            "subject":{"mediaType":"{{subject.MediaType}}","digest":"{{subject.Digest}}","size":{{subject.Bytes.Length}}
            },
            "annotations":{"note":"{{note}}"}
            }
            """), MediaTypes.OciManifest);
    }

    /// <summary>Puts one into a repository.</summary>
    public static async Task PutAsync(this RegistryBench bench, string reference, RawManifest referrer)
    {
        await using var destination = await bench.CreateAsync(reference);
        using var content = new MemoryStream(Empty);
        await destination.PutBlobAsync(EmptyConfig, content, default);
        await ((Engine.Images.IReferrerDestination)destination).PutReferrerAsync(referrer, default);
    }
}
