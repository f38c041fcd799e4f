using System.IO.Compression;
using System.Text;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Formats;

/// <summary>What dpkg, apk and rpm have installed.</summary>
public sealed class SystemPackageTests : IDisposable
{
    private const string Status = """
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Multi-Arch: same
        Version: 2.36-9+deb12u14
        Description: GNU C Library
         Version: 9.9 is no field, since it goes on with another
         .
         Package: neither

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1.0

        Package: half
        Status: install ok half-configured
        version: 1:2.0~rc1
        Architecture: all


        Package: none
        Status: install ok not-installed

        Package: last
        Status: hold ok installed
        Version: 3
        """;

    // As Alpine writes it; names of fields differ by case.
    private const string Installed = """
        C:Q1abc=
        P:musl
        V:1.2.5-r0
        A:x86_64
        p:so:libc.musl-x86_64.so.1=1
        F:lib
        R:ld-musl-x86_64.so.1
        a:0:0:755

        P:busybox
        V:1.36.1-r29
        A:x86_64

        """;

    private readonly PackageBench _bench = new();

    public static string Vectors => Path.Combine(Repository.Root, "tests", "vectors", "packages");

    public static byte[] RpmDatabase
    {
        get
        {
            using var file = File.OpenRead(Path.Combine(Vectors, "rpmdb.sqlite.gz"));
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            plain.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Dpkg_tells_what_has_files(string end)
    {
        var status = Status.ReplaceLineEndings(end);
        Assert.Equal(
            ["deb half 1:2.0~rc1 all", "deb last 3", "deb libc6 2.36-9+deb12u14 amd64"],
            await _bench.ReadAsync(new TarBuilder().File("./var/lib/dpkg/status", status)));
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task A_package_of_status_d_needs_no_status() =>
        Assert.Equal(["deb base-files 12.4 amd64", "deb tzdata 2024a all"], await _bench.ReadAsync(new TarBuilder()
            .File("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n")
            .File("var/lib/dpkg/status.d/base.md5sums", "Package: no\nVersion: 1\n")
            .File("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a\nArchitecture: all\n")
            .File("srv/var/lib/dpkg/status", "Package: elsewhere\nVersion: 1\n")));

    [Theory]
    [InlineData("lib/apk/db/installed")]
    [InlineData("usr/lib/apk/db/installed")]
    public async Task Apk_tells_what_is_installed(string path) =>
        Assert.Equal(["apk busybox 1.36.1-r29 x86_64", "apk musl 1.2.5-r0 x86_64"],
            await _bench.ReadAsync(new TarBuilder().File(path, Installed)));

    [Theory]
    [InlineData("var/lib/rpm/rpmdb.sqlite")]
    [InlineData("usr/lib/sysimage/rpm/rpmdb.sqlite")]
    [InlineData("usr/share/rpm/rpmdb.sqlite")]
    public async Task Rpm_tells_what_its_own_tool_tells(string path)
    {
        var expected = File.ReadAllLines(Path.Combine(Vectors, "rpm-qa.txt"))
            .Where(l => !l.StartsWith("gpg-pubkey", StringComparison.Ordinal)).Select(l => $"rpm {l}").ToList();
        Assert.Equal(17, expected.Count);
        var found = await _bench.ReadAsync(new TarBuilder().File(path, RpmDatabase));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task A_Berkeley_DB_is_told_of()
    {
        Assert.Empty(await _bench.ReadAsync(new TarBuilder().File("var/lib/rpm/Packages", "old")));
        var warning = Assert.Single(_bench.Warnings);
        Assert.Contains("var/lib/rpm/Packages", warning, StringComparison.Ordinal);
        Assert.Contains("Berkeley DB", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_damaged_anywhere_is_told_of_and_never_an_error()
    {
        var whole = RpmDatabase;
        var random = new Random(16);
        for (var i = 0; i < 300; i++)
        {
            var bytes = whole.ToArray();
            for (var times = 1 + random.Next(8); times > 0; times--)
                bytes[random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(200)] = (byte)random.Next(256);
            if (random.Next(5) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            var layer = new TarBuilder().File("var/lib/rpm/rpmdb.sqlite", bytes);
            Assert.True((await _bench.ReadAsync(layer)).Length <= 18);
        }
        Assert.NotEmpty(_bench.Warnings);
        Assert.All(_bench.Warnings, w => Assert.Contains("var/lib/rpm/rpmdb.sqlite", w, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_name_is_told_of_without_what_controls_a_terminal()
    {
        var path = "app/\u001b[31mx/app.deps.json";
        Assert.Empty(await _bench.ReadAsync(new TarBuilder().File(path, "{")));
        Assert.DoesNotContain('\u001b', Assert.Single(_bench.Warnings));
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_told_of()
    {
        var status = $"Package: {new string('x', 1025)}\nVersion: 1\n\nPackage: y\nVersion: 2\n";
        Assert.Equal(["deb y 2"],
            await _bench.ReadAsync(new TarBuilder().File("var/lib/dpkg/status", Encoding.UTF8.GetBytes(status))));
        Assert.Contains("too long", Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }
}
