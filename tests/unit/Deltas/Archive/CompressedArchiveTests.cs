using Diffah.Engine.Compression;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Archives that are compressed as a whole.</summary>
public sealed class CompressedArchiveTests : IDisposable
{
    private readonly DeltaLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void They_restore_like_any_other_and_hold_the_same() => RandomImages.ForAll(20, async pair =>
    {
        using var lab = new DeltaLab();
        var (baseline, target) = pair.Make();
        var plain = await lab.BytesAsync(baseline, target);
        var archive = await new CreateDelta(lab.Images).RunAsync(
            lab.CreateRequest(baseline, target) with { Compression = ArchiveCompression.Zstd }, EventSink.None,
            CancellationToken.None);
        var compressed = await File.ReadAllBytesAsync(lab.Archive);
        Assert.Equal(plain, Decompress(compressed));
        Assert.Equal(compressed.Length, archive.ArchiveBytes);
        Assert.True(archive.RequiresZstd);
        target.AssertSame(await lab.RestoreAsync(baseline));
        lab.AssertTidy();
    });

    [Fact]
    public async Task The_number_of_workers_changes_nothing()
    {
        var (baseline, target) = Pairs.Mixed();
        var first = await BytesAsync(baseline, target, 1);
        Assert.Equal(CompressionKind.Zstd, CompressionFormat.Detect(first));
        foreach (var workers in (int[])[1, 2, 8])
            Assert.Equal(first, await BytesAsync(baseline, target, workers));
    }

    [Fact]
    public async Task Any_damage_is_found_or_harmless()
    {
        var (baseline, target) = Pairs.Tiny();
        var archive = await BytesAsync(baseline, target, 2);
        var random = new Random(1);
        var found = 0;
        for (var at = 0; at < archive.Length; at++)
        {
            var damaged = archive.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            found += await IsFoundAsync(damaged, baseline, target) ? 1 : 0;
        }
        Assert.True(found > archive.Length / 2, $"{found} of {archive.Length} were found");
    }

    [Fact]
    public async Task Any_truncation_is_found()
    {
        var (baseline, target) = Pairs.Tiny();
        var archive = await BytesAsync(baseline, target, 2);
        for (var length = 0; length < archive.Length; length += length < 40 || length > archive.Length - 40 ? 1 : 37)
            Assert.True(await IsFoundAsync(archive[..length], baseline, target),
                $"an archive cut to {length} of {archive.Length} bytes was restored");
    }

    [Fact]
    public async Task A_stop_while_it_is_written_leaves_nothing()
    {
        var (baseline, target) = Pairs.Mixed();
        using var source = new CancellationTokenSource();
        var log = new EventLog
        {
            OnEvent = e =>
            {
                if (e is ProgressEvent { Status: "writing the archive" })
                    source.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () =>
                new CreateDelta(_lab.Images).RunAsync(
                    _lab.CreateRequest(baseline, target) with { Compression = ArchiveCompression.Zstd }, log.Sink,
                    source.Token));
        Assert.False(File.Exists(_lab.Archive));
        _lab.AssertNothingLeft();
    }

    [SkippableFact]
    public async Task The_zstd_tool_reads_them()
    {
        var (baseline, target) = Pairs.Mixed();
        var plain = await _lab.BytesAsync(baseline, target);
        await BytesAsync(baseline, target, 2);
        await ExternalTool.RunAsync("zstd", "-q", "-d", _lab.Archive, "-o", _lab.Folder["plain.tar"]);
        Assert.Equal(plain, await File.ReadAllBytesAsync(_lab.Folder["plain.tar"]));
    }

    private async Task<byte[]> BytesAsync(MemoryImage baseline, MemoryImage target, int workers)
    {
        var request = _lab.CreateRequest(
            baseline, target, DeltaLab.Quick with { Workers = workers }) with
        { Compression = ArchiveCompression.Zstd };
        await new CreateDelta(_lab.Images).RunAsync(request, EventSink.None, CancellationToken.None);
        return await File.ReadAllBytesAsync(_lab.Archive);
    }

    /// <summary>True where restoring fails with a typed error; where it does not, the image must be right.</summary>
    private async Task<bool> IsFoundAsync(byte[] archive, MemoryImage baseline, MemoryImage target)
    {
        await File.WriteAllBytesAsync(_lab.Archive, archive);
        try
        {
            target.AssertSame(await _lab.RestoreAsync(baseline));
            return false;
        }
        catch (DiffahException e)
        {
            Assert.NotEqual(DiffahErrors.Internal, e.Error);
            _lab.AssertNothingLeft();
            return true;
        }
    }

    private static byte[] Decompress(byte[] compressed)
    {
        using var zstd = StoredBytes.Zstd(new MemoryStream(compressed));
        using var plain = new MemoryStream();
        zstd.CopyTo(plain);
        return plain.ToArray();
    }
}
