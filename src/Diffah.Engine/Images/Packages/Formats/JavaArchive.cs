using System.IO.Compression;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>
/// Java archives: what Maven wrote into them, else their manifest and their name. Of the archives that an application
/// brings inside its own, only the names are read.
/// </summary>
internal sealed class JavaArchive : PackageFormat
{
    /// <summary>The most bytes of the list of an archive's files.</summary>
    public const int MaximumDirectory = 32 * 1024 * 1024;

    /// <summary>
    /// The most files that Maven wrote into one archive: one for each package that was merged into it.
    /// </summary>
    public const int MaximumProperties = 4096;

    /// <summary>The most bytes of a file inside that is read.</summary>
    public const int MaximumText = 1024 * 1024;

    /// <summary>The most bytes of an archive that are read for the files inside.</summary>
    public const int MaximumContents = 64 * 1024 * 1024;

    private static readonly string[] Extensions = [".jar", ".war", ".ear"];
    private static readonly string[] ManifestFields =
        ["Bundle-SymbolicName", "Implementation-Version", "Bundle-Version"];

    /// <inheritdoc/>
    public override bool Knows(string path) => HasExtension(path);

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file)
    {
        using var content = new MeteredStream(file.Open(), MaximumDirectory);
        if (content.Length == 0)
            return [];
        try
        {
            using var zip = new ZipArchive(content, ZipArchiveMode.Read);
            var entries = zip.Entries;
            content.Allowance = MaximumContents;
            var brought = entries.Where(IsBrought).Select(e => Named(e.Name)).OfType<PackageEntry>();
            return [.. Own(file, entries), .. brought];
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or ArithmeticException
            or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidDataException($"it is no archive that can be read: {e.Message}", e);
        }
    }

    private static List<PackageEntry> Own(PackageFile file, IReadOnlyCollection<ZipArchiveEntry> entries)
    {
        var found = entries.Where(e => IsProperties(e.FullName)).Take(MaximumProperties).Select(OfProperties)
            .OfType<PackageEntry>().ToList();
        if (found.Count > 0)
            return found;
        var manifest = entries.FirstOrDefault(
            e => e.FullName.Equals("META-INF/MANIFEST.MF", StringComparison.OrdinalIgnoreCase));
        return (manifest is null ? Named(file.Name) : OfManifest(file, ReadText(manifest))) is { } one ? [one] : [];
    }

    private static PackageEntry? OfProperties(ZipArchiveEntry entry)
    {
        var values = JavaProperties.Read(ReadText(entry));
        return values.GetValueOrDefault("artifactId") is { } artifact
            && values.GetValueOrDefault("groupId") is { } group
            && values.GetValueOrDefault("version") is { } version
            ? new PackageEntry("maven", $"{group}:{artifact}", version)
            : null;
    }

    // The title of a manifest is often that of a whole family of archives, so that the name of the file says more.
    private static PackageEntry? OfManifest(PackageFile file, byte[] text)
    {
        var fields = FieldText.Read(text, ManifestFields).FirstOrDefault();
        var (name, version) = SplitName(file.Name);
        if (fields?.GetValueOrDefault("Bundle-SymbolicName") is { } bundle)
            name = bundle.Split(';')[0].Trim();
        version = fields?.GetValueOrDefault("Implementation-Version") ?? fields?.GetValueOrDefault("Bundle-Version")
            ?? version;
        return version is null ? null : new PackageEntry("maven", name, version);
    }

    private static PackageEntry? Named(string fileName) => SplitName(fileName) is (var name, { } version)
        ? new PackageEntry("maven", name, version)
        : null;

    // "name-1.2.jar": the version begins with the first number that follows a dash.
    private static (string Name, string? Version) SplitName(string fileName)
    {
        var stem = Path.GetFileNameWithoutExtension(fileName);
        for (var dash = stem.IndexOf('-'); dash >= 0; dash = stem.IndexOf('-', dash + 1))
        {
            if (dash > 0 && dash + 1 < stem.Length && char.IsAsciiDigit(stem[dash + 1]))
                return (stem[..dash], stem[(dash + 1)..]);
        }
        return (stem, null);
    }

    private static byte[] ReadText(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var text = new byte[MaximumText];
        return text[..content.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)];
    }

    private static bool IsProperties(string name) => name.StartsWith("META-INF/maven/", StringComparison.Ordinal)
        && name.EndsWith("/pom.properties", StringComparison.Ordinal);

    private static bool IsBrought(ZipArchiveEntry entry) => HasExtension(entry.Name)
        && (entry.FullName.StartsWith("BOOT-INF/lib/", StringComparison.Ordinal)
            || entry.FullName.StartsWith("WEB-INF/lib/", StringComparison.Ordinal)
            || entry.FullName.StartsWith("lib/", StringComparison.Ordinal)
            || entry.FullName == entry.Name);

    private static bool HasExtension(string name) =>
        Extensions.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
