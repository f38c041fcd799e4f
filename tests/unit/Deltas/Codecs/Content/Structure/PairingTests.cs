using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Deltas.Codecs.Content.Structure;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Structure;

public sealed class PairingTests
{
    [Fact]
    public void The_same_path_comes_from_the_topmost_source_and_within_it_from_the_later_entry() =>
        Assert.Equal([new PairedData(PairedKind.Patch, 3, 3)], Pair(
            [File("a", "1"), File("b", "2"), File("a", "3"), File("./a", "4")], [File("a", "5")]));

    [Fact]
    public void A_copy_is_of_its_own_header_before_any_other() =>
        Assert.Equal(
            [new(PairedKind.Copy, 1, 1), new(PairedKind.Copy, 1, 2), new(PairedKind.Copy, 1, 1)],
            Pair([File("x", "1"), File("a", "1"), File("b", "2")], [File("a", "1"), File("b", "1"), File("n", "1")]));

    [Fact]
    public void Data_that_the_target_had_before_are_repeated() =>
        Assert.Equal(
            [new(PairedKind.New, -1, -1), new(PairedKind.Repeat, 0, -1), new(PairedKind.None, -1, -1)],
            Pair([], [File("a", "1"), File("b", "1"), File("c", "")]));

    [Fact]
    public void A_folder_with_a_new_version_is_paired_file_by_file() =>
        Assert.Equal(
            [new(PairedKind.None, -1, 0), new(PairedKind.Patch, 1, 1), new(PairedKind.Patch, 3, 3)],
            Pair(
                [File("lib/p3.11", ""), File("lib/p3.11/os.py", "1"), File("lib/p3.9", ""),
                    File("lib/p3.11/re.py", "2")],
                [File("lib/p3.12", ""), File("lib/p3.12/os.py", "3"), File("lib/p3.12/re.py", "4")]));

    [Fact]
    public void What_is_gone_was_renamed_rather_than_what_is_still_there() =>
        Assert.Equal(
            [new(PairedKind.Copy, 1, 1), new(PairedKind.Patch, 0, 0)],
            Pair([File("so.1", "1"), File("so.2", "2")], [File("so.2", "2"), File("so.3", "3")]));

    [Fact]
    public void A_moved_folder_is_learned_from_a_file_that_did_not_change() =>
        Assert.Equal(
            [new(PairedKind.Copy, 0, 0), new(PairedKind.Patch, 1, 1)],
            Pair([File("opt/app/a", "1"), File("opt/app/b", "2")], [File("srv/app/a", "1"), File("srv/app/b", "3")]));

    [Fact]
    public void Numbered_files_of_a_new_version_keep_their_numbers()
    {
        var old = Enumerable.Range(0, 50).Select(i => File($"v1/page-{i}", $"old {i}")).ToArray();
        var target = Enumerable.Range(0, 50).Select(i => File($"v2/page-{i}", $"new {i}")).ToArray();
        Assert.Equal(Enumerable.Range(0, 50), Pair(old, target).Select(p => p.Record));
    }

    [Fact]
    public void Similar_data_are_asked_for_once_and_only_where_no_name_helps()
    {
        var similar = new Similar(1);
        var pairs = Pairing.Pair(
            Facts([File("a", "1"), File("zz", "2"), File("c", "3")]),
            Facts([File("a", "4"), File("new", "5"), File("c", "3")]), similar, default);
        Assert.Equal([new(PairedKind.Patch, 0, 0), new(PairedKind.Patch, 1, 1), new(PairedKind.Copy, 2, 2)], pairs);
        Assert.Equal([1], similar.Asked);
    }

    [Fact]
    public void Extended_headers_go_with_their_entry()
    {
        RawEntry[] Entry(string name, string time, string data) =>
            [RawEntry.Pax(("mtime", time), ("path", name)), File("short", data)];
        var old = Facts([.. Entry("a/long", "1", "1"), .. Entry("b/long", "2", "2")]);
        var target = Facts([.. Entry("b/long", "3", "3"), .. Entry("new", "4", "1"), .. Entry("other", "5", "9")]);
        Assert.Equal(
            [
                new(PairedKind.Patch, 2, 2), new(PairedKind.Patch, 3, 3),
                new(PairedKind.Patch, 0, 0), new(PairedKind.Copy, 1, 1),
                new(PairedKind.Patch, 2, -1), new(PairedKind.New, -1, -1),
            ],
            Pairing.Pair(old, target, null, default));
    }

    [Theory]
    [InlineData("one path")]
    [InlineData("one digest")]
    [InlineData("digits")]
    [InlineData("edits")]
    [InlineData("extended")]
    public void Time_grows_with_the_records_whatever_their_names(string shape)
    {
        Measure(shape, 1000);
        var few = Enumerable.Range(0, 3).Min(_ => Measure(shape, 5000));
        var many = Enumerable.Range(0, 3).Min(_ => Measure(shape, 160_000));
        // A quadratic step would take a thousand times as long, and more than the seconds that other work may cost.
        Assert.True(many < 200 * few + TimeSpan.FromSeconds(2), $"{few} for 5,000, {many} for 160,000");
    }

    private static TimeSpan Measure(string shape, int count)
    {
        PairingRecord Record(int i, string side) => new(
            new EntryName(shape switch
            {
                "one path" => "a",
                "digits" => side == "old" ? $"{i}" : $"{i + count}",
                "edits" => side == "old" ? $"a-{i % 7}/x{i}" : $"b-{i % 11}/y_{i}",
                _ => $"{side}/{i}",
            }, (byte)(shape == "extended" ? 'x' : '0')), 9,
            DataDigest.Of(SHA256.HashData(Encoding.UTF8.GetBytes(shape == "one digest" ? "" : $"{side}{i}"))));
        List<PairingRecord> old = [.. Enumerable.Range(0, count).Select(i => Record(i, "old"))];
        List<PairingRecord> target = [.. Enumerable.Range(0, count).Select(i => Record(i, "new"))];
        var watch = Stopwatch.StartNew();
        Pairing.Pair(old, target, null, default);
        return watch.Elapsed;
    }

    private static RawEntry File(string name, string data) => new(name, Encoding.UTF8.GetBytes(data));

    private static List<PairingRecord> Facts(RawEntry[] entries) => StructureBench.Facts(RawTar.Write(entries));

    private static PairedData[] Pair(RawEntry[] old, RawEntry[] target) =>
        Pairing.Pair(Facts(old), Facts(target), null, default);

    private sealed class Similar(int answer) : ISimilarContent
    {
        public List<int> Asked { get; } = [];

        public int Find(int targetRecord)
        {
            Asked.Add(targetRecord);
            return answer;
        }
    }
}
