using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Record = Diffah.Engine.Deltas.Codecs.Content.Structure.Record;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

public sealed partial class RecordWalkTests
{
    [Fact]
    public void Records_and_tail_cover_a_tar()
    {
        var tar = new TarBuilder().File("a", "hello").Folder("d/").Symlink("s", "a").ToArray();
        var records = StructureBench.Walk(tar);
        Assert.Equal(3, records.Count);
        Assert.Equal(new Record(0, 5), records[0]);
        Assert.Equal(new Record(1024, 0), records[1]);
        Assert.Equal(new Record(1536, 0), records[2]);
        Assert.Equal((2048, 1024), (records.TailOffset, records.TailLength));
        Assert.Equal(507, records.PaddingLength(records[0]));
    }

    [Theory]
    [InlineData("00000001001\0")] // 513 of 512
    [InlineData("77777777777\0")]
    [InlineData("0000000000x\0")]
    public void A_size_that_is_not_there_begins_the_tail(string size)
    {
        var tar = new TarBuilder().File("a", "hello").Header("b", '0', size).Raw(new byte[512]).ToArray()[..^1024];
        var records = StructureBench.Walk(tar);
        Assert.Equal((1, 1024), (records.Count, records.TailOffset));
    }

    [Theory]
    [InlineData(0x7FFFFFFFFFFFFFFF)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(0x3FFFFFFFFFFFFE00)]
    public void Sizes_in_base_256_that_are_not_there_begin_the_tail(long size)
    {
        var entry = new RawEntry("a", []) { SizeField = RawEntry.Base256(size) };
        Assert.Equal(0, StructureBench.Walk(RawTar.Write([entry])).Count);
    }

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('5')]
    [InlineData('6')]
    public void Types_without_data_have_none_whatever_their_size(char type)
    {
        var tar = new TarBuilder().Header("l", type, "00000000777\0").File("b", "x").ToArray();
        Assert.Equal([0L, 1L], Lengths(tar));
    }

    [Fact]
    public void A_folder_of_v7_has_no_data() =>
        Assert.Equal([0L, 1L], Lengths(new TarBuilder().Header("d/", '\0', "00000000777\0").File("b", "x").ToArray()));

    [Theory]
    [InlineData("700", 700)]
    [InlineData("-1", 5)] // no number: the header's
    [InlineData("", 5)] // taken away
    public void A_size_of_pax_is_that_of_the_entry_that_follows(string size, long expected)
    {
        byte[] tar = [.. RawTar.Write([RawEntry.Pax(("size", size), ("path", "long")),
            new RawEntry("a", new byte[700]) { SizeField = RawEntry.Octal(5) }], endBlocks: 0), .. new byte[1024]];
        Assert.Equal(expected, StructureBench.Walk(tar)[1].DataLength);
    }

    [Theory]
    [InlineData(0, 700)]
    [InlineData(1, 5)]
    public void An_extended_header_of_more_than_a_mebibyte_is_not_looked_into(int more, long expected)
    {
        var size = "12 size=700\n"u8.Length;
        var pax = RawEntry.Pax(("comment", new string('c', (1 << 20) - size - "1048564 comment=\n".Length + more)),
            ("size", "700"));
        Assert.Equal((1 << 20) + more, pax.Content.Length);
        var tar = RawTar.Write([pax, new RawEntry("a", new byte[700]) { SizeField = RawEntry.Octal(5) }]);
        Assert.Equal(expected, StructureBench.Walk(tar)[1].DataLength);
    }

    [Fact]
    public void Blocks_of_a_sparse_map_are_data_of_their_entry()
    {
        var header = new TarBuilder().Header("s", 'S', "00000000012\0").ToArray()[..512];
        header[482] = 1;
        Repair(header);
        var more = new byte[512];
        more[504] = 1;
        byte[] tar = [.. header, .. more, .. new byte[512], .. new byte[512],
            .. new TarBuilder().File("b", "x").ToArray()];
        Assert.Equal([1024 + 10, 1L], Lengths(tar));
        // A map that goes on to the end of the content is none.
        Assert.Equal(0, StructureBench.Walk([.. header, .. more, .. more]).Count);
    }

    [Fact]
    public void Padding_may_be_missing_at_the_end()
    {
        var tar = new TarBuilder().File("a", "hello").ToArray()[..600];
        var records = StructureBench.Walk(tar);
        Assert.Equal((1, 0), (records.Count, records.TailLength));
        Assert.Equal(83, records.PaddingLength(records[0]));
    }

    [Fact]
    public void What_is_beyond_the_most_records_is_tail()
    {
        var tar = new TarBuilder().File("a", "1").File("b", "2").File("c", "3").ToArray();
        var records = RecordWalk.Read(new MemoryContent(tar), 2, default);
        Assert.Equal((2, 2048), (records.Count, records.TailOffset));
    }

    [Fact]
    public void Any_bytes_are_a_content()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(3000)];
            random.NextBytes(bytes);
            var records = StructureBench.Walk(bytes);
            Assert.Equal((0, bytes.Length), (records.Count, records.TailLength));
        }
    }

    /// <summary>GNU tar says at which block each entry begins, with the headers that tell of it.</summary>
    [SkippableTheory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    public async Task The_walk_agrees_with_GNU_tar(string format)
    {
        using var folder = new TemporaryFolder();
        var path = await RealTars.GnuAsync(folder, format);
        var listing = await ExternalTool.RunAsync("tar", "-tRf", path);
        var blocks = BlockNumber().Matches(listing)
            .Select(m => 512 * long.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToList();
        var tar = await File.ReadAllBytesAsync(path);
        var records = StructureBench.Walk(tar);
        var names = EntryPaths.Read(new MemoryContent(tar), records, default);
        // Long names are part of an entry to GNU tar, and records of pax are not.
        var starts = Enumerable.Range(0, records.Count).Where(format == "pax"
            ? i => !names[i].IsExtended : i => i == 0 || !names[i - 1].IsExtended);
        Assert.Equal(blocks[..^1], [.. starts.Select(i => records[i].Offset)]);
        Assert.Equal(blocks[^1], records.TailOffset);
    }

    [SkippableTheory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    [InlineData("v7")]
    public async Task Walk_and_reader_agree(string format)
    {
        using var folder = new TemporaryFolder();
        var tar = await File.ReadAllBytesAsync(await RealTars.GnuAsync(folder, format));
        var records = StructureBench.Walk(tar);
        var names = EntryPaths.Read(new MemoryContent(tar), records, default);
        using var stream = new MemoryStream(tar);
        var reader = new TarReader(stream);
        var next = 0;
        while (reader.Next(default) is { } entry)
        {
            Assert.Equal(records[next].Offset, entry.HeaderOffset);
            while (names[next].IsExtended)
                next++;
            Assert.Equal(entry.StoredSize, records[next].DataLength);
            Assert.Equal(entry.Name[2..].TrimEnd('/'), names[next].Path);
            next++;
        }
        Assert.Equal(records.Count, next);
    }

    private static List<long> Lengths(byte[] tar)
    {
        var records = StructureBench.Walk(tar);
        return Enumerable.Range(0, records.Count).Select(i => records[i].DataLength).ToList();
    }

    private static void Repair(byte[] header)
    {
        "        "u8.CopyTo(header.AsSpan(148));
        Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0')}\0 ").CopyTo(header, 148);
    }

    [GeneratedRegex(@"^block (\d+):", RegexOptions.Multiline)]
    private static partial Regex BlockNumber();
}
