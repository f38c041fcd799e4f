using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>Disks that are full, places that can't be written to, and things that are there already.</summary>
public class DiskTests
{
    private static readonly MemoryImage Baseline = ImageMaker.Oci(LayerBytes.Raw(Bytes.Random(1, 200_000)));
    private static readonly MemoryImage Target = ImageMaker.Oci(
        LayerBytes.Raw([.. Bytes.Random(1, 200_000), 1]), LayerBytes.Raw(Bytes.Random(2, 300_000)));

    [SkippableFact]
    public async Task A_full_disk_under_the_archive()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        using var lab = new DeltaLab();
        await FailsAsync(DiffahErrors.DiskFull,
            () => CreateAsync(lab, r => r with { OutputPath = Path.Combine(disk.Path, "delta.tar") }));
        Assert.Empty(disk.Entries);
        lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_full_disk_under_the_work_folder_of_a_delta()
    {
        await using var disk = await SmallDisk.MountAsync(256);
        using var lab = new DeltaLab();
        await FailsAsync(DiffahErrors.DiskFull, () => CreateAsync(lab, r => r with { WorkDirectory = disk.Path }));
        Assert.Empty(disk.Entries);
        Assert.False(File.Exists(lab.Archive));
        lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_full_disk_under_the_work_folder_of_a_restore()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        using var lab = new DeltaLab();
        await CreateAsync(lab, r => r);
        await FailsAsync(DiffahErrors.DiskFull, () => new RestoreImage(lab.Images).RunAsync(
            lab.RestoreRequest(Baseline) with { WorkDirectory = disk.Path }, EventSink.None, CancellationToken.None));
        Assert.Empty(disk.Entries);
        lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_full_disk_under_a_content_that_is_rebuilt()
    {
        await using var disk = await SmallDisk.MountAsync(128);
        using var lab = new DeltaLab();
        var file = Bytes.Random(1, 200_000);
        var baseline = ImageMaker.Oci(ContentPairs.Stored(LayerBytes.Tar(("data", file))));
        var target = ImageMaker.Oci(ContentPairs.Stored(LayerBytes.Tar(("data", Bytes.Edited(file)))));
        await lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = 2 });
        await FailsAsync(DiffahErrors.DiskFull, () => new RestoreImage(lab.Images).RunAsync(
            lab.RestoreRequest(baseline) with { WorkDirectory = disk.Path }, EventSink.None, CancellationToken.None));
        Assert.Empty(disk.Entries);
        lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task A_full_disk_under_the_copy_of_a_wrapped_archive()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        using var lab = new DeltaLab();
        await CreateAsync(lab, r => r);
        await File.WriteAllBytesAsync(lab.Archive, LayerBytes.Zstd(await File.ReadAllBytesAsync(lab.Archive)));
        await FailsAsync(DiffahErrors.DiskFull, () => new RestoreImage(lab.Images).RunAsync(
            lab.RestoreRequest(Baseline) with { WorkDirectory = disk.Path }, EventSink.None, CancellationToken.None));
        Assert.Empty(disk.Entries);
        lab.AssertNothingLeft();
    }

    [SkippableTheory]
    [InlineData("oci-archive:{0}/app.tar")]
    [InlineData("oci:{0}/app")]
    [InlineData("dir:{0}/app")]
    public async Task A_full_disk_under_the_restored_image(string destination)
    {
        await using var disk = await SmallDisk.MountAsync(256);
        using var lab = new DeltaLab();
        await CreateAsync(lab, r => r);
        var reference = ImageReference.Parse(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, destination, disk.Path));
        await FailsAsync(DiffahErrors.DiskFull, () => new RestoreImage(new Mixed(lab.Images, reference)).RunAsync(
            lab.RestoreRequest(Baseline) with { Destination = reference }, EventSink.None, CancellationToken.None));
        Assert.Empty(disk.Entries);
        lab.AssertNothingLeft();
    }

    // The layer has more than the whole disk: it is told before the disk is filled.
    [SkippableTheory]
    [InlineData("oci-archive:{0}/app.tar")]
    [InlineData("docker-archive:{0}/app.tar")]
    [InlineData("oci:{0}/app")]
    [InlineData("dir:{0}/app")]
    public async Task A_layer_that_can_not_fit_is_refused_before_it_is_written(string destination)
    {
        await using var disk = await SmallDisk.MountAsync(128);
        var image = destination.StartsWith("docker", StringComparison.Ordinal)
            ? SampleImage.DockerPlain(1) : SampleImage.Oci(1);
        using var bench = new TransportBench();
        await bench.WriteAsync("dir", "in", image);
        var e = await Errors.ThrowsAsync(DiffahErrors.DiskFull, () => new CopyImage(TransportCatalog.Default).RunAsync(
            new CopyImageRequest
            {
                Source = bench.Reference("dir", "in"),
                Destination = ImageReference.Parse(
                    string.Format(System.Globalization.CultureInfo.InvariantCulture, destination, disk.Path)),
            }, EventSink.None, default));
        Assert.Contains("are free", e.Message, StringComparison.Ordinal);
        Assert.Empty(disk.Entries);
    }

    [SkippableFact]
    public async Task A_disk_that_is_read_only()
    {
        await using var disk = await SmallDisk.MountAsync(64, readOnly: true);
        using var lab = new DeltaLab();
        var e = await Assert.ThrowsAnyAsync<Exception>(
            () => CreateAsync(lab, r => r with { OutputPath = Path.Combine(disk.Path, "delta.tar") }));
        Assert.Equal(DiffahErrorCategory.Environment, DiffahException.From(e).Error.Category);
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task An_archive_that_is_there_already_is_kept()
    {
        using var lab = new DeltaLab();
        await File.WriteAllTextAsync(lab.Archive, "precious");
        await Errors.ThrowsAsync(
            DiffahErrors.DestinationExists, () => CreateAsync(lab, r => r with { Overwrite = false }));
        Assert.Equal("precious", await File.ReadAllTextAsync(lab.Archive));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task An_archive_that_is_to_be_replaced_is_kept_until_the_new_one_is_whole()
    {
        using var lab = new DeltaLab();
        await File.WriteAllTextAsync(lab.Archive, "precious");
        lab.Images.OpenBlob = (digest, bytes) => digest == Target.Manifest.Layers[1].Digest
            ? throw new IOException("gone")
            : new MemoryStream(bytes);
        await Assert.ThrowsAnyAsync<IOException>(() => CreateAsync(lab, r => r));
        Assert.Equal("precious", await File.ReadAllTextAsync(lab.Archive));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_folder_in_the_archives_place()
    {
        using var lab = new DeltaLab();
        await Errors.ThrowsAsync(
            DiffahErrors.DestinationExists, () => CreateAsync(lab, r => r with { OutputPath = lab.Work }));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_folder_that_was_made_goes_where_the_archive_could_not_be_made()
    {
        using var lab = new DeltaLab();
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound,
            () => CreateAsync(
                lab,
                r => r with
                {
                    OutputPath = lab.Folder["missing/too/delta.tar"],
                    Target = InMemoryTransport.Reference("gone"),
                    WorkDirectory = null
                }));
        lab.AssertNothingLeft();
    }

    [Fact]
    public async Task A_destination_that_is_there_already_is_kept()
    {
        using var lab = new DeltaLab();
        await CreateAsync(lab, r => r);
        var request = lab.RestoreRequest(Baseline) with { Destination = lab.Images.Put("there", Baseline) };
        await Errors.ThrowsAsync(DiffahErrors.DestinationExists,
            () => new RestoreImage(lab.Images).RunAsync(request, EventSink.None, CancellationToken.None));
        Baseline.AssertSame(lab.Images.Find("there")!);
        lab.AssertNothingLeft();
        await new RestoreImage(lab.Images).RunAsync(
            request with { Overwrite = true }, EventSink.None, CancellationToken.None);
        Target.AssertSame(lab.Images.Find("there")!);
    }

    [Fact]
    public async Task An_archive_that_is_not_there_and_one_that_is_a_folder()
    {
        using var lab = new DeltaLab();
        await lab.RestoreFailsAsync(Baseline, DiffahErrors.FileNotFound);
        Directory.CreateDirectory(lab.Archive);
        await lab.RestoreFailsAsync(Baseline, DiffahErrors.InvalidArgument);
    }

    [Fact]
    public async Task Paths_that_a_current_directory_would_complete_are_refused()
    {
        using var lab = new DeltaLab();
        await Errors.ThrowsAsync(
            DiffahErrors.InvalidArgument, () => CreateAsync(lab, r => r with { OutputPath = "delta.tar" }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => CreateAsync(lab, r => r with { Baseline = ImageReference.Parse("oci:app") }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => CreateAsync(lab, r => r with { Target = ImageReference.Parse("oci:app") }));
        await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => InspectArchive.RunAsync("delta.tar", EventSink.None, CancellationToken.None));
    }

    private static Task<Engine.Deltas.Reports.DeltaArchive> CreateAsync(
        DeltaLab lab, Func<CreateDeltaRequest, CreateDeltaRequest> change) =>
        new CreateDelta(lab.Images).RunAsync(
            change(lab.CreateRequest(Baseline, Target)), EventSink.None, CancellationToken.None);

    private static async Task FailsAsync(DiffahError expected, Func<Task> run)
    {
        var e = DiffahException.From(await Assert.ThrowsAnyAsync<Exception>(run));
        Assert.True(e.Error == expected, $"expected {expected.Code}, got {e.Error.Code}: {e}");
        Assert.Equal(DiffahErrorCategory.Environment, e.Error.Category);
        Errors.AssertHelpful(e);
    }

    /// <summary>Images in memory, but for one reference that is a real one.</summary>
    private sealed class Mixed(InMemoryTransport images, ImageReference real) : ITransportCatalog
    {
        public IImageTransport Get(ImageReference reference) =>
            reference == real ? TransportCatalog.Default.Get(reference) : images;
    }
}
