using Diffah.Engine.Compression;
using Diffah.Engine.Deltas.Codecs.Content.Nested;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Deltas.Codecs.Content.Nested;

/// <summary>Archives that no tool writes: what is cut out of them, and what is not.</summary>
public sealed class HostileZipTests
{
    private static readonly byte[] Text = GzipContents.Random(31, 4000);
    private static readonly byte[] Data = ZipBuilder.Deflate(Text);

    [Fact]
    public void Data_that_two_entries_name_is_cut_out_once() =>
        Check(
            new ZipBuilder().Add("a", Data, Text.Length).AddRecord("b", Data.Length, Text.Length, 0).ToArray(),
            [Text]);

    [Fact]
    public void An_entry_that_begins_in_anothers_data_is_not_cut_out()
    {
        // Each entry's data has the next one's header in it.
        var inner = new ZipBuilder().AddLocal("b", Data);
        var archive = new ZipBuilder();
        var all = inner.ToArray().AsSpan(0, inner.Position).ToArray();
        archive.Add("a", all, all.Length, method: 0).AddRecord("b", Data.Length, Text.Length, 31);

        Check(archive.ToArray(), [all]);
    }

    [Fact]
    public void What_a_zip_bomb_says_again_and_again_is_cut_out_once()
    {
        var archive = new ZipBuilder().Add("a", Data, Text.Length);
        for (var index = 0; index < 60_000; index++)
            archive.AddRecord("b", Data.Length, Text.Length, 0);

        Check(archive.ToArray(), [Text]);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(8, 1)]
    [InlineData(8, 32)]
    [InlineData(8, 64)]
    [InlineData(8, 8192)]
    public void Other_methods_and_encrypted_data_stay_where_they_are(int method, int flags) =>
        Check(
            new ZipBuilder().Add("a", Data, Text.Length, method, flags).Add("b", Text, Text.Length, 0).ToArray(),
            [Text]);

    [Fact]
    public void Stored_data_of_two_lengths_stays_where_it_is() =>
        Check(
            new ZipBuilder().Add("a", Text, Text.Length - 1, 0).Add("b", Text, Text.Length, 0).ToArray(),
            [Text]);

    [Fact]
    public void An_entry_whose_header_is_none_or_whose_data_is_not_there_is_not_cut_out()
    {
        var archive = new ZipBuilder().Add("a", Text, Text.Length, 0);
        archive.AddRaw(new byte[64]);
        archive.AddRecord("none", 10, 10, archive.Position - 60, 0);
        archive.AddRecord("far", 10, 10, int.MaxValue, 0);
        archive.AddRecord("in", 10, 10, archive.Position - 20, 0);
        var at = archive.Position;
        archive.AddLocal("long", Text, 0).AddRecord("long", Text.Length + 1, Text.Length + 1, at, 0);
        archive.AddRecord("late", 10, 10, archive.Position, 0);

        Check(archive.ToArray(), [Text]);
    }

    [Fact]
    public void Data_that_does_not_inflate_to_what_is_said_is_a_part_as_it_is_and_not_opened_anew()
    {
        byte[] longer = [.. Data, 0];
        var file = new ZipBuilder()
            .Add("short", Data, Text.Length - 1).Add("long", Data, Text.Length + 1).Add("more", longer, Text.Length)
            .Add("none", Text, Text.Length).Add("bomb", Data, NestedBounds.Inflated(Data.Length))
            .Add("denser", Data, NestedBounds.Inflated(Data.Length) + 1).Add("good", Text, Text.Length, 0)
            .ToArray();

        var parts = NestedBench.Parts(NestedFile.Open(file)!, file);
        Assert.Equal([Data, Data, longer, Text, Data, Text], parts[1..]);
        var opening = NestedBench.RoundTrip(file);
        Assert.Equal([Text], NestedBench.Parts(opening.File, file)[1..]);
        Assert.Equal(4 * Data.Length + 1 + Text.Length, opening.Layout.ClosedBytes);
    }

    [Fact]
    public void Parts_have_a_bound_each_and_together()
    {
        var dense = new byte[NestedBounds.PartLength / 64];
        var archive = new ZipBuilder().Add("over", dense, NestedBounds.PartLength + 1);
        for (var index = 0; index < 17; index++)
            archive.Add("at", dense, NestedBounds.PartLength);
        var file = archive.ToArray();

        Assert.Equal(1 + 16, NestedFile.Open(file)!.PartCount);
    }

