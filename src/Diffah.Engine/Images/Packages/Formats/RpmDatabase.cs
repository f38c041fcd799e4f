using Diffah.Engine.Images.Packages.Rpm;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>The packages that rpm has installed, from its SQLite database.</summary>
internal sealed class RpmDatabase : PackageFormat
{
    /// <summary>The most bytes of the database; one of a full desktop has some hundred megabytes.</summary>
    public const long MaximumSize = 4L * 1024 * 1024 * 1024;

    /// <summary>The most bytes of what the database says of one package, the list of its files included.</summary>
    public const int MaximumHeader = 64 * 1024 * 1024;

    private const string Sqlite = "rpmdb.sqlite";
    private const string LogSuffix = "-wal";
    private static readonly string[] Folders = ["var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"];
    private static readonly string[] Others = ["Packages", "Packages.db"];

    /// <inheritdoc/>
    public override bool Knows(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        var folder = path.AsSpan(0, path.Length - name.Length).ToString();
        return Folders.Contains(folder) && (name is Sqlite or Sqlite + LogSuffix || Others.Contains(name.ToString()));
    }

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file)
    {
        if (file.Name == Sqlite + LogSuffix)
            return []; // read with its database
        return file.Name == Sqlite
            ? ReadSqlite(file)
            : throw new InvalidDataException(
                "it is a database of rpm in another form than SQLite (Berkeley DB or NDB), which is not read");
    }

    // The keys that rpm trusts are kept among its packages, and are none.
    private static IEnumerable<PackageEntry> ReadSqlite(PackageFile file)
    {
        using var content = file.Open();
        using var log = file.OpenBeside(LogSuffix);
        if (content.Length > MaximumSize || log?.Length > MaximumSize)
            throw new InvalidDataException($"it is longer than the {MaximumSize} bytes that are read");
        foreach (var row in SqliteDatabase.Open(content, log, MaximumHeader).ReadTable("Packages"))
        {
            var header = RpmHeader.Parse((row.Blob(1) ?? throw new InvalidDataException("a row has no header")).Span);
            if (header.Name != "gpg-pubkey")
                yield return new PackageEntry("rpm", header.Name, header.Version) { Architecture = header.Architecture };
        }
    }
}
