using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Diffah.Engine.Images.Comparison.Reporting;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Comparison.Reporting;

/// <summary>Images that were made to write where they should not, or more than they should.</summary>
public sealed class HostileReportTests : IDisposable
{
    private readonly ReportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("../../../outside/secret")]
    [InlineData("a/../../../../outside/secret")]
    [InlineData("..")]
    [InlineData("/etc/written")]
    [InlineData("//etc/written")]
    [InlineData("./..")]
    [InlineData(".")]
    [InlineData("/")]
    public async Task A_name_that_leads_elsewhere_is_told_and_not_followed(string name)
    {
        var files = await _bench.WriteAddedAsync(new TarBuilder().Header(name, '0', "00000000000").ToArray());
        Assert.Equal(NotWritten.NameUnsafe, Why(files[0]));
        Assert.Empty(ReportBench.Names(Path.Combine(_bench.Report, "difference")));
    }

    [Theory]
    [InlineData("a\0b", "name_unsafe")]
    [InlineData("", "name_unsafe")]
    public async Task A_name_that_is_none_is_told(string name, string why)
    {
        var tar = SampleImage.Tar(("x", [1]));
        var images = await _bench.ImagesAsync([SampleImage.Tar()], [tar]);
        var found = ReportBench.Added(images, tar).Select(f => f with { Difference = f.Difference with { Path = name } });
        await _bench.WriteAsync(images, found);
        await _bench.AssertPlainAsync();
        Assert.Equal(why, Why(_bench.Document["differences"]![0]!["difference_file"]!.AsObject()));
    }

    [Theory]
    [InlineData("new\nline")]
    [InlineData("bell\u0007 \u001b[31m")]
    [InlineData("-rf")]
    [InlineData("back\\slash", "back%5Cslash")]
    [InlineData("perl/Foo::Bar.3pm")]
    [InlineData("ünï/cödé")]
    public async Task A_strange_name_is_a_name(string name, string? written = null)
    {
        var files = await _bench.WriteAddedAsync(new TarBuilder().File(name, "text").ToArray());
        Assert.Equal($"difference/layer-0/{written ?? name}", (string?)files[0]["file"]);
        Assert.Equal("text", Read((string)files[0]["file"]!));
    }

    [Fact]
    public async Task A_name_in_no_encoding_is_read_as_Latin_1()
    {
        var header = new TarBuilder().Header("name-?", '0', "00000000000").ToArray()[..512];
        header[5] = 0xFF;
        // The sum of the header's bytes grows as the byte does.
        Encoding.ASCII.GetBytes($"{Convert.ToString(Sum(header), 8),6}").CopyTo(header, 148);
        var files = await _bench.WriteAddedAsync([.. header, .. new byte[1024]]);
        Assert.Equal("difference/layer-0/name-ÿ", (string?)files[0]["file"]);
        Assert.True(File.Exists(Path.Combine(_bench.Report, "difference/layer-0/name-ÿ")));
    }

    [Fact]
    public async Task Names_that_no_file_system_holds_are_told()
    {
        string[] names =
        [
            new string('x', 5000), new string('x', 256), new string('x', 255), new string('ü', 128),
            string.Join('/', Enumerable.Repeat(new string('y', 200), 20)),
        ];
        var tar = new TarBuilder();
        foreach (var name in names)
            tar.Entry(new PaxTarEntry(TarEntryType.RegularFile, name));
        var files = await _bench.WriteAddedAsync(tar.ToArray());
        Assert.Equal(["name_too_long", "name_too_long", null, "name_too_long", "name_too_long"], files.Select(Why));
    }

    [Fact]
    public async Task Links_are_not_made_and_so_not_followed()
    {
        var files = await _bench.WriteAddedAsync(new TarBuilder()
            .Symlink("out", _bench.Outside).File("out/secret", "evil")
            .Symlink("up", "../../../../outside").File("up/new", "evil")
            .HardLink("hard", Path.Combine(_bench.Outside, "secret")).File("hard", "evil")
            .Symlink("self", "self").ToArray());
        Assert.Equal(["symbolic_link", "file", "symbolic_link", "file", "hard_link", "file", "symbolic_link"],
            files.Select(f => (string?)f["type"]));
        Assert.Equal(["no_file", null, "no_file", null, "no_file", null, "no_file"], files.Select(Why));
        Assert.Equal((_bench.Outside, "difference/layer-0/out/secret"),
            ((string?)files[0]["link"], (string?)files[1]["file"]));
        Assert.Equal("evil", Read("difference/layer-0/out/secret"));
    }

    [Fact]
    public async Task Devices_are_told_and_not_made_and_no_file_gets_a_mode()
    {
        var setuid = new PaxTarEntry(TarEntryType.RegularFile, "su")
        {
            Mode = UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit | (UnixFileMode)0x1FF,
            DataStream = new MemoryStream("#!"u8.ToArray()),
        };
        var files = await _bench.WriteAddedAsync(new TarBuilder()
            .Entry(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 })
            .Entry(new PaxTarEntry(TarEntryType.BlockDevice, "sda") { DeviceMajor = 8 })
            .Entry(new PaxTarEntry(TarEntryType.Fifo, "pipe"))
            .Folder("folder/").Header("odd", '~', "00000000000").Entry(setuid).ToArray());
        Assert.Equal(["no_file", "no_file", "no_file", "no_file", "no_file", null], files.Select(Why));
        Assert.Equal(["character_device", "block_device", "fifo", "directory", "other", "file"],
            files.Select(f => (string?)f["type"]));
        Assert.Equal(["1, 3", "8, 0", null, null, null, null], files.Select(f => (string?)f["device"]));
        Assert.Equal("7777", (string?)files[5]["mode"]);
        Assert.Equal(["su"], ReportBench.Names(Path.Combine(_bench.Report, "difference/layer-0")));
    }

    [Fact]
    public async Task What_has_a_name_keeps_it()
    {
        var files = await _bench.WriteAddedAsync(new TarBuilder()
            .File("a", "file").File("a/b", "below a file").File("c/d", "file").File("c", "over a folder")
            .File("e", "first").File("./e", "second").File("a/b/c/d", "far below a file").ToArray());
        Assert.Equal([null, "name_taken", null, "name_taken", null, "name_taken", "name_taken"], files.Select(Why));
        Assert.Equal(("file", "file", "first"),
            (Read("difference/layer-0/a"), Read("difference/layer-0/c/d"), Read("difference/layer-0/e")));
    }

    [Fact]
    public async Task Holes_are_zeros_but_not_without_bound()
    {
        var files = await _bench.WriteAddedAsync(new TarBuilder()
            .Entry(Sparse("small", 10, "3,2", "ab")).Entry(Sparse("huge", 1L << 40, "0,1", "x"))
            .Entry(Sparse("largest", long.MaxValue, "0,1", "x")).Entry(Sparse("wrong", 5, "4,2", "ab"))
            .File("next", "written").ToArray());
        Assert.Equal([null, "too_large", "too_large", "damaged", null], files.Select(Why));
        Assert.Equal([10, 1L << 40, long.MaxValue, null, 7], files.Select(f => (long?)f["size"]));
        Assert.Equal("\0\0\0ab\0\0\0\0\0", Read("difference/layer-0/small"));
    }

    [Fact]
    public async Task A_content_with_many_names_is_copied_once()
    {
        var old = new TarBuilder().File("one", "old").ToArray();
        var @new = new TarBuilder().File("one", "new").ToArray();
        var images = await _bench.ImagesAsync([old], [@new]);
        await _bench.WriteAsync(
            images, new[] { "one", "two", "three/deep" }.Select(name => ReportBench.Changed(images, name)));
        await _bench.AssertPlainAsync();
        foreach (var (side, text) in new[] { ("reference", "old"), ("difference", "new") })
        {
            Assert.Equal(["one"], ReportBench.Names(Path.Combine(_bench.Report, $"{side}/layer-0")));
            Assert.Equal(text, Read($"{side}/layer-0/one"));
            Assert.Equal(Enumerable.Repeat($"{side}/layer-0/one", 3),
                _bench.Document["differences"]!.AsArray().Select(d => (string?)d![$"{side}_file"]!["file"]));
        }
    }

    [Theory]
    [InlineData("linux/arm64/v8", "linux-arm64-v8")]
    [InlineData("../../../outside", "-..-..-outside")]
    [InlineData("..", "unknown")]
    [InlineData("linux/a\nb\0c", "linux-a-b-c")]
    public async Task A_platform_is_a_folder_of_its_own(string platform, string folder)
    {
        var tar = new TarBuilder().File("x", "text").ToArray();
        var images = await _bench.ImagesAsync([SampleImage.Tar()], [tar]);
        await _bench.WriteAsync(images, ReportBench.Added(images, tar)
            .Select(f => f with { Difference = f.Difference with { Platform = platform, Layer = null } }));
        await _bench.AssertPlainAsync();
        Assert.Equal("text", Read($"difference/{folder}/files/x"));
    }

    // A file costs a block for itself and one for each folder; a byte of a layer allows four.
    [Fact]
    public void What_may_be_written_goes_with_what_was_read()
    {
        var allowance = new ReportAllowance();
        Assert.False(allowance.TrySpend(1 << 30, 0));
        Assert.True(allowance.TrySpend((1 << 30) - 3 * 4096, 2));
        Assert.False(allowance.TrySpend(0, 0));
        allowance.Add(1024);
        Assert.True(allowance.TrySpend(0, 0));
        Assert.False(allowance.TrySpend(0, 0));
        allowance.Add(2048);
        Assert.False(allowance.TrySpend(long.MaxValue, 1));
        Assert.False(allowance.TrySpend(1, 1));
        Assert.True(allowance.TrySpend(0, 1));
    }

    private static string? Why(JsonObject file) => (string?)file["not_written"];

    private static int Sum(byte[] header) => header.Where((_, i) => i is < 148 or >= 156).Sum(b => b) + 8 * ' ';

    // GNU tar's format 0.1: the map is in the extended header.
    private static PaxTarEntry Sparse(string name, long size, string map, string stored) =>
        new(TarEntryType.RegularFile, name, new Dictionary<string, string>
        {
            ["GNU.sparse.size"] = $"{size}",
            ["GNU.sparse.map"] = map,
            ["GNU.sparse.name"] = name,
        })
        { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(stored)) };

    private string Read(string path) => File.ReadAllText(Path.Combine(_bench.Report, path));
}
