using System.Formats.Tar;
using Diffah.Engine.Compression;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Layers;

public class LayerMapTests
{
    private static readonly byte[] Content = Bytes.Text(1, 3000);

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task Contents_are_found_whatever_the_compression(CompressionKind compression)
    {
        var found = await ReadAsync(LayerBytes.Tar(("a", Content), ("b", [7])).As(compression).Stored);
        Assert.Equal(new Dictionary<Digest, long> { [Digest.Compute(Content)] = 3000, [Digest.Compute([7])] = 1 },
            found!.Contents);
    }

    [Fact]
    public async Task The_same_content_twice_counts_once() =>
        Assert.Single((await ReadAsync(LayerBytes.Tar(("a", Content), ("b", Content)).Stored))!.Contents);

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Only_regular_files_count(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, format, leaveOpen: true))
        {
            tar.WriteEntry(Entry(format, TarEntryType.Directory, "folder"));
            tar.WriteEntry(Entry(format, TarEntryType.RegularFile, "folder/" + new string('n', 80), Content));
            tar.WriteEntry(Entry(format, TarEntryType.HardLink, "hard", link: "folder/" + new string('n', 80)));
            tar.WriteEntry(Entry(format, TarEntryType.SymbolicLink, "soft", link: "nowhere"));
            tar.WriteEntry(Entry(format, TarEntryType.RegularFile, "empty"));
        }
        Assert.Equal(new Dictionary<Digest, long> { [Digest.Compute(Content)] = 3000 },
            Nonempty(await ReadAsync(bytes.ToArray())));
    }

    [Fact]
    public async Task An_empty_tar_has_no_contents() => Assert.Empty((await ReadAsync(new byte[1024]))!.Contents);

    [Fact]
    public async Task What_is_no_tar_has_no_map()
    {
        Assert.Null(await ReadAsync(Bytes.Text(1, 5000)));
        Assert.Null(await ReadAsync(Bytes.Random(1, 5000)));
        Assert.Null(await ReadAsync([0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
        Assert.Null(await ReadAsync([0x28, 0xB5, 0x2F, 0xFD, 0xFF, 0xFF]));
    }

    [Fact]
    public async Task A_tar_that_is_cut_short_has_the_contents_before_the_cut()
    {
        var tar = LayerBytes.Tar(("a", Content), ("b", Bytes.Random(2, 3000))).Stored;
        var found = await ReadAsync(tar[..5000]);
        Assert.Equal(new Dictionary<Digest, long> { [Digest.Compute(Content)] = 3000 }, found!.Contents);
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    public async Task A_file_that_looks_like_a_huge_header_is_a_file(CompressionKind compression)
    {
        var trap = RawTar.Header(new RawEntry("trap", []) { Type = 'x', SizeField = RawEntry.Octal(2L << 30) });
        var found = await ReadAsync(LayerBytes.Tar(("a", trap), ("b", Content)).As(compression).Stored);
        Assert.Equal([512L, 3000L], found!.Contents.Values.Order());
    }

    [Fact]
    public void Contents_are_kept_up_to_a_number_and_not_beyond()
    {
        var tar = LayerBytes.Tar([.. Enumerable.Range(0, 10).Select(i => ($"f{i}", new[] { (byte)i }))]).Stored;
        Assert.Equal(4, LayerMap.Read(new MemoryStream(tar), 4, default)!.Contents.Count);
        Assert.Equal(10, LayerMap.Read(new MemoryStream(tar), 11, default)!.Contents.Count);
    }

    [Fact]
    public void Shared_bytes_are_the_same_both_ways()
    {
        var one = Of((1, 10), (2, 20));
        var other = Of((2, 20), (3, 30), (4, 40));
        Assert.Equal((20, 20), (one.SharedBytes(other), other.SharedBytes(one)));
    }

    private static Dictionary<Digest, long> Nonempty(LayerMap? map) =>
        map!.Contents.Where(c => c.Value > 0).ToDictionary();

    private static System.Formats.Tar.TarEntry Entry(
        TarEntryFormat format, TarEntryType type, string name, byte[]? content = null, string? link = null)
    {
        System.Formats.Tar.TarEntry entry = format switch
        {
            TarEntryFormat.Pax => new PaxTarEntry(
            type, name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            _ => new UstarTarEntry(type, name)
        };
        if (content is not null)
            entry.DataStream = new MemoryStream(content);
        if (link is not null)
            entry.LinkName = link;
        return entry;
    }

    private static LayerMap Of(params (byte Content, long Size)[] files) =>
        new(files.ToDictionary(f => Digest.Compute([f.Content]), f => f.Size));

    private static async Task<LayerMap?> ReadAsync(byte[] stored)
    {
        var (_, content) = await StoredBytes.OpenAsync(stored);
        await using (content)
            return LayerMap.Read(content, CancellationToken.None);
    }
}
