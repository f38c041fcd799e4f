namespace Diffah.Engine.Images.Packages;

/// <summary>What is read of packages at most; images have some thousands.</summary>
internal sealed record PackageBounds
{
    /// <summary>Files that tell of packages, links, and the folders they are in.</summary>
    public int Nodes { get; init; } = 500_000;

    /// <summary>Characters of their paths.</summary>
    public long PathCharacters { get; init; } = 32 * 1024 * 1024;

    /// <summary>Packages of an image.</summary>
    public int Packages { get; init; } = 500_000;

    /// <summary>Characters of their names, versions and architectures.</summary>
    public long PackageCharacters { get; init; } = 32 * 1024 * 1024;

    /// <summary>Characters of a name, of a version, or of an architecture.</summary>
    public int Text { get; init; } = 1024;

    /// <summary>Warnings of files that can't be read, for each image.</summary>
    public int Warnings { get; init; } = 20;
}
