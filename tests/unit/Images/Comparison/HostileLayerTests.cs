using System.Text;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Tests.Deltas.Support;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>
/// Layers that were made to do harm, or that nobody meant: an answer or a typed error, in bounded time.
/// </summary>
public sealed class HostileLayerTests
{
    private static readonly byte[] Plain = Tars.Of(Tars.File("a"));

    private static async Task<Found> BothAsync(byte[] layer)
    {
        await CompareAsync(new ImageDraft(Plain), new ImageDraft(layer), new() { Squash = true });
        return await CompareAsync(new ImageDraft(Plain), new ImageDraft(layer));
    }

    [Theory]
    [InlineData("../../etc/passwd", "../../etc/passwd")]
    [InlineData("/..", "..")]
    [InlineData("a/../../x", "a/../../x")]
    [InlineData("b/../x", "x")]
    [InlineData("///", ".")]
    [InlineData("x\\y", "x\\y")]
    [InlineData(".wh.", ".wh.")]
    [InlineData(".wh...", ".wh...")]
    [InlineData(".wh..", ".wh..")]
    public async Task Names_that_lead_astray_are_names(string name, string shown)
    {
        var found = await BothAsync(RawTar.Write([new("a", "text"u8.ToArray()), new(name, [1])]));
        Assert.Contains(found.Differences,
            d => d.Path == shown && d is { Property: DifferenceProperty.Presence, Reference: null });
    }

    [Fact]
    public async Task Links_in_a_circle_end()
    {
        var found = await BothAsync(RawTar.Write([
            new("a", []) { Type = '1', Link = "b" }, new("b", []) { Type = '1', Link = "a" },
            new("c", []) { Type = '1', Link = "c" }]));
        Assert.Contains("File a Type", found.Lines);
    }

    [Fact]
    public async Task A_long_chain_of_links_ends()
    {
        var chain = Enumerable.Range(0, 5000).Select(i => new RawEntry($"{i}", []) { Type = '1', Link = $"{i + 1}" });
        var found = await BothAsync(RawTar.Write(chain));
        Assert.Equal(5000, found.Comparison.AddedFileCount);
    }

    [Fact]
    public async Task Holes_that_no_disk_has_are_not_read()
    {
        byte[] Sparse(long size, byte content) => RawTar.Write([
            RawEntry.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "log/lastlog"),
                ("GNU.sparse.realsize", $"{size}")),
            new("GNUSparseFile.0/lastlog",
                [.. Encoding.ASCII.GetBytes("1\n0\n1\n".PadRight(512, '\0')), content])]);
        var (a, b) = (Sparse(1L << 60, 1), Sparse(1L << 60, 2));
        var found = await CompareAsync(new ImageDraft(a), new ImageDraft(b));
        Assert.Equal(["File log/lastlog Content"], found.Lines);
        Assert.Equal(1L << 60, found.Differences[0].ReferenceSize);
        Assert.Equal(["File log/lastlog Content"],
            (await CompareAsync(new ImageDraft(a), new ImageDraft(Sparse(1L << 59, 1)))).Lines);
    }

    [Fact]
    public async Task A_sparse_map_that_cannot_be_right_is_an_error()
    {
        var layer = RawTar.Write([
            RawEntry.Pax(("GNU.sparse.size", "10"), ("GNU.sparse.map", "5,100")), new("a", new byte[100])]);
        var e = await Assert.ThrowsAsync<DiffahException>(() => BothAsync(layer));
        Assert.Equal(DiffahErrors.InvalidImage, e.Error);
    }

    [Fact]
    public async Task Deep_folders_and_long_names()
    {
        var name = string.Join('/', Enumerable.Repeat("d", 100_000));
        var found = await BothAsync(Tars.Of(Tars.Pax(name)));
        Assert.Contains(found.Differences, d => d.Path == name);
    }

    [Fact]
    public async Task Many_attributes_of_one_file()
    {
        var records = Enumerable.Range(0, 20_000).Select(i => ($"SCHILY.xattr.user.{i}", "")).ToArray();
        var found = await BothAsync(RawTar.Write([RawEntry.Pax(records), new("a", "text"u8.ToArray())]));
        Assert.Contains("File a Xattr", found.Lines);
    }

    [Fact]
    public void More_entries_than_are_kept_are_refused()
    {
        var budget = new EntryBudget();
        for (var i = 0; i < EntryBudget.MaximumEntries; i++)
            budget.Take(1);
        Assert.Throws<InvalidDataException>(() => budget.Take(1));
        Assert.Throws<InvalidDataException>(() => new EntryBudget().Take(EntryBudget.MaximumCharacters + 1));
    }

    [Fact]
    public async Task A_hundred_thousand_entries_in_another_order()
    {
        var names = Enumerable.Range(0, 100_000).Select(i => new RawEntry($"{i}", [])).ToArray();
        var shuffled = names.ToArray();
        new Random(1).Shuffle(shuffled);
        var found = await CompareAsync(new ImageDraft(RawTar.Write(names)), new ImageDraft(RawTar.Write(shuffled)));
        Assert.Equal(["Layer FileOrder"], found.Lines);
    }

    [Fact]
    public async Task Thousands_of_layers_are_paired()
    {
        var layers = Enumerable.Range(0, 1500).Select(i => (LayerDraft)Tars.Of(Tars.File($"{i}"))).ToArray();
        var others = layers.Skip(1).Append(layers[0]).ToArray();
        var found = await CompareAsync(new ImageDraft(layers), new ImageDraft(others),
            new() { Ignore = IgnoredDifferences.History });
        Assert.Equal(2, found.Lines.Count(l => l == "Layer Presence"));
        Assert.Equal(1499, found.Comparison.SameLayerCount);
    }

    [Theory]
    [InlineData("""{"layers":[1]}""")]
    [InlineData("""{"config":{"Env":5,"Labels":[]},"history":{"a":1},"rootfs":null}""")]
    [InlineData("""{"history":[1,null,{}],"config":[{"a":1},2],"created":{}}""")]
    public async Task Configurations_of_any_form_are_compared(string config)
    {
        var (a, b) = (new ImageDraft(Plain), new ImageDraft(Plain) { ConfigText = _ => config });
        var found = await CompareAsync(a, b);
        Assert.NotEmpty(found.Lines);
        Assert.Equal(found.Lines.Order(), (await CompareAsync(b, a)).Lines.Order());
    }

    [Fact]
    public async Task Bytes_at_random_in_a_tar_give_an_answer_or_a_typed_error()
    {
        var whole = Tars.Of(Tars.Pax("a", records: ("SCHILY.xattr.user.x", "1")), Tars.Gnu("b"),
            Tars.HardLink("c", "b"), Tars.File("d/.wh.e", ""));
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                var found = await CompareAsync(new ImageDraft(whole), new ImageDraft(bytes));
                Assert.Equal(found.Comparison.IsEqual, whole.AsSpan().SequenceEqual(bytes));
                await CompareAsync(new ImageDraft(Plain), new ImageDraft(bytes), new() { Squash = true });
            }
            catch (DiffahException e)
            {
                Assert.Equal(DiffahErrors.InvalidImage, e.Error);
            }
        }
    }
}
