using System.Collections.Immutable;

namespace Diffah.Engine.Images;

/// <summary>The transports' names, as skopeo writes them (containers-transports(5)).</summary>
public static class TransportNames
{
    /// <summary>A tar as <c>docker save</c> writes it.</summary>
    public const string DockerArchive = "docker-archive";

    /// <summary>An OCI image layout in a tar.</summary>
    public const string OciArchive = "oci-archive";

    /// <summary>An OCI image layout in a folder.</summary>
    public const string OciLayout = "oci";

    /// <summary>A folder with manifest and blobs side by side.</summary>
    public const string Directory = "dir";

    /// <summary>A registry.</summary>
    public const string Registry = "docker";

    /// <summary>Transports whose location begins with a path.</summary>
    public static ImmutableArray<string> Files { get; } = [DockerArchive, OciArchive, OciLayout, Directory];

    /// <summary>Transports that parse and are not implemented.</summary>
    public static ImmutableArray<string> Reserved { get; } = ["docker-daemon", "containers-storage", "ostree", "sif", "tarball"];

    /// <summary>Transports that are implemented.</summary>
    public static ImmutableArray<string> All { get; } = [.. Files, Registry];
}
