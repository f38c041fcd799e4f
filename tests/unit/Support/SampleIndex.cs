using System.Collections.Immutable;
using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Tests.Support;

/// <summary>An index as builders make them: two platforms, their attestations, and one more index below it.</summary>
internal sealed class SampleIndex
{
    private SampleIndex(RawManifest root, ImmutableArray<RawManifest> children, ImmutableArray<SampleImage> images) =>
        (Root, Children, Images) = (root, children, images);

    public RawManifest Root { get; }

    /// <summary>Every manifest below the root, none before what it lists.</summary>
    public ImmutableArray<RawManifest> Children { get; }

    public ImmutableArray<SampleImage> Images { get; }

    /// <summary>Every configuration and layer, by digest.</summary>
    public ImmutableDictionary<Digest, byte[]> Blobs =>
        Images.SelectMany(i => i.Blobs).DistinctBy(b => b.Key).ToImmutableDictionary();

    /// <summary>Bytes of the root and of every manifest below it.</summary>
    public long ManifestBytes => Children.Append(Root).Sum(m => (long)m.Bytes.Length);

    /// <summary>Any index.</summary>
    public static SampleIndex Of(
        RawManifest root, ImmutableArray<RawManifest> children, ImmutableArray<SampleImage> images) =>
        new(root, children, images);

    /// <summary>Of OCI manifests; the two platforms share a layer, and one image is listed twice.</summary>
    public static SampleIndex Oci(int seed)
    {
        var shared = SampleImage.Layer(seed, 9, 50_000);
        var (amd, arm, v7) = (Image(seed, "amd64", shared), Image(seed + 1, "arm64", shared),
            Image(seed + 2, "arm", shared));
        var attestation = SampleImage.Make(seed, "unknown",
            [Encoding.UTF8.GetBytes($$"""{"_type":"statement","n":{{seed}}}""")], MediaTypes.OciManifest,
            MediaTypes.OciConfig, "application/vnd.in-toto+json", l => l);
        var nested = Index(MediaTypes.OciIndex, (v7.Manifest, "linux/arm/v7"));
        var root = Index(MediaTypes.OciIndex, (amd.Manifest, "linux/amd64"), (arm.Manifest, "linux/arm64"),
            (attestation.Manifest, "unknown/unknown"), (nested, null), (amd.Manifest, "linux/amd64/v2"));
        return new SampleIndex(
            root, [amd.Manifest, arm.Manifest, attestation.Manifest, v7.Manifest, nested], [amd, arm, attestation, v7]);
    }

    /// <summary>Of OCI manifests, with nothing nested.</summary>
    public static SampleIndex Flat(int seed)
    {
        var (full, attestation) = (Oci(seed), 2);
        var root = Index(MediaTypes.OciIndex, (full.Images[0].Manifest, "linux/amd64"),
            (full.Images[1].Manifest, "linux/arm64"), (full.Images[attestation].Manifest, "unknown/unknown"));
        return new SampleIndex(root, [.. full.Children.Take(3)], [.. full.Images.Take(3)]);
    }

    /// <summary>A Docker manifest list.</summary>
    public static SampleIndex Docker(int seed)
    {
        var image = SampleImage.DockerGzip(seed);
        return new SampleIndex(
            Index(MediaTypes.DockerManifestList, (image.Manifest, "linux/amd64")), [image.Manifest], [image]);
    }

    /// <summary>An index of manifests with their platforms.</summary>
    public static RawManifest Index(string mediaType, params (RawManifest Manifest, string? Platform)[] entries)
    {
        var listed =
            entries.Select(
                e =>
                    $$"""{"mediaType":"{{e.Manifest.MediaType}}","digest":"{{e.Manifest.Digest}}","size":{{e.Manifest.Bytes.Length}}{{PlatformJson(e.Platform)}}}""");
        return new RawManifest(
            Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","manifests":[{{string.Join(',', listed)}}]}"""),
            mediaType);
    }

    /// <summary>A transport of its own with the index at a path.</summary>
    public InMemoryTransport In(string path, string transport = TransportNames.Directory)
    {
        var memory = new InMemoryTransport(transport);
        memory.Add(path, Root, Children, Blobs);
        return memory;
    }

    private static SampleImage Image(int seed, string architecture, byte[] shared) =>
        SampleImage.Make(seed, architecture, [shared, SampleImage.Layer(seed, 1, 3000)], MediaTypes.OciManifest,
            MediaTypes.OciConfig, MediaTypes.OciLayerGzip, SampleImage.Gzip);

    private static string PlatformJson(string? platform) => platform?.Split('/') switch
    {
        null => "",
        [var os, var architecture, var variant] =>
            $$""","platform":{"os":"{{os}}","architecture":"{{architecture}}","variant":"{{variant}}"}""",
        var parts => $$""","platform":{"os":"{{parts[0]}}","architecture":"{{parts[1]}}"}""",
    };
}
