namespace Diffah.Engine.Images.Packages;

/// <summary>What became of a package. Words, so that they are words wherever a change goes.</summary>
public static class PackageChangeKind
{
    /// <summary>It is new.</summary>
    public const string Added = nameof(Added);

    /// <summary>It is gone.</summary>
    public const string Removed = nameof(Removed);

    /// <summary>It has a later version.</summary>
    public const string Upgraded = nameof(Upgraded);

    /// <summary>It has an earlier version.</summary>
    public const string Downgraded = nameof(Downgraded);

    /// <summary>It has another version, of which nobody can say whether it is later.</summary>
    public const string Changed = nameof(Changed);
}

/// <summary>A package of an image.</summary>
/// <param name="Type">
/// Its kind, as package URLs (purl) name them: <c>deb</c>, <c>apk</c>, <c>rpm</c>, <c>pypi</c>, <c>npm</c>,
/// <c>maven</c>, <c>nuget</c>.
/// </param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, as it is written there.</param>
public sealed record Package(string Type, string Name, string Version)
{
    /// <summary>The architecture that it is for; null where its kind has none.</summary>
    public string? Architecture { get; init; }

    /// <summary>Path of the file that tells of it, without a slash before it.</summary>
    public required string Path { get; init; }

    /// <summary>Its name and its version.</summary>
    public override string ToString() => $"{Name} {Version}";
}

/// <summary>A package that is not the same in two images.</summary>
/// <param name="Kind">What became of it: a word of <see cref="PackageChangeKind"/>.</param>
/// <param name="Type">Its kind, as <see cref="Package.Type"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="ReferenceVersion">Its version in the reference image; null where that has none.</param>
/// <param name="DifferenceVersion">Its version in the other image; null where that has none.</param>
public sealed record PackageChange(
    string Kind, string Type, string Name, string? ReferenceVersion, string? DifferenceVersion)
{
    /// <summary>The architecture that it is for; null where its kind has none.</summary>
    public string? Architecture { get; init; }

    /// <summary>Path of the file that tells of it, in the image that has it last.</summary>
    public required string Path { get; init; }

    /// <summary>Name and versions.</summary>
    public override string ToString() => $"{Kind} {Name} {ReferenceVersion} {DifferenceVersion}".Replace("  ", " ");
}
