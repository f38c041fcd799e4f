namespace Diffah.Engine.Content;

/// <summary>
/// Names of entries that show which kind of archive a file is, so that an error can name a wrong kind.
/// </summary>
internal static class ArchiveMarks
{
    /// <summary>The first entry of a delta archive.</summary>
    public const string DeltaSidecar = "diffah.json";

    /// <summary>The entry that lists the images of a tar as docker save writes it.</summary>
    public const string DockerManifest = "manifest.json";

    /// <summary>The entry that lists the images of an OCI image layout.</summary>
    public const string LayoutIndex = "index.json";
}
