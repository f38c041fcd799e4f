using System.Collections.Immutable;

namespace Diffah.Samples;

/// <summary>The shapes that a pair of images comes in.</summary>
public enum SampleFormat
{
    /// <summary>docker-archive, plain layers.</summary>
    DockerArchive,

    /// <summary>oci-archive, gzip layers.</summary>
    OciGzip,

    /// <summary>oci-archive, zstd layers.</summary>
    OciZstd,

    /// <summary>oci-archive, plain layers.</summary>
    OciPlain,

    /// <summary>docker-archive as Docker 25 and later save it: OCI-shaped, plain layers.</summary>
    DockerSave,

    /// <summary>The same with gzip layers, as Docker saves from containerd's store.</summary>
    DockerSaveGzip,

    /// <summary>oci: folder, gzip layers; both images in one layout, under the names v1 and v2.</summary>
    OciLayout,

    /// <summary>
    /// oci: folder with an index a name, each with linux/amd64 and linux/arm64; digests are those of linux/amd64.
    /// </summary>
    OciMultiPlatform,

    /// <summary>dir: folder, gzip layers.</summary>
    Directory,
}

/// <summary>One image on disk.</summary>
/// <param name="Path">Absolute path of the archive or folder.</param>
/// <param name="Reference">What skopeo and Diffah call it.</param>
/// <param name="ManifestDigest">Digest of its manifest; for a docker archive, of the one that is synthesised.</param>
/// <param name="ConfigDigest">Digest of its configuration.</param>
/// <param name="LayerDigests">Digests of its layers as its manifest lists them.</param>
/// <param name="DiffIds">Digests of its layers uncompressed.</param>
public sealed record SampleFile(
    string Path, string Reference, string ManifestDigest, string ConfigDigest, ImmutableArray<string> LayerDigests,
    ImmutableArray<string> DiffIds);

/// <summary>An image and its next version, in one shape.</summary>
/// <param name="Format">The shape.</param>
/// <param name="V1">The older.</param>
/// <param name="V2">The newer.</param>
public sealed record SamplePair(SampleFormat Format, SampleFile V1, SampleFile V2);

/// <summary>Everything that was written.</summary>
/// <param name="Folder">Absolute path of the folder.</param>
/// <param name="Pairs">A pair a shape.</param>
/// <param name="BothPath">Absolute path of a docker archive with both images, example.com/app:v1 and
/// example.com/app:v2.</param>
public sealed record SampleSet(string Folder, ImmutableArray<SamplePair> Pairs, string BothPath)
{
    /// <summary>The pair in a shape.</summary>
    /// <param name="format">The shape.</param>
    public SamplePair this[SampleFormat format] => Pairs.Single(pair => pair.Format == format);
}
