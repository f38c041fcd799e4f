using System.Collections.Immutable;
using Diffah.Engine.Images.Packages.Formats;

namespace Diffah.Engine.Images.Packages;

/// <summary>What one file says of packages: as far as it can be read.</summary>
internal sealed class FilePackages
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bounds">What is read at most.</param>
    public FilePackages(PackageFile file, PackageBounds bounds)
    {
        var found = ImmutableArray.CreateBuilder<Package>();
        try
        {
            foreach (var entry in PackageFormat.All.First(f => f.Knows(file.Path)).Read(file).Take(bounds.Packages + 1))
            {
                if (IsFit(entry, bounds.Text))
                    found.Add(new Package(entry.Type, entry.Name, entry.Version)
                    {
                        Architecture = entry.Architecture is { Length: > 0 } architecture ? architecture : null,
                        Path = file.Path,
                    });
                else
                    Fault = "a name or a version in it is empty, or too long";
            }
        }
        catch (InvalidDataException e)
        {
            Fault = e.Message;
        }
        Packages = found.ToImmutable();
    }

    /// <summary>The packages.</summary>
    public ImmutableArray<Package> Packages { get; }

    /// <summary>Why not all of it was read; null where it was.</summary>
    public string? Fault { get; }

    private static bool IsFit(PackageEntry entry, int maximum) =>
        entry.Name.Length > 0 && entry.Name.Length <= maximum
        && entry.Version.Length > 0 && entry.Version.Length <= maximum
        && (entry.Architecture?.Length ?? 0) <= maximum;
}
