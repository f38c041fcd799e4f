namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>Installed npm packages: <c>node_modules/[@scope/]name/package.json</c>, on any level.</summary>
internal sealed class NpmManifest : PackageFormat
{
    /// <summary>The most bytes of a manifest.</summary>
    public const int MaximumSize = 1024 * 1024;

    /// <inheritdoc/>
    public override bool Knows(string path) => path.EndsWith("/package.json", StringComparison.Ordinal)
        && path.Split('/') switch
        {
            [.., "node_modules", var name, _] => !name.StartsWith('@'),
            [.., "node_modules", var scope, _, _] => scope.StartsWith('@'),
            _ => false,
        };

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file)
    {
        using var document = JsonFiles.Parse(file, MaximumSize);
        // Packages bring manifests of parts of them, which have no version.
        if (JsonFiles.Text(document.RootElement, "name") is { Length: > 0 } name
            && JsonFiles.Text(document.RootElement, "version") is { Length: > 0 } version)
            yield return new PackageEntry("npm", name, version);
    }
}
