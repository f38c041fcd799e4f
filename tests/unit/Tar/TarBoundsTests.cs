using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Tar;

/// <summary>How much a tar may hold (docs/limits.md): what is read at the bound, and what is not beyond it.</summary>
public sealed class TarBoundsTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void An_archive_has_200_000_entries_at_the_most()
    {
        var header = RawTar.Header(new RawEntry("f", []));
        Assert.NotNull(Index(new RepeatedStream(header, 200_000)).Find("f"));
        var error = Errors.Throws(
            DiffahErrors.InvalidImage, () => Index(new RepeatedStream(header, long.MaxValue / RawTar.Block)));
        Assert.Contains("more than 200000 entries", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void A_name_leads_through_40_links_at_the_most(int links, bool isFound)
    {
        var tar = new TarBuilder().File($"l{links}", "content");
        for (var i = 0; i < links; i++)
            tar.Symlink($"l{i}", $"l{i + 1}");
        var index = Index(new MemoryStream(tar.ToArray()));
        if (isFound)
            Assert.Equal(7, index.Find("l0")!.Length);
        else
            Errors.Throws(DiffahErrors.InvalidImage, () => index.Find("l0"));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public void An_extended_header_has_a_mebibyte_at_the_most(char type)
    {
        Assert.Equal("f", new TarReader(Headers(type, MiB, 1)).Next(default)!.Name[..1]);
        Refuses(Headers(type, MiB + 1, 1), 1 * MiB);
    }

    [Fact]
    public void All_headers_of_one_entry_have_16_mebibytes_at_the_most()
    {
        // With the block before each, fifteen of a mebibyte fit and the sixteenth does not.
        Assert.NotNull(new TarReader(Headers('L', MiB, 15)).Next(default));
        Refuses(Headers('L', MiB, 1_000_000), 128 * MiB);
    }

    [Fact]
    public void A_name_that_is_used_has_4096_characters_at_the_most()
    {
        Assert.Equal(4096, TarPath.TryNormalize(new string('n', 4096))!.Length);
        Assert.Null(TarPath.TryNormalize(new string('n', 4097)));
    }

    private static TarIndex Index(Stream tar) => TarIndex.Read(tar, "it", (_, _) => true, default);

    private static void Refuses(Stream tar, long allocatedAtMost)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => new TarReader(tar).Next(default));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allocatedAtMost);
    }

    // Extended headers of one size, and behind them an entry that begins with "f": as text, each is a name of f's, and
    // as records of pax it is one that nobody knows.
    private static RepeatedStream Headers(char type, int size, int count)
    {
        var content = new byte[(size + RawTar.Block - 1) / RawTar.Block * RawTar.Block];
        content.AsSpan(0, size).Fill((byte)'f');
        if (type is 'x' or 'g')
        {
            System.Text.Encoding.ASCII.GetBytes($"{size} f=").CopyTo(content, 0);
            content[size - 1] = (byte)'\n';
        }
        byte[] one = [.. RawTar.Header(new RawEntry("h", []) { Type = type, SizeField = RawEntry.Octal(size) }),
            .. content];
        var entry = RawTar.Header(new RawEntry("f", []));
        return count == 1 ? new RepeatedStream([.. one, .. entry], 1)
            : count > 100 ? new RepeatedStream(one, count)
            : new RepeatedStream([.. Enumerable.Repeat(one, count).SelectMany(b => b), .. entry], 1);
    }
}
