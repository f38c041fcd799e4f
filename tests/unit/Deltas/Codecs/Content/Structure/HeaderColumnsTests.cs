using System.Formats.Tar;
using System.Text;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

public sealed class HeaderColumnsTests
{
    [SkippableTheory]
    [InlineData("gnu", "gnu")]
    [InlineData("pax", "pax")]
    [InlineData("ustar", "ustar")]
    [InlineData("v7", "v7")]
    [InlineData("gnu", "pax")]
    [InlineData("oldgnu", "ustar")]
    public async Task Headers_of_GNU_tar_come_back(string old, string @new)
    {
        using var folder = new TemporaryFolder();
        await RoundTripAsync(
            await RealTars.GnuAsync(folder, old), await RealTars.GnuAsync(folder, @new, seed: 2));
    }

    [SkippableTheory]
    [InlineData("gnu", "gnu")]
    [InlineData("pax", "pax")]
    [InlineData("ustar", "pax")]
    public async Task Headers_of_Python_come_back(string old, string @new)
    {
        using var folder = new TemporaryFolder();
        await RoundTripAsync(
            await RealTars.PythonAsync(folder, old), await RealTars.PythonAsync(folder, @new, seed: 2));
        await RoundTripAsync(
            await RealTars.GnuAsync(folder, old), await RealTars.PythonAsync(folder, @new, seed: 2));
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Headers_of_dotnet_come_back(TarEntryFormat format)
    {
        using var folder = new TemporaryFolder();
        await RoundTripAsync(
            await RealTars.DotnetAsync(folder, format), await RealTars.DotnetAsync(folder, format, seed: 2));
    }

    [Fact]
    public void A_content_of_no_records_comes_back()
    {
        StructureBench.RoundTrip([], []);
        StructureBench.RoundTrip([], new byte[10240]);
        StructureBench.RoundTrip([[1, 2, 3]], Encoding.UTF8.GetBytes(new string('x', 5000)));
    }

    [Fact]
    public void A_tar_cut_anywhere_comes_back()
    {
        var old = new TarBuilder().File("a", new byte[700]).File("b", "x").ToArray();
        var tar = new TarBuilder().File("a", new byte[600]).Folder("d/").File("b", "yy").ToArray();
        for (var length = 0; length <= tar.Length; length += 7)
            StructureBench.RoundTrip([old], tar[..length]);
    }

    /// <summary>Any bytes with a right checksum, against any others: nothing is taken for granted.</summary>
    [Fact]
    public void Any_header_comes_back_from_any_other()
    {
        var random = new Random(7);
        var told = 0;
        for (var round = 0; round < 300; round++)
        {
            var old = Hostile(random, 6);
            var target = Hostile(random, 6, old);
            var count = StructureBench.Walk(old).Count;
            int[] bases = [.. Enumerable.Range(0, StructureBench.Walk(target).Count)
                .Select(_ => random.Next(-1, count))];
            StructureBench.RoundTrip([old], target, bases);
            told += bases.Length;
        }
        Assert.InRange(told, 1000, 1800);
    }

    [Theory]
    [InlineData("0000644\0", "0000755\0")]
    [InlineData("   644 \0", "   755 \0")]
    [InlineData("000644 \0", "000755 \0")]
    [InlineData("00000644", "00000755")]
    [InlineData("0000000\0", "\x80\0\0\0\0\x20\0\0")] // 2^21 does not fit
    [InlineData("\0\0\0\0\0\0\0\0", "0000755\0")]
    [InlineData("\x80\0\0\0\0\x20\0\0", "0000755\0")]
    public void A_number_takes_the_style_of_another(string model, string expected)
    {
        var field = new byte[8];
        NumberStyle.Write(
            Encoding.Latin1.GetBytes(model), expected[0] == '\x80' ? 1 << 21 : 0b111_101_101, field);
        Assert.Equal(Encoding.Latin1.GetBytes(expected), field);
    }

    [Fact]
    public void Headers_that_did_not_change_are_told_in_two_bytes()
    {
        var tar = RawTar.Write(Enumerable.Range(0, 1000).Select(i => new RawEntry($"f{i}", [1])));
        Assert.Equal(2 + 2 * 1000 + 1, StructureBench.RoundTrip([tar], tar));
    }

    [Fact]
    public void A_time_that_all_files_of_a_package_get_is_told_once()
    {
        static byte[] Tar(int[] times) =>
            RawTar.Write(Enumerable.Range(0, 1000).Select(i => new RawEntry($"f{i}", [1]) { Modified = times[i % 3] }));
        var size = StructureBench.RoundTrip([Tar([100, 200, 300])], Tar([1_500_000_100, 200, 1_500_000_300]));
        Assert.InRange(size, 2003, 2003 + 2 * 6);
    }

    [Fact]
    public void A_version_in_a_folder_is_told_once()
    {
        static byte[] Tar(string version) =>
            RawTar.Write(Enumerable.Range(0, 1000).Select(i => new RawEntry($"lib/p{version}/f{i}.py", [(byte)i, 1])
            { Link = $"../p{version}/x" }));
        var size = StructureBench.RoundTrip([Tar("3.11")], Tar("3.12"));
        // Each is one byte for the name, and one for the link.
        Assert.InRange(size, 4003, 4003 + 40);
    }

    [Theory]
    [InlineData(nameof(HeaderColumn.References))]
    [InlineData(nameof(HeaderColumn.Flags))]
    [InlineData(nameof(HeaderColumn.TimeCodes))]
    [InlineData(nameof(HeaderColumn.Sizes))]
    [InlineData(nameof(HeaderColumn.Edits))]
    [InlineData(nameof(HeaderColumn.Lengths))]
    [InlineData(nameof(HeaderColumn.Values))]
    [InlineData(nameof(HeaderColumn.Raw))]
    public void A_column_cut_short_is_refused(string name)
    {
        var (columns, old, length) = Sample();
        var column = (int)Enum.Parse<HeaderColumn>(name);
        Assert.NotEmpty(columns[column]);
        columns[column] = columns[column][..^1];
        Assert.Throws<InvalidDataException>(() => ReadAll(columns, old, length));
    }

    [Theory]
    [InlineData(nameof(HeaderColumn.References))]
    [InlineData(nameof(HeaderColumn.Times))]
    [InlineData(nameof(HeaderColumn.Raw))]
    public void A_column_with_more_than_is_needed_is_refused(string name)
    {
        var (columns, old, length) = Sample();
        var column = (int)Enum.Parse<HeaderColumn>(name);
        columns[column] = [.. columns[column], 0];
        Assert.Throws<InvalidDataException>(() => ReadAll(columns, old, length));
    }

    [Fact]
    public void Damaged_columns_give_headers_within_the_content_or_are_refused()
    {
        var (columns, old, length) = Sample();
        var random = new Random(3);
        var refused = 0;
        for (var round = 0; round < 5000; round++)
        {
            byte[][] damaged = [.. columns.Select(c => c.ToArray())];
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var column = damaged[random.Next(damaged.Length)];
                if (column.Length > 0)
                    column[random.Next(column.Length)] = (byte)random.Next(256);
            }
            try
            {
                ReadAll(damaged, old, length);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 5000);
    }

    private static void ReadAll(byte[][] columns, OldHeaders old, long length)
    {
        var decoder = StructureBench.Decoder(columns, old, length);
        while (decoder.Next())
            Assert.InRange(decoder.Record.End(length), 0, length);
    }

    private static (byte[][] Columns, OldHeaders Old, long Length) Sample()
    {
        var random = new Random(11);
        var old = Hostile(random, 10);
        byte[] target = [.. RawTar.Write(Enumerable.Range(0, 20).Select(i => new RawEntry($"n/{i % 3}/{i}", new byte[i])
        { Modified = i / 2, Owner = i % 4 }), endBlocks: 0), .. Hostile(random, 10, old)];
        var records = StructureBench.Walk(target);
        var sources = StructureBench.Old(old);
        int[] bases = [.. Enumerable.Range(0, records.Count).Select(i => random.Next(-1, sources.Count))];
        var columns = new HeaderEncoder(new MemoryContent(target), records, sources).Encode(bases, true, default);
        return (StructureBench.Columns(columns), sources, target.Length);
    }

    // Headers that share parts with others, changed anywhere, with right checksums of several kinds.
    private static byte[] Hostile(Random random, int count, byte[]? like = null)
    {
        using var tar = new MemoryStream();
        var models = like is null ? [] : Enumerable.Range(0, StructureBench.Walk(like).Count)
            .Select(i => like.AsSpan((int)StructureBench.Walk(like)[i].Offset, 512).ToArray()).ToList();
        for (var i = 0; i < count; i++)
        {
            var data = new byte[random.Next(3) == 0 ? 0 : random.Next(1200)];
            var header = models.Count > 0 && random.Next(3) > 0 ? models[random.Next(models.Count)].ToArray()
                : RawTar.Header(new RawEntry($"dir-{random.Next(3)}/name_{random.Next(9)}", data)
                { Type = "0012345xgLKS7"[random.Next(13)], Modified = random.Next(3), Link = "to/it" });
            for (var changes = random.Next(4); changes > 0; changes--)
                random.NextBytes(header.AsSpan(random.Next(500), random.Next(12)));
            if (header[156] is >= (byte)'1' and <= (byte)'6')
                data = []; // or the walk ends here
            if (random.Next(20) > 0)
                (random.Next(2) == 0 ? RawEntry.Octal(data.Length) : RawEntry.Base256(data.Length))
                    .CopyTo(header, 124);
            SetChecksum(header, random.Next(4));
            tar.Write(header);
            tar.Write(data);
            var padding = new byte[-data.Length & 511];
            if (random.Next(4) == 0)
                random.NextBytes(padding);
            tar.Write(padding);
        }
        tar.Write(new byte[1024]);
        return tar.ToArray();
    }

    private static void SetChecksum(byte[] header, int style)
    {
        "        "u8.CopyTo(header.AsSpan(148));
        var sum = header.Sum(b => style == 3 ? (sbyte)b : b);
        var text = sum < 0 ? "" : Convert.ToString(sum, 8);
        Encoding.ASCII.GetBytes(style switch
        {
            0 => text.PadLeft(7, '0') + "\0",
            1 => text.PadLeft(6) + "\0 ",
            _ => text.PadLeft(6, '0') + "\0 ",
        }).CopyTo(header, 148);
    }

    private static async Task RoundTripAsync(string old, string target) =>
        StructureBench.RoundTrip([await File.ReadAllBytesAsync(old)], await File.ReadAllBytesAsync(target));
}
