using Diffah.Engine.Deltas.Archive.V1;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>The names that a delta archive has in a registry (docs/format.md, Published archives).</summary>
internal static class DeltaArtifactTypes
{
    /// <summary>The artifact type of an archive of version 1.</summary>
    public const string V1 = "application/vnd.diffah.delta.v1";

    /// <summary>The artifact type of an archive of version 2.</summary>
    public const string V2 = "application/vnd.diffah.delta.v2";

    /// <summary>Media type of the sidecar.</summary>
    public const string Sidecar = "application/vnd.diffah.delta.sidecar.v1+json";

    /// <summary>Media type of the signature file.</summary>
    public const string Signature = "application/vnd.diffah.delta.signature.v1";

    /// <summary>Media type of a configuration that says nothing (OCI image spec, manifest.md).</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>When the archive was made.</summary>
    public const string CreatedAnnotation = "org.opencontainers.image.created";

    /// <summary>What a layer is called: the name of the archive's entry.</summary>
    public const string TitleAnnotation = "org.opencontainers.image.title";

    /// <summary>Digest of the manifest of the image that is made.</summary>
    public const string TargetAnnotation = "io.github.containers.delta.target";

    /// <summary>Digest of the manifest of the image that it is made from.</summary>
    public const string SourceAnnotation = "io.github.containers.delta.source";

    /// <summary>Digest of the configuration of the image that it is made from.</summary>
    public const string SourceConfigAnnotation = "io.github.containers.delta.source-config";

    /// <summary>The target's layers that do not travel: a JSON array of their digests.</summary>
    public const string ReusedAnnotation = "io.github.containers.delta.reused";

    /// <summary>The contents of these layers: a JSON array of diff ids, in the same order.</summary>
    public const string ReusedDiffIdAnnotation = "io.github.containers.delta.reused-diff-id";

    private const string PartPrefix = "application/vnd.diffah.delta.";

    /// <summary>All types of artifacts that are deltas of this tool's.</summary>
    public static bool IsDelta(string artifactType) => artifactType is V1 or V2;

    /// <summary>The artifact type of an archive of a version of the format.</summary>
    public static string Of(string version) => version == FormatVersion.V1 ? V1 : V2;

    /// <summary>The media type of an entry.</summary>
    public static string Of(ArchivePartKind kind) => kind switch
    {
        ArchivePartKind.Blob => PartPrefix + "blob.v1",
        ArchivePartKind.Content => PartPrefix + "content.v1",
        ArchivePartKind.Account => PartPrefix + "account.v1",
        _ => PartPrefix + "recipe.v1",
    };
}
