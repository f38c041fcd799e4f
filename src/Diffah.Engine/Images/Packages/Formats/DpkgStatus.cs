namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>The packages that dpkg has installed, and those of images that were put together without dpkg.</summary>
internal sealed class DpkgStatus : PackageFormat
{
    /// <summary>The most bytes of a status file; one of a full desktop has some megabytes.</summary>
    public const int MaximumSize = 64 * 1024 * 1024;

    private const string StatusFile = "var/lib/dpkg/status";
    private const string Folder = "var/lib/dpkg/status.d/";
    private static readonly string[] Fields = ["Package", "Status", "Version", "Architecture"];

    /// <inheritdoc/>
    public override bool Knows(string path) => path == StatusFile
        || (path.StartsWith(Folder, StringComparison.Ordinal)
            && !path.EndsWith(".md5sums", StringComparison.Ordinal)
            && path.IndexOf('/', Folder.Length) < 0);

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file) =>
        from record in FieldText.Read(file.ReadAll(MaximumSize), Fields)
        where HasFiles(record.GetValueOrDefault("Status"))
        let name = record.GetValueOrDefault("Package")
        let version = record.GetValueOrDefault("Version")
        where name is not null && version is not null
        select new PackageEntry("deb", name, version) { Architecture = record.GetValueOrDefault("Architecture") };

    // The third word of the status; a package that was put there without dpkg has none.
    private static bool HasFiles(string? status) => status is null
        || status.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, "installed" or "triggers-awaited"
            or "triggers-pending" or "half-configured" or "unpacked"];
}
