using System.IO.Compression;
using System.Text;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Formats;

/// <summary>Packages of languages, by the metadata that is installed with them.</summary>
public sealed class LanguagePackageTests : IDisposable
{
    private readonly PackageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Python_has_wheels_and_eggs()
    {
        const string Folder = "usr/lib/python3/dist-packages/";
        Assert.Equal(["pypi django 3.2.25", "pypi ruamel-yaml-clib 0.2.8", "pypi six 1.16.0"],
            await _bench.ReadAsync(new TarBuilder()
                .File(Folder + "ruamel.yaml_clib-0.2.8.dist-info/METADATA",
                    "Metadata-Version: 2.1\nName: ruamel.yaml__Clib\nVersion: 0.2.8\n\nName: no\n")
                .File(Folder + "Django-3.2.25.egg-info/PKG-INFO",
                    "Metadata-Version: 1.2\nName: Django\nVersion: 3.2.25\n")
                .File(Folder + "six-1.16.0.egg-info",
                    "Metadata-Version: 1.2\nName: six\nVersion: 1.16.0\n" + new string('x', 100_000))
                .File(Folder + "other.dist-info/RECORD", "Name: other\nVersion: 1\n")));
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task Npm_has_scopes_and_packages_in_packages() =>
        Assert.Equal(["npm @types/node 20.1.0", "npm debug 2.6.9", "npm debug 4.3.4"],
            await _bench.ReadAsync(new TarBuilder()
                .File("app/node_modules/debug/package.json", """{"name":"debug","version":"4.3.4"}""")
                .File("app/node_modules/debug/lib/package.json", """{"name":"no","version":"1.0.0"}""")
                .File("app/node_modules/send/node_modules/debug/package.json",
                    "\uFEFF{\"name\":\"debug\",\"version\":\"2.6.9\"}")
                .File("app/node_modules/@types/node/package.json", """{"name":"@types/node","version":"20.1.0"}""")
                .File("app/node_modules/part/package.json", """{"type":"module"}""")
                .File("app/package.json", """{"name":"app","version":"1.0.0"}""")));

    [Fact]
    public async Task NuGet_has_what_an_application_depends_on() =>
        Assert.Equal(["nuget Newtonsoft.Json 13.0.1"], await _bench.ReadAsync(new TarBuilder()
            .File("app/App.deps.json", """
                {"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"libraries":{
                "App/1.0.0":{"type":"project"},"Newtonsoft.Json/13.0.1":{"type":"package","sha512":""},
                "odd":{"type":"package"}}}
                """)));

    [Fact]
    public async Task Java_has_what_Maven_wrote_or_a_manifest_or_a_name()
    {
        var spring = Zip(
            ("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n"),
            ("META-INF/maven/com.example/app/pom.properties",
                "#Generated\n#Mon\ngroupId=com.example\nartifactId = app\nversion:1.0-SNAPSHOT\n"),
            ("BOOT-INF/lib/spring-core-6.1.2.jar", ""), ("BOOT-INF/lib/noversion.jar", ""));
        var merged = Zip(
            ("META-INF/maven/a/b/pom.properties", "groupId=a\nartifactId=b\nversion=1\n"),
            ("META-INF/maven/a/c/pom.properties", "groupId=a\nartifactId=c\nversion=2\n"),
            ("META-INF/MANIFEST.MF", "Implementation-Version: 9\n"));
        var bundle = Zip(("META-INF/MANIFEST.MF",
            "Bundle-SymbolicName: org.example.a-very-long-name-that-goes-on-in-the-nex\r\n t;singleton:=true\r\n"
                + "Bundle-Version: 1.2.3\r\n\r\nName: a\r\nImplementation-Version: 9\r\n"));
        Assert.Equal(
            ["maven a:b 1", "maven a:c 2", "maven com.example:app 1.0-SNAPSHOT", "maven commons-io 2.11.0",
                "maven juli 10.1.55", "maven org.example.a-very-long-name-that-goes-on-in-the-next 1.2.3",
                "maven spring-core 6.1.2"],
            await _bench.ReadAsync(new TarBuilder()
                .File("app/app.jar", spring).File("app/merged.jar", merged).File("app/bundle.JAR", bundle)
                .File("app/commons-io-2.11.0.jar", Zip(("a.class", "")))
                .File("app/juli.jar", Zip(("META-INF/MANIFEST.MF",
                    "Implementation-Title: Apache Tomcat\nImplementation-Version: 10.1.55\n")))
                .File("app/empty.jar", "")
                .File("app/plain.jar", Zip(("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")))));
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task A_damaged_file_is_told_of_and_the_others_are_read()
    {
        var whole = Zip(("META-INF/maven/a/b/pom.properties", "groupId=a\nartifactId=b\nversion=1\n"), ("x", "y"));
        var random = new Random(16);
        for (var i = 0; i < 300; i++)
        {
            var bytes = whole.ToArray();
            for (var times = 1 + random.Next(4); times > 0; times--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await _bench.ReadAsync(new TarBuilder().File("a.jar", bytes));
        }
        var before = _bench.Warnings.Count;
        Assert.Equal(["npm c 2"], await _bench.ReadAsync(new TarBuilder()
            .File("node_modules/a/package.json", "{").File("node_modules/b/package.json", "[]")
            .File("node_modules/d/package.json", new string('[', 200) + new string(']', 200))
            .File("node_modules/e/package.json", new string(' ', (1024 * 1024) + 1))
            .File("node_modules/f/package.json", "\xff")
            .File("x.dist-info/METADATA", "Name: x\n").File("b.jar", "PK").File("c.deps.json", "null")
            .File("node_modules/c/package.json", """{"name":"c","version":"2"}""")));
        Assert.Equal(8, _bench.Warnings.Count - before);
    }

    [Fact]
    public async Task A_zip_bomb_is_not_unpacked()
    {
        var zip = Zip(("META-INF/MANIFEST.MF", new string('x', 50_000_000)));
        Assert.True(zip.Length < 100_000);
        Assert.Equal(["maven bomb 1"], await _bench.ReadAsync(new TarBuilder().File("bomb-1.jar", zip)));
    }

    [Fact]
    public async Task A_list_of_files_that_is_too_long_is_not_read()
    {
        var names = Enumerable.Range(0, 9000).Select(i => ($"{new string('d', 4000)}{i}", "")).ToArray();
        Assert.Empty(await _bench.ReadAsync(new TarBuilder().File("long-1.jar", Zip(names))));
        Assert.Contains("too much", Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_more_than_some_warnings_are_told()
    {
        var layer = new TarBuilder();
        for (var i = 0; i < 30; i++)
            layer.File($"node_modules/n{i}/package.json", "{");
        Assert.Empty(await _bench.ReadAsync(layer));
        Assert.Equal(21, _bench.Warnings.Count);
        Assert.Contains("10 more", _bench.Warnings[^1], StringComparison.Ordinal);
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }
}
