using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>A disk that does not keep what was written is found out before anybody sees an image of it.</summary>
public sealed class ReadBackTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly EventLog _log = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("oci", "out:v1")]
    [InlineData("dir", "out")]
    [InlineData("oci-archive", "out")]
    [InlineData("docker-archive", "out")]
    public async Task A_byte_that_changes_after_it_was_written_is_found(string transport, string name)
    {
        await _bench.WriteAsync("dir", "in", transport == "docker-archive"
            ? SampleImage.DockerPlain(1) : SampleImage.Oci(1));
        var flips = 0;
        _log.OnEvent = e =>
        {
            // The first layer is the small one. What waits for its name is beside or in the destination.
            if (e is ProgressEvent { Status: "reading back", Done: 0, Completed: false, Total: > 100_000 })
                flips += Flip();
        };
        var e = await Errors.ThrowsAsync(DiffahErrors.ReadBackFailed, () => CopyAsync(transport, name));
        Assert.True(flips > 0);
        Assert.Contains(":" + _bench["out"], e.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_bench["out"]));
        Assert.DoesNotContain(_bench.Entries, entry => entry.Contains(".diffah", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("oci", "out:v1")]
    [InlineData("dir", "out")]
    [InlineData("oci-archive", "out")]
    public async Task Every_layer_that_is_written_is_read_back(string transport, string name)
    {
        var image = SampleImage.Oci(1);
        await _bench.WriteAsync("dir", "in", image);
        await CopyAsync(transport, name);
        Assert.Equal(image.Layers.Select(l => l.Size).Order(), _log.Events.OfType<ProgressEvent>()
            .Where(p => p is { Status: "reading back", Completed: true }).Select(p => p.Done).Order());
    }

    [Theory]
    [InlineData(ArchiveCompression.None)]
    [InlineData(ArchiveCompression.Zstd)]
    public async Task A_delta_archive_that_changes_after_it_was_written_is_found(ArchiveCompression compression)
    {
        using var lab = new DeltaLab();
        var baseline = ImageMaker.Oci(LayerBytes.Raw(Bytes.Random(1, 400_000)));
        var target = ImageMaker.Oci(
            LayerBytes.Raw([.. Bytes.Random(2, 300_000), 1]), LayerBytes.Raw(Bytes.Random(3, 300_000)));
        var flips = 0;
        _log.OnEvent = e =>
        {
            if (flips > 0 || e is not ProgressEvent { Status: "writing", Completed: true })
                return;
            var file = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(lab.Archive)!, ".diffah-*.tmp"));
            flips += FlipAt(file, 100_000);
        };
        var request = lab.CreateRequest(baseline, target) with { Compression = compression, Overwrite = false };
        await Errors.ThrowsAsync(DiffahErrors.ReadBackFailed,
            () => new CreateDelta(lab.Images).RunAsync(request, _log.Sink, CancellationToken.None));
        Assert.Equal(1, flips);
        Assert.False(File.Exists(lab.Archive));
        lab.AssertNothingLeft();
    }

    private Task<CopiedImage> CopyAsync(string transport, string name) =>
        new CopyImage(TransportCatalog.Default).RunAsync(new CopyImageRequest
        {
            Source = _bench.Reference("dir", "in"),
            Destination = _bench.Reference(transport, name),
        }, _log.Sink, default);

    private int Flip()
    {
        var waiting = _bench.Entries.Where(e => e.Contains(".diffah-", StringComparison.Ordinal))
            .Select(e => _bench[e]).Where(File.Exists).Where(f => new FileInfo(f).Length > 100_000);
        return waiting.Sum(f => FlipAt(f, new FileInfo(f).Length / 2));
    }

    private static int FlipAt(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (file.Length <= offset)
            return 0;
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 1));
        return 1;
    }
}
