using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Files;

/// <summary>The files of all layers are those of an unpacked image (OCI image spec, layer.md).</summary>
public sealed class MergedFileTests : IDisposable
{
    private readonly PackageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_upper_layer_counts() =>
        Assert.Equal(["npm a 2"],
            await _bench.ReadAsync(Layer("m/node_modules/a", "1"), Layer("m/node_modules/a", "2")));

    [Theory]
    [InlineData("m/node_modules/a/.wh.package.json")]
    [InlineData("m/node_modules/.wh.a")]
    [InlineData(".wh.m")]
    [InlineData("./m/.wh..wh..opq")]
    [InlineData(".wh..wh..opq")]
    [InlineData("m/node_modules/a/.wh..wh..opq")]
    public async Task A_whiteout_takes_away_what_lower_layers_have(string whiteout) =>
        Assert.Empty(await _bench.ReadAsync(Layer("m/node_modules/a", "1"), new TarBuilder().File(whiteout, "")));

    [Theory]
    [InlineData("m/.wh.node_modules")]
    [InlineData("m/.wh..wh..opq")]
    public async Task What_the_layer_itself_has_stays_before_and_behind_its_whiteout(string whiteout) =>
        Assert.Equal(["npm b 2", "npm c 3"], await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"),
            Layer("m/node_modules/b", "2").File(whiteout, "")
                .File("m/node_modules/c/package.json", Manifest("c", "3"))));

    [Fact]
    public async Task The_metadata_of_whiteouts_are_no_whiteouts() =>
        Assert.Equal(["npm a 1"], await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"),
            new TarBuilder().File(".wh..wh.plnk", "").File(".wh..wh.m", "").File(".wh.", "")));

    [Fact]
    public async Task A_file_or_link_takes_the_place_of_a_folder()
    {
        Assert.Empty(await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"), new TarBuilder().File("m/node_modules", "x")));
        Assert.Empty(await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"), new TarBuilder().Symlink("m", "elsewhere")));
        Assert.Empty(await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"), new TarBuilder().Folder("m/node_modules/a/package.json")));
        Assert.Equal(["npm a 1"], await _bench.ReadAsync(
            Layer("m/node_modules/a", "1"), new TarBuilder().Folder("m/node_modules/")));
    }

    [Fact]
    public async Task Links_in_folders_are_followed() =>
        Assert.Equal(["apk a 2"], await _bench.ReadAsync(
            new TarBuilder().Folder("usr/lib").Symlink("lib", "usr/lib").File("usr/lib/apk/db/installed", "P:a\nV:1\n"),
            new TarBuilder().File("lib/apk/db/installed", "P:a\nV:2\n")));

    [Theory]
    [InlineData("m", "m")]
    [InlineData("m", "n")]
    [InlineData("m", "../../..")]
    [InlineData("m", "/m/m")]
    public async Task A_link_that_goes_round_ends(string name, string target) =>
        Assert.True((await _bench.ReadAsync(new TarBuilder().Symlink(name, target).Symlink("n", "m")
            .File("m/node_modules/a/package.json", Manifest("a", "1")))).Length <= 1);

    [Fact]
    public async Task A_hard_link_is_the_file_that_it_leads_to() =>
        Assert.Equal(["npm a 1", "npm a 1", "npm b 2"], await _bench.ReadAsync(
            new TarBuilder().File("store/x", Manifest("a", "1")).HardLink("m/node_modules/a/package.json", "store/x")
                .File("m/node_modules/b/package.json", Manifest("b", "2"))
                .HardLink("n/node_modules/a/package.json", "./store/x")
                .HardLink("o/node_modules/b/package.json", "gone")));

    [Fact]
    public async Task A_sparse_file_is_put_together()
    {
        var text = Manifest("a", "1");
        var entry = new PaxTarEntry(TarEntryType.RegularFile, "m/node_modules/a/package.json",
            new Dictionary<string, string>
            {
                ["GNU.sparse.size"] = $"{text.Length + 10}",
                ["GNU.sparse.map"] = $"10,{text.Length}",
            })
        { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };
        Assert.Empty(await _bench.ReadAsync(new TarBuilder().Entry(entry))); // zeros before JSON are none
        Assert.Single(_bench.Warnings);
        var spaced = new PaxTarEntry(TarEntryType.RegularFile, "x.dist-info/METADATA",
            new Dictionary<string, string> { ["GNU.sparse.size"] = "40", ["GNU.sparse.map"] = "0,20" })
        { DataStream = new MemoryStream("Name: x\nVersion: 1\n\n"u8.ToArray()) };
        Assert.Equal(["pypi x 1"], await _bench.ReadAsync(new TarBuilder().Entry(spaced)));
    }

    [Fact]
    public async Task A_damaged_tar_is_told_of_and_other_layers_are_read()
    {
        Assert.Equal(["npm a 1", "npm b 2"], await _bench.ReadAsync(
            Layer("m/node_modules/a", "1").Raw([.. Enumerable.Repeat((byte)'x', 512)]),
            Layer("m/node_modules/b", "2")));
        Assert.Contains("its tar is damaged", Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_of_both_images_is_read_once()
    {
        TarBuilder[] reference = [Layer("m/node_modules/a", "1"), Layer("m/node_modules/b", "1")];
        Assert.Equal(["Upgraded b 1 2"],
            await _bench.CompareAsync(reference, [reference[0], Layer("m/node_modules/b", "2")]));
        Assert.Equal(1, _bench.Opened[Digest.Compute(reference[0].ToArray())]);
    }

    [Theory]
    [InlineData(6, 1000, 1000)]
    [InlineData(1000, 70, 1000)]
    [InlineData(1000, 1000, 1)]
    public async Task What_is_too_much_is_told_of(int nodes, int characters, int packages)
    {
        var bounds = new PackageBounds { Nodes = nodes, PathCharacters = characters, Packages = packages };
        var found = await _bench.ReadPackagesAsync(
            bounds, Layer("m/node_modules/a", "1"), Layer("m/node_modules/b", "2"), Layer("m/node_modules/c", "3"));
        Assert.InRange(found.Length, 1, 2);
        Assert.Contains("more than", Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }

    private static TarBuilder Layer(string folder, string version) => new TarBuilder()
        .File($"{folder}/package.json", Manifest(folder[(folder.LastIndexOf('/') + 1)..], version));

    private static string Manifest(string name, string version) => $$"""{"name":"{{name}}","version":"{{version}}"}""";
}
