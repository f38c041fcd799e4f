namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>The packages that Alpine's apk has installed (apk-v2(5)).</summary>
internal sealed class ApkInstalled : PackageFormat
{
    /// <summary>The most bytes of the file, which lists all files of all packages.</summary>
    public const int MaximumSize = 256 * 1024 * 1024;

    private static readonly string[] Fields = ["P", "V", "A"];

    /// <inheritdoc/>
    public override bool Knows(string path) => path is "lib/apk/db/installed" or "usr/lib/apk/db/installed";

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file) =>
        from record in FieldText.Read(file.ReadAll(MaximumSize), Fields, ignoreCase: false)
        let name = record.GetValueOrDefault("P")
        let version = record.GetValueOrDefault("V")
        where name is not null && version is not null
        select new PackageEntry("apk", name, version) { Architecture = record.GetValueOrDefault("A") };
}
