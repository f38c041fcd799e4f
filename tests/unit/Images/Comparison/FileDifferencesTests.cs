using System.Formats.Tar;
using Diffah.Engine.Images.Comparison;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>What is told of files: each difference alone, by its word, and hidden by its class alone.</summary>
public sealed class FileDifferencesTests
{
    private static Task<Found> FindsAsync(
        TarEntry[] reference, TarEntry[] difference, IgnoredDifferences hiddenBy, params string[] lines) =>
        AssertFindsAsync(new ImageDraft(Tars.Of(reference)), new ImageDraft(Tars.Of(difference)), hiddenBy, lines);

    private static Task<Found> FindsAsync(
        TarEntry reference, TarEntry difference, IgnoredDifferences hiddenBy, params string[] lines) =>
        FindsAsync([reference], [difference], hiddenBy, lines);

    [Fact]
    public async Task Content()
    {
        var found = await FindsAsync(
            Tars.File("etc/motd", "abc"), Tars.File("etc/motd", "defg"), default, "File etc/motd Content");
        var one = Assert.Single(found.Differences);
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", one.Reference);
        Assert.Equal((3, 4, 0), (one.ReferenceSize, one.DifferenceSize, one.Layer));
        Assert.Equal((1L, 1, 0, 0), (found.Comparison.ComparedFileCount, found.Comparison.ChangedFileCount,
            found.Comparison.AddedFileCount, found.Comparison.RemovedFileCount));
    }

    [Fact]
    public async Task Mode()
    {
        var found = await FindsAsync(Tars.File("a"),
            Tars.File("a", change: e => e.Mode = (UnixFileMode)0b100_111_101_101),
            IgnoredDifferences.FileMode, "File a Mode");
        Assert.Equal(("0644", "4755"), (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public async Task Owner_and_group()
    {
        var found = await FindsAsync(Tars.File("a"),
            Tars.File("a", change: e => (e.Uid, e.UserName, e.Gid) = (1000, "app", 7)), default,
            "File a Owner", "File a Group");
        Assert.Equal(("0", "1000 (app)"), (found.Differences[0].Reference, found.Differences[0].Difference));
        Assert.Equal("7", found.Differences[1].Difference);
    }

    [Fact]
    public Task A_name_that_only_one_tar_has_is_a_matter_of_writing() => FindsAsync(Tars.File("a"),
        Tars.File("a", change: e => e.UserName = "root"), IgnoredDifferences.TarFormat, "File a Owner");

    [Fact]
    public async Task Time_of_change()
    {
        var found = await FindsAsync(Tars.File("a"),
            Tars.File("a", change: e => e.ModificationTime = Tars.Time.AddSeconds(1)), IgnoredDifferences.Timestamp,
            "File a ModifiedTime");
        Assert.Equal(("2024-01-02T03:04:05Z", "2024-01-02T03:04:06Z"),
            (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public async Task Parts_of_a_second()
    {
        var found = await FindsAsync(Tars.Pax("a", modified: Tars.Time.AddSeconds(0.25)),
            Tars.Pax("a", modified: Tars.Time.AddSeconds(0.5)), IgnoredDifferences.Timestamp, "File a ModifiedTime");
        Assert.Equal("2024-01-02T03:04:05.25Z", found.Differences[0].Reference);
    }

    [Fact]
    public Task Other_times() => FindsAsync(Tars.Pax("a", records: ("atime", "5")),
        Tars.Pax("a", records: ("atime", "6")), IgnoredDifferences.Timestamp, "File a OtherTime");

    [Fact]
    public async Task Target_of_a_symbolic_link()
    {
        var found = await FindsAsync(
            Tars.Symlink("bin", "usr/bin"), Tars.Symlink("bin", "/usr/bin"), default, "File bin Link");
        Assert.Equal(("usr/bin", "/usr/bin"), (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public Task Target_of_a_hard_link() => FindsAsync(
        [Tars.File("a"), Tars.File("b"), Tars.HardLink("c", "a")],
        [Tars.File("a"), Tars.File("b"), Tars.HardLink("c", "b")], default, "File c Link");

    [Fact]
    public async Task Numbers_of_a_device()
    {
        var found = await FindsAsync(
            Tars.Device("dev/null", 1, 3), Tars.Device("dev/null", 1, 5), default, "File dev/null Device");
        Assert.Equal(("1, 3", "1, 5"), (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public async Task Type()
    {
        var found = await FindsAsync(Tars.File("a"), Tars.Folder("a"), default, "File a Type");
        Assert.Equal(("file", "directory"), (found.Differences[0].Reference, found.Differences[0].Difference));
        Assert.Equal((4, null), (found.Differences[0].ReferenceSize, found.Differences[0].DifferenceSize));
    }

    [Fact]
    public async Task Extended_attributes()
    {
        var found = await FindsAsync(
            Tars.Pax("a", records: [("SCHILY.xattr.user.x", "1"), ("SCHILY.xattr.user.same", "0")]),
            Tars.Pax("a", records: [("SCHILY.xattr.user.x", "2"), ("SCHILY.xattr.user.same", "0")]),
            IgnoredDifferences.Xattr, "File a Xattr");
        Assert.Equal(("user.x=\"1\"", "user.x=\"2\""),
            (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public async Task A_file_that_one_has()
    {
        var found = await FindsAsync(
            [Tars.File("a"), Tars.File("gone")], [Tars.File("a")], default, "File gone Presence");
        Assert.Equal(("file", null), (found.Differences[0].Reference, found.Differences[0].Difference));
        Assert.Equal((1, 0), (found.Comparison.RemovedFileCount, found.Comparison.AddedFileCount));
    }

    [Fact]
    public Task A_whiteout_that_one_has() => FindsAsync(
        [Tars.File("a")], [Tars.File("a"), Tars.File("etc/.wh.motd", "")], default, "File etc/.wh.motd Presence");

    [Fact]
    public async Task The_order_of_entries()
    {
        TarEntry[] names = [.. "abcdefg".Select(c => Tars.File($"{c}"))];
        TarEntry[] others = [.. "bcadegf".Select(c => Tars.File($"{c}"))];
        var found = await FindsAsync(names, others, IgnoredDifferences.FileOrder, "Layer FileOrder");
        Assert.Equal(("a is entry 1", "a is entry 3; entries that stand elsewhere: 2"),
            (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public Task The_first_name_of_a_file_is_a_matter_of_order() => FindsAsync(
        [Tars.File("a"), Tars.HardLink("b", "a")], [Tars.File("b"), Tars.HardLink("a", "b")],
        IgnoredDifferences.FileOrder, "File a Type", "File b Type", "Layer FileOrder");

    [Fact]
    public async Task A_path_that_is_there_twice()
    {
        var found = await FindsAsync([Tars.File("a", "1"), Tars.File("a", "2")], [Tars.File("a", "2")], default,
            "File a Count");
        Assert.Equal(("2", "1"), (found.Differences[0].Reference, found.Differences[0].Difference));
    }

    [Fact]
    public Task Of_a_path_that_is_there_twice_each_is_compared() => FindsAsync(
        [Tars.File("a", "1"), Tars.File("a", "2")], [Tars.File("a", "3"), Tars.File("a", "2")], default,
        "File a Content");
}
