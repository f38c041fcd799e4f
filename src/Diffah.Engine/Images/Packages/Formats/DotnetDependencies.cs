using System.Text.Json;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>NuGet packages of a .NET application: the libraries of its <c>*.deps.json</c>.</summary>
internal sealed class DotnetDependencies : PackageFormat
{
    /// <summary>The most bytes of the file.</summary>
    public const int MaximumSize = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public override bool Knows(string path) => path.EndsWith(".deps.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file)
    {
        using var document = JsonFiles.Parse(file, MaximumSize);
        if (!document.RootElement.TryGetProperty("libraries", out var libraries)
            || libraries.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var library in libraries.EnumerateObject())
        {
            if (JsonFiles.Text(library.Value, "type") == "package"
                && library.Name.Split('/') is [var name, var version])
                yield return new PackageEntry("nuget", name, version);
        }
    }
}
