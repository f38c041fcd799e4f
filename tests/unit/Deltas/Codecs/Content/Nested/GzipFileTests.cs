using System.IO.Compression;
using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Recipes;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Tests.Compression.Gzip;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Nested;

public sealed class GzipFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("-9n", new byte[] { 0x10, 0 })]
    [InlineData("-6n", new byte[] { 0x00, 0 })]
    [InlineData("-1n", new byte[] { 0x20, 0 })]
    public async Task Of_what_gzip_writes_without_a_name_a_byte_is_told_and_the_length(string options, byte[] layout)
    {
        var content = GzipContents.Random(5, 70_000);

        var file = await GzipAsync(content, options);
        var opening = NestedBench.RoundTrip(file);

        Assert.Equal(layout, NestedBench.Write(opening.Layout, content.Length));
        // 10 more than was guessed: 20 as a number with its sign in the lowest bit.
        Assert.Equal([layout[0], 20], NestedBench.Write(opening.Layout, content.Length - 10));
        Assert.Equal(content, Assert.Single(NestedBench.Parts(opening.File, file)));
        Assert.Equal(content, Assert.Single(NestedBench.Parts(NestedFile.Open(file)!, file)));
    }

    [SkippableTheory]
    [InlineData("-9")]
    [InlineData("-5")]
    [InlineData("-3n")]
    public async Task Names_times_and_other_levels_are_told(string options)
    {
        var file = await GzipAsync(GzipContents.Random(6, 40_000), options);

        var layout = NestedBench.Write(NestedBench.RoundTrip(file).Layout, 40_000);

        Assert.InRange(layout.Length, 3, 24);
    }

    [SkippableFact]
    public async Task Many_members_are_one_part()
    {
        var (one, two) = (GzipContents.Random(7, 5000), GzipContents.Random(8, 90_000));
        byte[] file = [.. await GzipAsync(one, "-9n"), .. await GzipAsync(two, "-6n")];

        var opening = NestedBench.RoundTrip(file);

        Assert.Equal([.. one, .. two], Assert.Single(NestedBench.Parts(opening.File, file)));
    }

    [SkippableFact]
    public async Task A_wrong_trailer_is_kept()
    {
        var file = await GzipAsync(GzipContents.Random(9, 9000), "-9n");
        file[^8] ^= 1;

        NestedBench.RoundTrip(file);
    }

    [SkippableFact]
    public async Task What_is_not_whole_is_a_part_as_it_is_and_not_opened_anew()
    {
        var file = await GzipAsync(GzipContents.Random(10, 9000), "-9n");
        foreach (var broken in (byte[][])[file[..^1], [.. file, 0], [.. file[..40], .. file[41..]]])
        {
            Assert.Equal(broken, Assert.Single(NestedBench.Parts(NestedFile.Open(broken)!, broken)));
            Assert.Null(NestedBench.Open(broken));
        }
    }

    [Fact]
    public void A_file_that_is_longer_than_a_part_may_be_stays_closed()
    {
        using var made = new MemoryStream();
        using (var stream = new GZipStream(made, CompressionLevel.Optimal))
            stream.Write(new byte[NestedBounds.PartLength + 1]);
        var file = made.ToArray();

        Assert.Equal(file, Assert.Single(NestedBench.Parts(NestedFile.Open(file)!, file)));
        Assert.Null(NestedBench.Open(file));
    }

    [Fact]
    public void What_is_no_gzip_file_and_no_archive_is_not_opened()
    {
        foreach (var file in (byte[][])[[], [0x1F], [0x1F, 0x8B, 8], GzipContents.Random(3, 100_000)])
            Assert.Null(NestedFile.Open(file));
    }

    [Fact]
    public void The_checksum_is_that_of_the_standard() =>
        Assert.Equal(0xCBF43926u, GzipTrailer.Checksum("123456789"u8));

    [Fact]
    public void Inflating_gives_what_DotNet_compressed_and_finds_its_end()
    {
        var inflater = new SpanInflater();
        for (var seed = 0; seed < 60; seed++)
        {
            var content = GzipContents.Random(seed, seed * seed * 40);
            using var made = new MemoryStream();
            using (var stream = new DeflateStream(made, (CompressionLevel)(seed % 4), leaveOpen: true))
                stream.Write(content);
            var length = (int)made.Length;
            made.Write([1, 2, 3, 4, 5, 6, 7, 8, 9]);
            var room = new byte[content.Length];

            var result = inflater.Inflate(made.ToArray(), room);

            if (content.Length == 0 && length == 0)
                continue;
            Assert.Equal(new(InflateState.Complete, length, content.Length), result);
            Assert.Equal(content, room);
            if (content.Length > 0)
                Assert.Equal(InflateState.NoRoom, inflater.Inflate(made.ToArray(), room.AsSpan(1)).State);
        }
    }

    [Fact]
    public void A_stream_that_is_cut_anywhere_does_not_inflate()
    {
        var data = ZipBuilder.Deflate(GzipContents.Random(4, 3000));
        var inflater = new SpanInflater();
        for (var length = 0; length < data.Length; length++)
            Assert.Equal(InflateState.Corrupt, inflater.Inflate(data.AsSpan(0, length), new byte[3000]).State);
    }

    private async Task<byte[]> GzipAsync(byte[] content, string options)
    {
        File.WriteAllBytes(_folder["page.1"], content);
        await ExternalTool.RunAsync("gzip", "-f", options, _folder["page.1"]);
        return File.ReadAllBytes(_folder["page.1.gz"]);
    }
}
