using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Operations;

/// <summary>Work that is stopped, at whatever moment, leaves nothing behind.</summary>
public class CancellationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Making_a_delta_can_be_stopped_at_any_event(int version)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pair(version);
        var options = DeltaLab.Quick with { FormatVersion = version };
        await StopEverywhereAsync(async (log, token) =>
        {
            File.Delete(lab.Archive);
            await new CreateDelta(lab.Images).RunAsync(
                lab.CreateRequest(baseline, target, options with { ZstdLevel = 6 }), log.Sink, token);
        }, () =>
        {
            Assert.False(File.Exists(lab.Archive));
            lab.AssertNothingLeft();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Restoring_can_be_stopped_at_any_event(int version)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pair(version);
        var options = DeltaLab.Quick with { FormatVersion = version };
        await lab.CreateAsync(baseline, target, options);
        await StopEverywhereAsync((log, token) => lab.RestoreAsync(baseline, log.Sink, token), lab.AssertNothingLeft);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Both_can_be_stopped_at_any_read_of_a_layer(int version)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pair(version);
        var options = DeltaLab.Quick with { FormatVersion = version };
        await lab.CreateAsync(baseline, target, options);
        var stopped = 0;
        for (var reads = 1; reads < 12; reads++)
        {
            using var source = new CancellationTokenSource();
            var left = reads;
            lab.Images.OpenBlob = (_, bytes) => new TellingStream(bytes, () =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                    source.Cancel();
            });
            stopped +=
                await IsStoppedAsync(
                    () =>
                        new CreateDelta(lab.Images).RunAsync(
                            lab.CreateRequest(baseline, target, options) with
                            {
                                OutputPath = lab.Folder["out/other.tar"],
                            },
                            EventSink.None, source.Token)) ? 1 : 0;
            File.Delete(lab.Folder["out/other.tar"]);
            stopped += await IsStoppedAsync(() => lab.RestoreAsync(baseline, null, source.Token)) ? 1 : 0;
            lab.Images.Remove("restored");
            lab.AssertNothingLeft();
        }
        Assert.True(stopped > 5, $"only {stopped} were stopped");
    }

    [Fact]
    public async Task A_slow_encode_can_be_stopped_at_any_time()
    {
        using var lab = new DeltaLab();
        var layers = Enumerable.Range(1, 4).Select(i => Bytes.Text(i, 1_500_000)).ToArray();
        var (baseline, target) = (ImageMaker.Oci(layers.Select(LayerBytes.Raw)),
            ImageMaker.Oci(layers.Select(l => LayerBytes.Raw(Bytes.Edited(l)))));
        var random = new Random(1);
        var stopped = 0;
        for (var round = 0; round < 10; round++)
        {
            using var source = new CancellationTokenSource(random.Next(250));
            if (await IsStoppedAsync(
                () =>
                    new CreateDelta(lab.Images).RunAsync(
                        lab.CreateRequest(baseline, target, new EncodingOptions { Workers = 3 }), EventSink.None,
                        source.Token)))
            {
                stopped++;
                Assert.False(File.Exists(lab.Archive));
                lab.AssertNothingLeft();
            }
            File.Delete(lab.Archive);
        }
        Assert.True(stopped > 0);
    }

    [Fact]
    public async Task A_dry_run_can_be_stopped()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        await StopEverywhereAsync((log, token) => new CreateDelta(lab.Images).PlanAsync(
            lab.CreateRequest(baseline, target), log.Sink, token), lab.AssertNothingLeft);
    }

    [Fact]
    public async Task Making_a_bundle_can_be_stopped_at_any_event()
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Family(3);
        await StopEverywhereAsync(
            (log, token) => new CreateBundle(lab).RunAsync(lab.CreateRequest(pairs), log.Sink, token), () =>
            {
                Assert.False(File.Exists(lab.Archive));
                lab.AssertTidy();
            }, () => File.Delete(lab.Archive));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Telling_what_an_archive_changes_can_be_stopped_at_any_event(int version)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = ContentPairs.Gzip();
        await lab.CreateAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        var request = new ReadArchiveChangesRequest
        {
            ArchivePath = lab.Archive,
            Baseline = lab.Images.Put("baseline", baseline),
            WorkDirectory = lab.Work,
        };
        await StopEverywhereAsync(
            (log, token) => new ReadArchiveChanges(lab.Images).RunAsync(request, log.Sink, token), () =>
            {
                lab.AssertTidy();
                Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Work));
            });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restoring_a_bundle_can_be_stopped_at_any_event(bool strict)
    {
        using var lab = new BundleLab();
        var pairs = Bundles.Strangers(2);
        await lab.CreateAsync(pairs);
        await StopEverywhereAsync(
            (log, token) => lab.RestoreAsync(lab.RestoreRequest(pairs, strict), log.Sink, token), () =>
            {
                // All or nothing in strict mode; otherwise what was restored before is whole.
                Assert.True(!strict || lab.Find("svc-00") is null);
                Assert.Null(lab.Find("svc-01"));
                lab.Find("svc-00")?.AssertSame(pairs[0].Target);
                lab.AssertTidy();
            }, lab.ForgetRestored);
    }

    private static (MemoryImage Baseline, MemoryImage Target) Pair(int version) =>
        version == 1 ? Pairs.Mixed() : ContentPairs.Mixed();

    /// <summary>Runs once for each event that the work tells of, and stops it at that event.</summary>
    private static async Task StopEverywhereAsync(
        Func<EventLog, CancellationToken, Task> run, Action check, Action? prepare = null)
    {
        var stopped = 0;
        for (var at = 1; at < 60; at++)
        {
            prepare?.Invoke();
            using var source = new CancellationTokenSource();
            var left = at;
            var log = new EventLog
            {
                OnEvent = _ =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                        source.Cancel();
                },
            };
            if (await IsStoppedAsync(() => run(log, source.Token)))
            {
                stopped++;
                check();
            }
            if (left > 0)
                break;
        }
        Assert.True(stopped > 3, $"only {stopped} runs were stopped");
    }

    private static async Task<bool> IsStoppedAsync(Func<Task> run)
    {
        try
        {
            await run();
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Tells of each read.</summary>
    private sealed class TellingStream(byte[] bytes, Action told) : MemoryStream(bytes, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            told();
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, 2000)], cancellationToken);
        }
    }
}
