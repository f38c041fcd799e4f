using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Storage;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using static Diffah.Tests.Transports.Conformance.TransportConformance;

namespace Diffah.Tests.Tar;

/// <summary>Which file of an archive a name means.</summary>
public sealed class TarIndexTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("real/layer.tar")]
    [InlineData("dir/layer.tar")]
    [InlineData("chain/layer.tar")]
    [InlineData("root/layer.tar")]
    [InlineData("deep/er/layer.tar")]
    [InlineData("hard")]
    [InlineData("link")]
    public async Task Links_are_followed_inside_the_archive(string name)
    {
        var tar = new TarBuilder().Symlink("dir", "real").Symlink("chain", "./dir/").Symlink("root", "/real")
            .Symlink("deep/er", "../real").HardLink("hard", "dir/layer.tar").Symlink("link", "deep/er/layer.tar")
            .File("real/layer.tar", "content");
        Assert.Equal("content", await ReadAsync(tar, name));
    }

    [Fact]
    public async Task Entries_that_nobody_asks_for_may_be_called_anything()
    {
        var tar = new TarBuilder().File("/etc/passwd", "x").File("../../up", "x").File(@"..\back\slash", "x")
            .Symlink("out", "/../../etc").Symlink("self", "self").Header("", '0', "00000000000").File("a", "content");
        Assert.Equal("content", await ReadAsync(tar, "a"));
    }

    [Theory]
    [InlineData("self/x")]
    [InlineData("one/x")]
    [InlineData("grow/x")]
    public async Task Links_without_an_end_are_refused(string name) =>
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => ReadAsync(
            new TarBuilder().Symlink("self", "self").Symlink("one", "two").Symlink("two", "one")
                .Symlink("grow", "grow/grow").File("a", "content"), name));

    [Fact]
    public async Task A_link_that_leads_out_is_refused() =>
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => ReadAsync(
            new TarBuilder().Symlink("dir", "../../etc").File("a", "content"), "dir/passwd"));

    [Fact]
    public async Task A_name_that_is_there_twice_with_the_same_bytes_is_no_conflict()
    {
        var large = Encoding.ASCII.GetBytes(new string('x', 200_000));
        var tar = new TarBuilder().File("a", large).File("b", "other").File("a", large).HardLink("a", "a2")
            .File("./a2", large).Symlink("l", "a").Symlink("l", "a2");
        Assert.Equal(200_000, (await ReadAsync(tar, "a")).Length);
        Assert.Equal(200_000, (await ReadAsync(tar, "l")).Length);
    }

    [Fact]
    public async Task A_name_that_is_there_twice_with_different_bytes_is_refused_only_where_it_is_used()
    {
        var tar = new TarBuilder().File("a", "one").File("a", "two").File("b", "content").File("c", "x")
            .Symlink("c", "b");
        Assert.Equal("content", await ReadAsync(tar, "b"));
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => ReadAsync(tar, "a"));
        await AssertFailsAsync(DiffahErrors.InvalidImage, () => ReadAsync(tar, "c"));
    }

    [Fact]
    public async Task Names_take_a_bounded_part_of_memory()
    {
        // 33 million characters, of entries that nobody asks for.
        var (name, one) = (new string('n', 1_000_000), new TarBuilder());
        for (var i = 0; i < 34; i++)
            one.Header("././@LongLink", 'K', Convert.ToString(name.Length, 8).PadLeft(11, '0'))
                .Raw([.. Encoding.ASCII.GetBytes($"{i:D2}{name[2..]}"), .. new byte[-name.Length & 511]])
                .Header($"link{i}", '2', "00000000000");
        var error = await AssertFailsAsync(DiffahErrors.InvalidImage, () => ReadAsync(one, "a"));
        Assert.Contains("names", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync(TarBuilder tar, string name)
    {
        tar.Save(_bench["x.tar"]);
        using var file = await TarFile.OpenAsync(_bench["x.tar"], "x.tar", _bench.Context, default);
        await using var stream = file.TryOpen(name) ?? throw new FileNotFoundException(name);
        return Encoding.ASCII.GetString(await stream.ReadBoundedAsync(1 << 20, name, default));
    }

    internal static RepeatedStream Named(char type, int entries, int nameLength = (1 << 20) - 1)
    {
        var header = RawTar.Header(
            new RawEntry("././@LongLink", []) { Type = type, SizeField = RawEntry.Octal(1 << 20) });
        var name = new byte[1 << 20];
        name.AsSpan(0, nameLength).Fill((byte)'n');
        var entry = new RawEntry("f", []) { Type = type == 'K' ? '2' : '0' };
        return new RepeatedStream([.. header, .. name, .. RawTar.Header(entry)], entries);
    }
}
