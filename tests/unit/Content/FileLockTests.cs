using System.Diagnostics;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Content;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_holds_it_and_nothing_is_left()
    {
        using (var held = FileLock.TryTake(_folder["l"]))
        {
            Assert.True(held!.IsReal);
            Assert.Null(FileLock.TryTake(_folder["l"]));
        }
        Assert.Empty(_folder.Entries);
        FileLock.TryTake(_folder["l"])!.Dispose();
    }

    [Fact]
    public async Task Of_many_who_want_it_one_has_it_at_a_time()
    {
        var (inside, most, count) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                using var held = await FileLock.TakeAsync(_folder["l"], "here", EventSink.None, default);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                count++;
                Interlocked.Decrement(ref inside);
            }
        })));
        Assert.Equal((1, 160), (most, count));
        Assert.Empty(_folder.Entries);
    }

    // flock(1) of util-linux is the second opinion: a process that is not ours.
    [SkippableFact]
    public async Task Another_process_is_kept_off_and_keeps_off()
    {
        using (FileLock.TryTake(_folder["l"]))
            Assert.Equal(1, (await ExternalTool.TryRunAsync("flock", "-n", _folder["l"], "true")).ExitCode);
        string[] line = [_folder["l"], "sh", "-c", "echo held; exec sleep 60"];
        using var other = Process.Start(new ProcessStartInfo("flock", line) { RedirectStandardOutput = true })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        Assert.Null(FileLock.TryTake(_folder["l"]));
        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync();
        using var log = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        (await FileLock.TakeAsync(_folder["l"], "here", EventSink.None, log.Token)).Dispose();
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task A_child_that_outlives_us_does_not_keep_it()
    {
        var held = FileLock.TryTake(_folder["l"])!;
        using var child = Process.Start("sleep", "60");
        try
        {
            await File.WriteAllTextAsync(_folder["started"], "");
            held.Dispose();
            Assert.Equal(0, (await ExternalTool.TryRunAsync("flock", "-n", _folder["l"], "true")).ExitCode);
        }
        finally
        {
            child.Kill();
        }
    }

    [Fact]
    public async Task The_wait_is_told_of_and_has_an_end()
    {
        var log = new EventLog();
        using var held = FileLock.TryTake(_folder["l"]);
        var e = await Errors.ThrowsAsync(DiffahErrors.DestinationBusy,
            () => FileLock.TakeAsync(_folder["l"], "/the/place", log.Sink, default, TimeSpan.FromMilliseconds(100)));
        Assert.Contains("/the/place", e.Message, StringComparison.Ordinal);
        Assert.Contains(log.Events.OfType<ProgressEvent>(), p => p.Status == "waits for another run");
    }

    [Fact]
    public async Task The_wait_can_be_stopped()
    {
        using var held = FileLock.TryTake(_folder["l"]);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => FileLock.TakeAsync(_folder["l"], "here", EventSink.None, stop.Token));
    }

    [Fact]
    public void A_link_in_its_place_is_not_followed()
    {
        File.WriteAllText(_folder["precious"], "mine");
        File.CreateSymbolicLink(_folder["l"], _folder["precious"]);
        Errors.Throws(DiffahErrors.DestinationExists, () => FileLock.TryTake(_folder["l"]));
        Assert.Equal("mine", File.ReadAllText(_folder["precious"]));
    }
}
