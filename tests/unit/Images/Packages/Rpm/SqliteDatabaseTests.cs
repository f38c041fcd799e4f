using System.Buffers.Binary;
using Diffah.Engine.Images.Packages.Rpm;
using Diffah.Fuzz.Building;
using Diffah.Tests.Images.Packages.Formats;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Rpm;

/// <summary>Tables of SQLite: what sqlite3 wrote, and what it reads.</summary>
public sealed class SqliteDatabaseTests : IDisposable
{
    private const string Rows = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO Packages SELECT i * 3, randomblob(CASE WHEN i % 97 = 0 THEN 100000 + i ELSE i % 700 END) FROM n;
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(65536)]
    public async Task Rows_are_those_that_sqlite3_reads(int pageSize)
    {
        var path = _folder["db"];
        await RunAsync(path,
            $"PRAGMA page_size={pageSize}; CREATE TABLE Other(a TEXT); INSERT INTO Other VALUES('x'); "
                + $"CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL); {Rows} "
                + "DELETE FROM Packages WHERE hnum % 5 = 0;");
        var expected = (await RunAsync(path, "SELECT hex(blob) FROM Packages ORDER BY hnum;")).Split('\n')[..^1];
        using var file = File.OpenRead(path);
        var rows = SqliteDatabase.Open(file, null, 1_000_000).ReadTable("Packages");
        Assert.Equal(expected, rows.Select(r => Convert.ToHexString(r.Blob(1)!.Value.Span)));
        Assert.Equal(2400, expected.Length);
    }

    [SkippableFact]
    public async Task Values_are_those_that_sqlite3_reads()
    {
        await RunAsync(_folder["db"], "CREATE TABLE T(a,b,c,d,e,f,g,h); "
            + "INSERT INTO T VALUES(0,1,-1,300,-70000,5000000000,-9000000000000000000,'x'); "
            + "INSERT INTO T VALUES(NULL,8388607,1.5,x'00ff','',x'',2147483648,'é');");
        using var file = File.OpenRead(_folder["db"]);
        var rows = SqliteDatabase.Open(file, null, 1000).ReadTable("T").ToList();
        Assert.Equal([0, 1, -1, 300, -70000, 5000000000, -9000000000000000000, null],
            Enumerable.Range(0, 8).Select(rows[0].Integer));
        Assert.Equal("x", rows[0].Text(7));
        Assert.Equal([null, 8388607, null, null, null, null, 2147483648, null],
            Enumerable.Range(0, 8).Select(rows[1].Integer));
        Assert.Equal("00FF", Convert.ToHexString(rows[1].Blob(3)!.Value.Span));
        Assert.Equal(("", "é"), (rows[1].Text(4), rows[1].Text(7)));
        Assert.Equal(0, rows[1].Blob(5)!.Value.Length);
        Assert.Null(rows[1].Text(8));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task What_is_in_the_log_counts_up_to_its_last_whole_commit(int cut)
    {
        await RunAsync(_folder["db"], "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL); "
            + "INSERT INTO Packages VALUES(1, 'old');");
        await RunAsync(_folder["db"], "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; "
            + $"INSERT INTO Packages VALUES(2, 'new'); {Rows} UPDATE Packages SET blob = 'last' WHERE hnum = 2;\n"
            + $".system cp {_folder["db"]} {_folder["copy"]}\n.system cp {_folder["db"]}-wal {_folder["copy-wal"]}\n");
        var log = await File.ReadAllBytesAsync(_folder["copy-wal"]);
        await File.WriteAllBytesAsync(_folder["copy-wal"], log[..^cut]);
        using var file = File.OpenRead(_folder["copy"]);
        using var wal = File.OpenRead(_folder["copy-wal"]);
        var rows = SqliteDatabase.Open(file, wal, 1_000_000).ReadTable("Packages")
            .Select(r => Convert.ToHexString((r.Blob(1) ?? default).Span) + r.Text(1)).ToList();
        // sqlite3 gives the log to the file when it opens it, so it comes last.
        Assert.Equal(
            (await RunAsync(_folder["copy"], "SELECT CASE typeof(blob) WHEN 'text' THEN blob ELSE hex(blob) END "
                + "FROM Packages ORDER BY hnum;")).Split('\n')[..^1], rows);
        Assert.Equal((3002, cut == 0 ? "last" : "new"), (rows.Count, rows[1]));
    }

    [Fact]
    public async Task What_the_fuzzer_damages_is_whole_before()
    {
        using var bench = new PackageBench();
        var layer = new TarBuilder().File("var/lib/rpm/rpmdb.sqlite", SmallRpmDatabase.Sqlite);
        Assert.Equal(["rpm alpha 1.0-1 noarch", "rpm beta 4:2.0~rc1-3 noarch"], await bench.ReadAsync(layer));
        Assert.Equal(["rpm alpha 1.1-1 noarch", "rpm beta 4:2.0~rc1-3 noarch"],
            await bench.ReadAsync(layer.File("var/lib/rpm/rpmdb.sqlite-wal", SmallRpmDatabase.Log)));
        Assert.Equal(["rpm alpha 1.0-1 noarch", "rpm beta 4:2.0~rc1-3 noarch"],
            await bench.ReadAsync(new TarBuilder().File("usr/lib/sysimage/rpm/Packages.db", SmallRpmDatabase.Ndb)));
        Assert.Empty(bench.Warnings);
    }

    [Fact]
    public void A_page_that_is_its_own_child_is_damaged()
    {
        var bytes = SystemPackageTests.RpmDatabase;
        var root = Enumerable.Range(1, (bytes.Length / 4096) - 1).First(p => bytes[p * 4096] == 5);
        var cell = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan((root * 4096) + 12));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((root * 4096) + cell), root + 1);
        AssertDamaged(bytes);
    }

    [Fact]
    public void A_first_page_that_leads_to_itself_is_damaged()
    {
        var bytes = SystemPackageTests.RpmDatabase;
        bytes[100] = 5;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(103), 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(108), 1);
        AssertDamaged(bytes);
    }

    [Theory]
    [InlineData(0, "it is no SQLite database")]
    [InlineData(16, "pages")]
    [InlineData(56, "UTF-8")]
    public void A_header_that_cannot_be_right_is_refused(int at, string expected)
    {
        var bytes = SystemPackageTests.RpmDatabase;
        bytes[at] = 0x7F;
        Assert.Contains(expected,
            Assert.Throws<InvalidDataException>(() => SqliteDatabase.Open(new MemoryStream(bytes), null, 1000)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_is_too_long_is_refused() =>
        Assert.Contains("longer", Assert.Throws<InvalidDataException>(() => SqliteDatabase
            .Open(new MemoryStream(SystemPackageTests.RpmDatabase), null, 5000).ReadTable("Packages").Count()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_table_that_is_not_there_is_told_of() =>
        Assert.Contains("no table Nothing", Assert.Throws<InvalidDataException>(() => SqliteDatabase
            .Open(new MemoryStream(SystemPackageTests.RpmDatabase), null, 5000).ReadTable("Nothing").Count()).Message,
            StringComparison.Ordinal);

    private static void AssertDamaged(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() =>
            SqliteDatabase.Open(new MemoryStream(bytes), null, 1_000_000).ReadTable("Packages").Count());

    private static async Task<string> RunAsync(string database, string script)
    {
        var file = database + ".sql";
        await File.WriteAllTextAsync(file, script);
        return await ExternalTool.RunAsync("sqlite3", database, $".read {file}");
    }
}