    [Fact]
    public void A_directory_that_is_not_what_the_end_says_is_none()
    {
        ZipBuilder Archive() => new ZipBuilder().Add("a", Text, Text.Length, 0).Add("b", Text, Text.Length, 0);
        var good = Archive().ToArray();
        Assert.Equal(3, NestedFile.Open(good)!.PartCount);
        foreach (var bad in (byte[][])[
            Archive().ToArray(count: 1), Archive().ToArray(count: 3), Archive().ToArray(count: 60000),
            Archive().ToArray(directoryLength: 93), Archive().ToArray(directoryLength: 95),
            Archive().ToArray(directoryLength: -1), Archive().ToArray(directoryLength: int.MaxValue),
            good[..^1], [.. good, 0], good[^22..], good[^100..]])
        {
            Assert.Null(NestedFile.Open(bad));
            Assert.Null(NestedBench.Open(bad));
        }
    }

    [Fact]
    public void The_end_is_the_last_one_whose_comment_goes_on_to_the_end()
    {
        var good = new ZipBuilder().Add("a", Text, Text.Length, 0).ToArray();
        byte[] comment = [.. Enumerable.Repeat("a comment PK\u0005\u0006 "u8.ToArray(), 9).SelectMany(b => b)];
        byte[] file = [.. good, .. comment];
        file[good.Length - 2] = (byte)comment.Length;

        Check(file, [Text]);
        NestedBench.RoundTrip(file);
    }

    [Fact]
    public void A_changed_archive_comes_back_or_stays_closed()
    {
        var good = new ZipBuilder()
            .Add("a", Data, Text.Length).Add("b", Text, Text.Length, 0).Add("c", Data, Text.Length).ToArray();
        var random = new Random(41);
        var opened = 0;
        for (var turn = 0; turn < 400; turn++)
        {
            var file = good.ToArray();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
                file[turn % 2 == 0 ? random.Next(file.Length) : file.Length - 1 - random.Next(200)] =
                    (byte)random.Next(256);
            if (NestedFile.Open(file) is { } old)
                NestedBench.Parts(old, file);
            if (NestedBench.Open(file) is null)
                continue;
            NestedBench.RoundTrip(file);
            opened++;
        }
        Assert.InRange(opened, 100, 399);
    }

    [Fact]
    public void A_changed_layout_or_skeleton_makes_no_more_than_the_file_or_is_refused()
    {
        var file = new ZipBuilder()
            .Add("a", Data, Text.Length).Add("b", Text, Text.Length, 0).Add("c", Text, Text.Length, 0).ToArray();
        var opening = NestedBench.Open(file)!;
        var layout = NestedBench.Write(opening.Layout);
        var parts = NestedBench.Parts(opening.File, file);
        var random = new Random(42);
        var (made, refused) = (0, 0);
        for (var turn = 0; turn < 2000; turn++)
        {
            var (changed, skeleton) = (layout.ToArray(), parts[0].ToArray());
            if (turn % 2 == 0)
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            if (turn % 3 != 0)
                skeleton[random.Next(skeleton.Length)] = (byte)random.Next(256);
            if (Makes(changed, [skeleton, .. parts[1..]], file.Length))
                made++;
            else
                refused++;
        }
        Assert.True(made > 100 && refused > 100, $"{made} were made, {refused} were refused");
    }

    [Theory]
    [InlineData(new byte[] { 0x11, 0 })]
    [InlineData(new byte[] { 0x40, 0 })]
    [InlineData(new byte[] { 0x30, 0 })]
    [InlineData(new byte[] { 0x14, 0 })]
    [InlineData(new byte[] { 0x00, 1 })]
    [InlineData(new byte[] { 0x04, 0, 3, 1, 2, 3 })]
    [InlineData(new byte[] { 0x08, 0, 99, 1 })]
    [InlineData(new byte[] { 0x02, 3, 1, 2, 3 })]
    [InlineData(new byte[] { 0x03, 0, 5 })]
    [InlineData(new byte[] { 0x05, 0, 1, 1, 99, 6 })]
    [InlineData(new byte[] { })]
    public void A_layout_of_no_kind_is_refused(byte[] layout) =>
        Assert.Throws<RecipeRefusedException>(() => NestedBench.Read(layout, 1000));

    private static bool Makes(byte[] layout, byte[][] parts, int fileLength)
    {
        try
        {
            var input = new Engine.Compression.ByteCursor(layout);
            var length = 0;
            var plan = NestedLayout.Read(ref input, fileLength, 0).Plan(parts[0]);
            foreach (var piece in plan.Rebuild(part => part < parts.Length ? parts[part] : default))
                length += piece.Length;
            Assert.Equal(fileLength, length);
            return true;
        }
        catch (RecipeRefusedException)
        {
            return false;
        }
    }

    /// <summary>The old side cuts these out, the new side these that it can make, and the archive comes back.</summary>
    private static void Check(byte[] file, byte[][] expected)
    {
        var old = NestedFile.Open(file);
        Assert.NotNull(old);
        Assert.Equal(expected, NestedBench.Parts(old, file)[1..]);
        if (NestedBench.Open(file) is { } opening)
            Assert.True(NestedBench.RoundTrip(file).File.PartCount <= opening.File.PartCount);
    }
}
