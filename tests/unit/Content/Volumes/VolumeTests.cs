using Diffah.Engine.Content;
using Diffah.Engine.Content.Volumes;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content.Volumes;

/// <summary>
/// An archive in volumes: together they are the archive, each is checked alone, and what is wrong is named. sha256sum,
/// cat and split are second opinions.
/// </summary>
public sealed class VolumeTests : IDisposable
{
    private const long Smallest = CreateArchiveRequest.MinimumVolumeSize;

    private static readonly LayerBytes Old = LayerBytes.Tar(("etc/same", Bytes.Text(1, 7000)));

    private static readonly LayerBytes New = LayerBytes.Tar(
        ("etc/same", Bytes.Text(1, 7000)), ("opt/one", Bytes.Random(4, 150_000)), ("opt/two", Bytes.Random(5, 90_000)));

    private readonly DeltaLab _lab = new();
    private readonly MemoryImage _baseline = ImageMaker.Oci(Old);
    private readonly MemoryImage _target = ImageMaker.Oci(New);

    private string First => Volume(1);

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData(65536, ArchiveCompression.None)]
    [InlineData(65537, ArchiveCompression.None)]
    [InlineData(100_001, ArchiveCompression.None)]
    [InlineData(65536, ArchiveCompression.Zstd)]
    [InlineData(1L << 40, ArchiveCompression.None)]
    public async Task Volumes_are_the_archive_and_restore_the_same(long size, ArchiveCompression compression)
    {
        var whole = await WholeAsync(compression);
        var described = await CreateAsync(size, compression);
        Assert.Equal(First, described.Path);
        var count = (whole.Length + size - 1) / size;
        Assert.Equal(
            [.. Enumerable.Range(1, (int)count).Select(n => $"delta.tar.{n:000}"), "delta.tar.sha256"], Files());
        Assert.Equal(whole, Joined());
        Assert.Equal(whole.Length, described.ArchiveBytes);
        Assert.All(Enumerable.Range(1, (int)count - 1), n => Assert.Equal(size, new FileInfo(Volume(n)).Length));
        await RestoresAsync();
    }

    [SkippableFact]
    public async Task Sha256sum_finds_each_volume_right_and_cat_makes_the_archive()
    {
        var whole = await WholeAsync();
        await CreateAsync(Smallest);
        var script = $"cd '{Path.GetDirectoryName(First)}' && sha256sum --strict -c delta.tar.sha256 "
            + "&& cat delta.tar.0* > ../joined";
        var output = await ExternalTool.RunAsync("sh", "-c", script);
        Assert.Equal(4, output.Split('\n').Count(l => l.EndsWith(": OK", StringComparison.Ordinal)));
        Assert.Equal(whole, await File.ReadAllBytesAsync(_lab.Folder["joined"]));
    }

    [SkippableFact]
    public async Task What_split_made_is_read_with_its_list_and_without()
    {
        await CreateAsync(null);
        var script = $"cd '{Path.GetDirectoryName(First)}' && "
            + "split -b 40000 -d -a 3 --numeric-suffixes=1 delta.tar delta.tar. && rm delta.tar";
        await ExternalTool.RunAsync("sh", "-c", script);
        await RestoresAsync();
        await ExternalTool.RunAsync(
            "sh", "-c", $"cd '{Path.GetDirectoryName(First)}' && sha256sum delta.tar.0* > delta.tar.sha256");
        _lab.Images.Remove("restored");
        Damage(Volume(3));
        await RefusesAsync(DiffahErrors.VolumeInvalid, Volume(3), "Copy delta.tar.003 again");
    }

    [Fact]
    public async Task A_volume_that_is_missing_is_named()
    {
        await CreateAsync(Smallest);
        File.Delete(Volume(2));
        await RefusesAsync(DiffahErrors.VolumeMissing, Volume(2), "Copy delta.tar.002");
        File.Delete(_lab.Archive + ".sha256");
        await RefusesAsync(DiffahErrors.VolumeMissing, Volume(2), "Copy delta.tar.002");
    }

    [Fact]
    public async Task The_last_volume_that_is_missing_is_named_by_the_list_alone()
    {
        await CreateAsync(Smallest);
        File.Delete(Volume(4));
        await RefusesAsync(DiffahErrors.VolumeMissing, Volume(4), "Copy delta.tar.004");
        File.Delete(_lab.Archive + ".sha256");
        await RefusesAsync(DiffahErrors.ArchiveInvalid, First, "Copy the delta archive again");
    }

    [Fact]
    public async Task Volumes_that_are_swapped_are_named()
    {
        await CreateAsync(Smallest);
        File.Move(Volume(2), Volume(2) + "x");
        File.Move(Volume(3), Volume(2));
        File.Move(Volume(2) + "x", Volume(3));
        var e = await RefusesAsync(DiffahErrors.VolumeInvalid, Volume(2), "Copy delta.tar.002 again");
        Assert.Contains("is volume 3 of this archive under another name", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_volume_that_is_damaged_is_named_before_anything_is_written(int number)
    {
        await CreateAsync(Smallest);
        Damage(Volume(number));
        await RefusesAsync(DiffahErrors.VolumeInvalid, Volume(number), $"Copy delta.tar.{number:000} again");
        var found = await VerifyAsync();
        Assert.Equal($"delta.tar.{number:000}", found.Findings.Single(
            f => f is { Check: "volume", Status: FindingStatus.Fail }).Subject);
        Assert.Equal(3, found.Findings.Count(f => f is { Check: "volume", Status: FindingStatus.Ok }));
        Assert.False(found.IsValid);
    }

    [Fact]
    public async Task A_volume_of_another_archive_and_one_cut_short_are_named()
    {
        await CreateAsync(Smallest);
        await File.WriteAllBytesAsync(Volume(2), Bytes.Random(9, (int)Smallest));
        await RefusesAsync(DiffahErrors.VolumeInvalid, Volume(2), "Copy delta.tar.002 again");
        await File.WriteAllBytesAsync(Volume(2), Bytes.Random(9, 77));
        var e = await RefusesAsync(DiffahErrors.VolumeInvalid, Volume(2), "Copy delta.tar.002 again");
        Assert.Contains("It has 77 bytes, and the first volume has 65536.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_too_many_is_not_read()
    {
        await CreateAsync(Smallest);
        await File.WriteAllTextAsync(Volume(7), "old");
        await RestoresAsync();
        var found = await VerifyAsync();
        Assert.True(found.IsValid);
        Assert.Equal("delta.tar.007", found.Findings.Single(f => f.Status == FindingStatus.Warn).Subject);
    }

    [Fact]
    public async Task Files_that_are_renamed_together_are_read()
    {
        await CreateAsync(Smallest);
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(First)!))
            File.Move(path, path.Replace("delta.tar.", "other.tar.", StringComparison.Ordinal));
        Directory.Move(_lab.Folder["out"], _lab.Folder["there"]);
        var request = _lab.RestoreRequest(_baseline) with { ArchivePath = _lab.Folder["there/other.tar.001"] };
        await new RestoreImage(_lab.Images).RunAsync(request, EventSink.None, default);
        _target.AssertSame(_lab.Images.Find("restored")!);
    }

    [Fact]
    public async Task Another_volume_than_the_first_and_the_archive_itself_lead_to_the_first()
    {
        await CreateAsync(Smallest);
        var second = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, () => InspectAsync(Volume(2)));
        Assert.Contains(First, second.NextAction, StringComparison.Ordinal);
        var itself = await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => InspectAsync(_lab.Archive));
        Assert.Contains(First, itself.NextAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no list at all\n", true)]
    [InlineData("", true)]
    [InlineData("HASH  delta.tar.001\nHASH  delta.tar.001\n", false)]
    [InlineData("HASH  delta.tar.001\nHASH  delta.tar.003\n", false)]
    [InlineData("HASH  delta.tar.001\nHASH  delta.ta\0\nxx\n", false)]
    [InlineData("HASH  delta.tar.999\n", false)]
    public async Task A_list_of_others_is_left_alone_and_a_broken_one_is_refused(string list, bool isOther)
    {
        await CreateAsync(Smallest);
        await File.WriteAllTextAsync(
            _lab.Archive + ".sha256", list.Replace("HASH", new string('a', 64), StringComparison.Ordinal));
        if (isOther)
            await RestoresAsync();
        else
            await RefusesAsync(DiffahErrors.VolumeInvalid, _lab.Archive + ".sha256", "Copy the list again");
    }

    [Fact]
    public async Task A_signature_lies_beside_the_volumes_and_covers_all()
    {
        using var keys = new KeyBench();
        await CreateAsync(Smallest, key: keys.Private);
        Assert.Contains("delta.tar.sig", Files());
        await RestoresAsync(keys.Public);
        Assert.True((await InspectAsync(First)).IsSigned);
    }

    [Fact]
    public async Task Forced_fewer_volumes_leave_none_of_the_older_and_nothing_is_replaced_without_force()
    {
        using var keys = new KeyBench();
        await CreateAsync(Smallest, key: keys.Private);
        await Errors.ThrowsAsync(DiffahErrors.DestinationExists, () => CreateAsync(200_000, overwrite: false));
        Assert.Equal(6, Files().Length);
        await CreateAsync(200_000);
        Assert.Equal(["delta.tar.001", "delta.tar.002", "delta.tar.sha256"], Files());
        await RestoresAsync();
    }

    [Fact]
    public async Task Where_one_volume_cannot_be_named_all_is_as_it_was()
    {
        await CreateAsync(Smallest);
        var before = Joined();
        // Nobody replaces a folder: the third volume can't get its name, when the fourth has its own already.
        var inTheWay = Path.Combine(Volume(5), "x");
        Directory.CreateDirectory(inTheWay);
        var request = _lab.CreateRequest(_baseline, _target) with { VolumeSize = Smallest };
        var larger = ImageMaker.Oci(LayerBytes.Tar(("opt/one", Bytes.Random(4, 400_000))));
        await Errors.ThrowsAsync(DiffahErrors.DestinationExists, () => new CreateDelta(_lab.Images).RunAsync(
            request with { Target = _lab.Images.Put("larger", larger) }, EventSink.None, default));
        Directory.Delete(Volume(5), true);
        Assert.Equal(before, Joined());
        await RestoresAsync();
    }

    [Theory]
    [InlineData(ArchiveCompression.None)]
    [InlineData(ArchiveCompression.Zstd)]
    public async Task Archives_that_numbers_tell_apart_are_no_volumes(ArchiveCompression compression)
    {
        var whole = await WholeAsync(compression);
        await File.WriteAllBytesAsync(Volume(1), whole);
        await File.WriteAllBytesAsync(Volume(2), whole);
        await RestoresAsync();
        Assert.Equal(whole.Length, (await InspectAsync(Volume(2))).ArchiveBytes);
    }

    [Theory]
    [InlineData(Smallest - 1)]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task A_volume_that_is_too_small_is_refused(long size) =>
        Assert.Contains("64KiB", (await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => CreateAsync(size))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task More_volumes_than_numbers_are_refused()
    {
        using var writer = new VolumeWriter(_lab.Folder["out/many"], 10, overwrite: false);
        writer.Begin();
        await writer.WriteAsync(new byte[9990]);
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument, async () => await writer.WriteAsync(new byte[1]));
    }

    [Fact]
    public void Bytes_of_several_files_are_read_as_one_from_anywhere()
    {
        var all = Bytes.Random(3, 50);
        int[] cuts = [0, 0, 7, 7, 8, 31, 50, 50];
        var paths = cuts.Zip(cuts.Skip(1))
            .Select((cut, i) => (Path: _lab.Folder[$"part{i}"], Bytes: all[cut.First..cut.Second])).ToArray();
        foreach (var (path, bytes) in paths)
            File.WriteAllBytes(path, bytes);
        using var joined = new JoinedBytes([.. paths.Select(p => FileBytes.Open(p.Path))]);
        Assert.Equal(50, joined.Length);
        for (var offset = 0; offset <= 50; offset++)
        {
            var buffer = new byte[50 - offset];
            using var slice = new FileSlice(joined, offset, buffer.Length);
            slice.ReadExactly(buffer);
            Assert.Equal(all[offset..], buffer);
            Assert.Equal(0, slice.Read(new byte[1]));
        }
    }

    private string Volume(int number) => $"{_lab.Archive}.{number:000}";

    private string[] Files() =>
        [.. Directory.EnumerateFileSystemEntries(_lab.Folder["out"]).Select(p => Path.GetFileName(p)).Order()];

    private byte[] Joined() =>
        [.. Files().Where(f => f.Length == 13).Order().SelectMany(f => File.ReadAllBytes(_lab.Folder["out/" + f]))];

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private async Task<byte[]> WholeAsync(ArchiveCompression compression = ArchiveCompression.None)
    {
        await CreateAsync(null, compression);
        var bytes = await File.ReadAllBytesAsync(_lab.Archive);
        File.Delete(_lab.Archive);
        return bytes;
    }

    private Task<DeltaArchive> CreateAsync(
        long? size, ArchiveCompression compression = ArchiveCompression.None, string? key = null, bool overwrite = true)
    {
        var request = _lab.CreateRequest(_baseline, _target) with
        {
            VolumeSize = size,
            Compression = compression,
            SigningKey = key is null ? null : new SigningKeySource(key),
            Overwrite = overwrite,
        };
        return new CreateDelta(_lab.Images).RunAsync(request, EventSink.None, default);
    }

    private async Task RestoresAsync(string? key = null)
    {
        _lab.Images.Remove("restored");
        var request = _lab.RestoreRequest(_baseline) with { ArchivePath = First, VerificationKeyPath = key };
        await new RestoreImage(_lab.Images).RunAsync(request, EventSink.None, default);
        _target.AssertSame(_lab.Images.Find("restored")!);
    }

    private async Task<DiffahException> RefusesAsync(DiffahError error, string named, string advice)
    {
        var request = _lab.RestoreRequest(_baseline) with { ArchivePath = First };
        var e = await Errors.ThrowsAsync(
            error, () => new RestoreImage(_lab.Images).RunAsync(request, EventSink.None, default));
        Assert.Contains($"'{named}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(advice, e.NextAction, StringComparison.Ordinal);
        Assert.Null(_lab.Images.Find("restored"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
        return e;
    }

    private static Task<DeltaArchive> InspectAsync(string path) =>
        InspectArchive.RunAsync(path, EventSink.None, default);

    private Task<ArchiveVerification> VerifyAsync() => new VerifyArchive(_lab.Images).RunAsync(
        new VerifyArchiveRequest { ArchivePath = First }, EventSink.None, default);
}
