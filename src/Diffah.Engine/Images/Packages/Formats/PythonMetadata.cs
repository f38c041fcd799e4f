using System.Text.RegularExpressions;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>Installed Python packages: the metadata of wheels, and what setuptools and distutils write.</summary>
internal sealed partial class PythonMetadata : PackageFormat
{
    /// <summary>How much is read: name and version stand at the beginning, and a long text follows.</summary>
    public const int MaximumStart = 64 * 1024;

    private static readonly string[] Fields = ["Name", "Version"];

    /// <inheritdoc/>
    public override bool Knows(string path) =>
        path.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)
        || path.EndsWith(".egg-info/PKG-INFO", StringComparison.Ordinal)
        || path.EndsWith(".egg-info", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file)
    {
        var record = FieldText.Read(file.ReadStart(MaximumStart), Fields).FirstOrDefault();
        if (record?.GetValueOrDefault("Name") is not { } name || record.GetValueOrDefault("Version") is not { } version)
            throw new InvalidDataException("it has no name or no version");
        yield return new PackageEntry("pypi", Normalize(name), version);
    }

    // PEP 503.
    private static string Normalize(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("[-_.]+")]
    private static partial Regex Separators();
}
