using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>What is known of a compressed archive before it is decompressed to the disk.</summary>
public sealed class WrappedArchiveTests : IDisposable
{
    private readonly DeltaLab _lab = new();
    private readonly KeyBench _keys = new();

    public void Dispose()
    {
        _lab.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_signature_is_found_before_anything_behind_the_sidecar_is_read(bool isMissing)
    {
        var (baseline, target) = Pairs.Mixed();
        await new CreateDelta(_lab.Images).RunAsync(_lab.CreateRequest(baseline, target) with
        {
            SigningKey = new Engine.Signing.SigningKeySource(_keys.Private),
        }, EventSink.None, default);
        // Nothing but the sidecar's blocks is whole: what is behind can't be read by anybody.
        var archive = await File.ReadAllBytesAsync(_lab.Archive);
        var sidecar = archive.AsSpan(512).IndexOf((byte)0);
        await File.WriteAllBytesAsync(
            _lab.Archive, [.. LayerBytes.Zstd(archive[..(512 + (sidecar + 511) / 512 * 512)]), 1, 2, 3, 4]);
        if (isMissing)
            File.Delete(_lab.Archive + ".sig");
        await FailsAsync(isMissing ? DiffahErrors.SignatureMissing : DiffahErrors.SignatureInvalid,
            _lab.RestoreRequest(baseline) with { VerificationKeyPath = _keys.OtherPublic });
        File.Delete(_lab.Archive + ".sig");
        await FailsAsync(DiffahErrors.ArchiveInvalid, _lab.RestoreRequest(baseline), isDecompressed: true);
    }

    [Fact]
    public async Task More_than_zstd_can_hold_is_not_believed()
    {
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(baseline, target));
        var blob = draft.FullLayer.Value;
        (blob["size"], blob["archive_size"]) = (1L << 40, 1L << 40);
        await File.WriteAllBytesAsync(_lab.Archive, LayerBytes.Zstd(draft.Write()));
        var e = await FailsAsync(DiffahErrors.ArchiveInvalid, _lab.RestoreRequest(baseline));
        Assert.Contains("can't hold as many", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_disk_is_asked_before_anything_is_written_to_it()
    {
        await using var disk = await SmallDisk.MountAsync(256);
        var (baseline, target) = Pairs.Mixed();
        var draft = ArchiveDraft.Read(await _lab.BytesAsync(baseline, target));
        var blob = draft.FullLayer.Value;
        (blob["size"], blob["archive_size"]) = (1_000_000, 1_000_000);
        await File.WriteAllBytesAsync(_lab.Archive, LayerBytes.Zstd(draft.Write()));
        var e = await FailsAsync(
            DiffahErrors.DiskFull, _lab.RestoreRequest(baseline) with { WorkDirectory = disk.Path });
        Assert.Contains("free", e.Message, StringComparison.Ordinal);
        Assert.Contains(disk.Path, e.Message, StringComparison.Ordinal);
        Assert.Empty(disk.Entries);
    }

    [SkippableFact]
    public async Task A_pipe_is_no_archive_and_nobody_waits_for_who_writes_to_it()
    {
        var pipe = _lab.Folder["pipe"];
        await ExternalTool.RunAsync("mkfifo", pipe);
        var e = await Errors.ThrowsAsync(DiffahErrors.InvalidArgument,
            () => InspectArchive.RunAsync(pipe, EventSink.None, default));
        Assert.Contains("pipe", e.Message, StringComparison.Ordinal);
    }

    private async Task<DiffahException> FailsAsync(
        DiffahError expected, RestoreImageRequest request, bool isDecompressed = false)
    {
        var log = new EventLog();
        var e = await Errors.ThrowsAsync(expected,
            () => new RestoreImage(_lab.Images).RunAsync(request, log.Sink, default));
        Assert.Equal(isDecompressed, log.Events.OfType<ProgressEvent>().Any(p => p.Status == "decompressing"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
        return e;
    }
}
