using System.Text;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>A manifest that refers to another, made by hand as the OCI image spec describes it.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Blob">Its one layer.</param>
internal sealed record HandMadeReferrer(RawManifest Manifest, byte[] Blob)
{
    /// <summary>The empty configuration of the spec.</summary>
    public static byte[] Empty { get; } = "{}"u8.ToArray();

    public Descriptor BlobDescriptor => new("application/json", Digest.Compute(Blob), Blob.Length);

    public static Descriptor EmptyDescriptor =>
        new("application/vnd.oci.empty.v1+json", Digest.Compute(Empty), Empty.Length);

    public static HandMadeReferrer Of(RawManifest subject, string type, string text, string annotations = "")
    {
        var blob = Encoding.UTF8.GetBytes(text);
        var layer = new Descriptor("application/json", Digest.Compute(blob), blob.Length);
        var json = $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"{{type}}","config":{{SampleImage.Json(EmptyDescriptor)}},"layers":[{{SampleImage.Json(layer)}}],"subject":{{SampleImage.Json(subject.Descriptor)}}{{(annotations.Length == 0 ? "" : $",\"annotations\":{annotations}")}}}
            """;
        return new HandMadeReferrer(new RawManifest(Encoding.UTF8.GetBytes(json), MediaTypes.OciManifest), blob);
    }

    /// <summary>Adds it to a layout, as oras lists such: without a name, and with a type.</summary>
    /// <param name="folder">The layout's folder.</param>
    public async Task AddToAsync(string folder)
    {
        await PutAsync(Manifest.Bytes.ToArray(), Manifest.Digest);
        await PutAsync(Blob, BlobDescriptor.Digest);
        await PutAsync(Empty, EmptyDescriptor.Digest);
        var index = Path.Combine(folder, "index.json");
        var text = await File.ReadAllTextAsync(index);
        var entry = SampleImage.Json(Manifest.Descriptor);
        text = $"{text[..text.LastIndexOf(']')]},{entry[..^1]},\"artifactType\":\"x/y\"}}]}}";
        await File.WriteAllTextAsync(index, text);

        Task PutAsync(byte[] bytes, Digest digest) =>
            File.WriteAllBytesAsync(Path.Combine(folder, "blobs", "sha256", digest.Hex), bytes);
    }
}
