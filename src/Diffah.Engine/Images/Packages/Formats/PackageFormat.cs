namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>What a file says of one package.</summary>
/// <param name="Type">Its kind, as package URLs name it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
internal sealed record PackageEntry(string Type, string Name, string Version)
{
    /// <summary>The architecture; null where its kind has none.</summary>
    public string? Architecture { get; init; }
}

/// <summary>A kind of file that tells of packages.</summary>
internal abstract class PackageFormat
{
    /// <summary>All of them. A file is read by the first that knows its path.</summary>
    public static IReadOnlyList<PackageFormat> All { get; } =
    [
        new DpkgStatus(), new ApkInstalled(), new RpmDatabase(), new PythonMetadata(), new NpmManifest(),
        new JavaArchive(), new DotnetDependencies(),
    ];

    /// <summary>Whether a file is one of these, by its path.</summary>
    /// <param name="path">A canonical path, without a slash before it.</param>
    public abstract bool Knows(string path);

    /// <summary>What a file says.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">It can't be read, or not to its end.</exception>
    public abstract IEnumerable<PackageEntry> Read(PackageFile file);
}
