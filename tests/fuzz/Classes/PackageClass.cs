using System.IO.Compression;
using System.Text;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Images.Packages.Formats;
using Diffah.Engine.Images.Packages.Versions;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>
/// Files that tell of installed packages: databases of rpm, archives of Java, and texts. What can't be read is no error.
/// </summary>
internal sealed class PackageClass : FuzzClass
{
    private const string Main = "main";
    private const string Log = "log";
    private const string Path = "path";
    private const int MostPackages = 10_000;

    private static readonly string[] Types = ["deb", "apk", "rpm", "pypi", "npm", "maven", "nuget"];

    private static readonly (string Path, Func<byte[]> Content)[] Whole =
    [
        ("var/lib/rpm/rpmdb.sqlite", () => SmallRpmDatabase.Sqlite),
        ("var/lib/rpm/Packages.db", () => SmallRpmDatabase.Ndb),
        ("app/app.jar", Jar),
        ("var/lib/dpkg/status", () => Text("Package: a\nStatus: install ok installed\nVersion: 1:2~3-4\n go on\n\n"
            + "Package: b\nVersion: 2\nArchitecture: amd64\n")),
        ("lib/apk/db/installed", () => Text("P:a\nV:1.2_rc3-r4\nA:x86_64\nF:lib\n\nP:b\nV:2\n")),
        ("x/a.dist-info/METADATA", () => Text("Metadata-Version: 2.1\nName: A_b\nVersion: 1.0rc1\n\nText\n")),
        ("node_modules/@a/b/package.json", () => Text("""{"name":"@a/b","version":"1.2.3-rc.4","x":[1,{}]}""")),
        ("app/a.deps.json", () => Text("""{"libraries":{"A.B/1.2.3":{"type":"package"},"C/1":{"type":"project"}}}""")),
    ];

    public override string Name => "packages";

    public override IEnumerable<FuzzInput> HandMade() =>
        Whole.SelectMany(w => new[]
        {
            Input($"hand-made: whole {w.Path}", w.Path, w.Content(), []),
            Input($"hand-made: nothing in {w.Path}", w.Path, [], []),
            Input($"hand-made: half of {w.Path}", w.Path, w.Content()[..(w.Content().Length / 2)], []),
        });

    public override FuzzInput Build(Dice dice, string origin)
    {
        var (path, content) = dice.Of<(string, Func<byte[]>)>(Whole);
        var bytes = dice.OneIn(20) ? dice.Bytes(dice.Length(5000)) : ByteMutator.Mutate(content(), dice);
        var log = dice.OneIn(4) ? ByteMutator.Mutate(SmallRpmDatabase.Log, dice) : [];
        return Input(origin, path, bytes, log);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var read = await trial.ParseAsync("packages", () => Read(input));
        if (!read.Succeeded)
            throw new LawBrokenException(Law.Typed, "packages", "what can't be read is to be passed over");
        if (read.Value.Packages.Length > MostPackages)
            throw new LawBrokenException(Law.Memory, "packages", "more packages were read than are allowed");
        string[] versions = [.. read.Value.Packages.Select(p => p.Version).Take(20)];
        await trial.ParseAsync("versions", () => Types.All(type => versions.All(one => versions.All(
            other => Order(type, one, other) == -Order(type, other, one)
                ? true
                : throw new LawBrokenException(Law.Exact, "versions", $"{type}: {one} and {other} are in no order")))));
    }

    private static int Order(string type, string one, string other) =>
        Math.Sign(VersionOrder.Compare(type, one, other) ?? 0);

    private static FilePackages Read(FuzzInput input)
    {
        var path = input[Path];
        return new FilePackages(
            new PackageFile(path, wanted => wanted == path ? new MemoryStream(input.Files[Main])
                : wanted == path + "-wal" && input.Files[Log].Length > 0 ? new MemoryStream(input.Files[Log]) : null),
            new PackageBounds { Packages = MostPackages });
    }

    private FuzzInput Input(string origin, string path, byte[] main, byte[] log) => new FuzzInput(Name, origin)
    {
        Settings = new(StringComparer.Ordinal) { [Path] = path },
    }.WithFiles([new(Main, main), new(Log, log)]);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Jar()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "META-INF/maven/a/b/pom.properties", "groupId=a\nartifactId=b\nversion=1.0-SNAPSHOT\n");
            Add(zip, "META-INF/MANIFEST.MF", "Bundle-SymbolicName: a.b;x=y\nBundle-Version: 1\n");
            Add(zip, "BOOT-INF/lib/c-1.2.jar", "");
        }
        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, string text)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var content = entry.Open();
        content.Write(Text(text));
    }
}
