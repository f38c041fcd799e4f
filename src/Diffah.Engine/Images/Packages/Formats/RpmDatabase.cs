using Diffah.Engine.Images.Packages.Rpm;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>The packages that rpm has installed: its databases in the forms of SQLite and of NDB.</summary>
internal sealed class RpmDatabase : PackageFormat
{
    /// <summary>The most bytes of the database; one of a full desktop has some hundred megabytes.</summary>
    public const long MaximumSize = 4L * 1024 * 1024 * 1024;

    /// <summary>The most bytes of what the database says of one package, the list of its files included.</summary>
    public const int MaximumHeader = 64 * 1024 * 1024;

    private const string Sqlite = "rpmdb.sqlite";
    private const string Log = Sqlite + "-wal";
    private const string Ndb = "Packages.db";
    private const string BerkeleyDb = "Packages";
    private static readonly string[] Folders = ["var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"];

    /// <inheritdoc/>
    public override bool Knows(string path) => path[(path.LastIndexOf('/') + 1)..] switch
    {
        (Sqlite or Log or Ndb or BerkeleyDb) and var name => Folders.Contains(path[..^name.Length]),
        _ => false,
    };

    /// <inheritdoc/>
    public override IEnumerable<PackageEntry> Read(PackageFile file) => file.Name switch
    {
        Sqlite => ReadSqlite(file).SelectMany(Entry),
        Ndb => ReadNdb(file).SelectMany(Entry),
        Log => [], // read with its database
        _ => throw new InvalidDataException("it is a database of rpm in the form of Berkeley DB, which is not read"),
    };

    private static IEnumerable<ReadOnlyMemory<byte>> ReadSqlite(PackageFile file)
    {
        using var content = file.Open();
        using var log = file.OpenBeside(Log[Sqlite.Length..]);
        Check(content.Length + (log?.Length ?? 0));
        foreach (var row in SqliteDatabase.Open(content, log, MaximumHeader).ReadTable("Packages"))
            yield return row.Blob(1) ?? throw new InvalidDataException("a row has no header");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ReadNdb(PackageFile file)
    {
        using var content = file.Open();
        Check(content.Length);
        foreach (var header in NdbDatabase.ReadHeaders(content, MaximumHeader))
            yield return header;
    }

    private static void Check(long length)
    {
        if (length > MaximumSize)
            throw new InvalidDataException($"it is longer than the {MaximumSize} bytes that are read");
    }

    // The keys that rpm trusts are kept among its packages, and are none.
    private static IEnumerable<PackageEntry> Entry(ReadOnlyMemory<byte> bytes)
    {
        var header = RpmHeader.Parse(bytes.Span);
        return header.Name == "gpg-pubkey"
            ? []
            : [new PackageEntry("rpm", header.Name, header.Version) { Architecture = header.Architecture }];
    }
}
