using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Support.Daemons;

namespace Diffah.Tests.Transports.Daemons;

/// <summary>A daemon goes away, or has no room, while an image is on its way: nothing is left on either side.</summary>
[Collection(DaemonsCollection.Name)]
public sealed class BrokenOffTests(DaemonsFixture daemons) : IDisposable
{
    // More than all buffers on the way take.
    private const int Size = 6_000_000;

    private readonly DaemonBench _bench = new(daemons);
    private readonly Releases _releases = new(200, Size);

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task An_export_that_breaks_off_is_no_image(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        await using var relay = new CutRelay(_bench.Daemon(place).Socket) { BytesToClient = Size };
        using var far = new DaemonBench(daemons, DaemonsFixture.At(relay.Host, relay.Host));
        await Errors.ThrowsAsync(DiffahErrors.DaemonUnreachable, () => far.CopyAsync(
            _bench.Reference(place, "app:v1"), far.Reference(DaemonBench.DockerArchive, "out:v1")));
        Assert.True(relay.IsCut);
        far.AssertWorkIsEmpty();
        Assert.Equal(["work"], far.Folder.Entries);
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_load_that_breaks_off_leaves_nothing_in_the_daemon(string place)
    {
        await _bench.PutAsync(DaemonBench.OciArchive, _releases.V2(DaemonBench.OciArchive), "app:v2");
        await using var relay = new CutRelay(_bench.Daemon(place).Socket) { BytesToDaemon = Size };
        using var far = new DaemonBench(daemons, DaemonsFixture.At(relay.Host, relay.Host));
        await AssertNothingNewAsync(place, () => Errors.ThrowsAsync(DiffahErrors.DaemonUnreachable, () => far.CopyAsync(
            _bench.Reference(DaemonBench.OciArchive, "app:v2"), _bench.Reference(place, "app:v2"))));
        Assert.True(relay.IsCut);
        far.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_load_that_is_stopped_leaves_nothing_in_the_daemon(string place)
    {
        await _bench.PutAsync(DaemonBench.OciArchive, _releases.V2(DaemonBench.OciArchive), "app:v2");
        using var stop = new CancellationTokenSource();
        // It comes to a halt midway, for good, as a daemon that is very busy.
        await using var relay = new CutRelay(_bench.Daemon(place).Socket)
        {
            BytesToDaemon = Size,
            OnCut = async () =>
            {
                await stop.CancelAsync();
                await Task.Delay(200);
            },
        };
        using var far = new DaemonBench(daemons, DaemonsFixture.At(relay.Host, relay.Host));
        await AssertNothingNewAsync(place, () => Assert.ThrowsAnyAsync<OperationCanceledException>(() => far.CopyAsync(
            _bench.Reference(DaemonBench.OciArchive, "app:v2"), _bench.Reference(place, "app:v2"),
            cancellationToken: stop.Token)));
        far.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_engine_that_is_killed_midway_has_what_it_had_when_it_is_back(bool isLoading)
    {
        var name = _bench.Name("app:v1");
        using var data = new TemporaryFolder();
        await _bench.PutAsync(DaemonBench.DockerArchive, _releases.V2(DaemonBench.DockerArchive), "app:v2");
        string[] before;
        await using (var docker = await DockerEngine.StartAsync(data["images"]))
        {
            await _bench.LoadAsync(docker, _releases.V1(DaemonBench.Docker), name);
            before = await docker.ListAsync();
            await using var relay = new CutRelay(docker.Socket)
            {
                BytesToDaemon = isLoading ? 30_000 : long.MaxValue,
                BytesToClient = isLoading ? long.MaxValue : Size,
                OnCut = docker.KillAsync,
            };
            using var far = new DaemonBench(daemons, DaemonsFixture.At(relay.Host));
            await Errors.ThrowsAsync(DiffahErrors.DaemonUnreachable, () => isLoading
                ? far.CopyAsync(_bench.Reference(DaemonBench.DockerArchive, "app:v2"), $"docker-daemon:{name}")
                : far.CopyAsync($"docker-daemon:{name}", far.Reference(DaemonBench.DockerArchive, "out:v1")));
            Assert.True(relay.IsCut);
            Assert.Equal(["work"], far.Folder.Entries);
        }
        await using var again = await DockerEngine.StartAsync(data["images"]);
        Assert.Equal(before, await again.ListAsync());
        Assert.Equal(_releases.Ids.V1, (await again.InspectAsync(name)).Id);
    }

    [SkippableFact]
    public async Task An_engine_without_room_says_so_and_has_what_it_had()
    {
        await using var disk = await SmallDisk.MountAsync(8 * 1024);
        await using var docker = await DockerEngine.StartAsync(Path.Combine(disk.Path, "images"));
        var small = new Releases(300);
        await _bench.LoadAsync(docker, small.V1(DaemonBench.Docker), "small:v1");
        await AssertNoRoomAsync(docker, DaemonsFixture.At(docker.Host), "docker-daemon:app:v2");
        Assert.Equal(small.Ids.V1, (await docker.InspectAsync("small:v1")).Id);
    }

    [SkippableFact]
    public async Task Podman_without_room_says_so_and_has_what_it_had()
    {
        await using var disk = await SmallDisk.MountAsync(8 * 1024);
        await using var podman = await PodmanService.StartAsync(Path.Combine(disk.Path, "images"));
        await AssertNoRoomAsync(
            podman, DaemonsFixture.At("unix:///nonexistent/none.sock", podman.Host), "containers-storage:app:v2");
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task No_room_for_an_export_is_no_fault_of_the_daemon(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        await using var disk = await SmallDisk.MountAsync(1024);
        using var near = new DaemonBench(daemons) { Work = disk.Path };
        var error = await Errors.ThrowsAsync(DiffahErrors.DiskFull, () => near.CopyAsync(
            _bench.Reference(place, "app:v1"), near.Reference(DaemonBench.DockerArchive, "out:v1")));
        Assert.DoesNotContain("docker system df", error.NextAction, StringComparison.Ordinal);
        Assert.Empty(disk.Entries);
    }

    private async Task AssertNoRoomAsync(DaemonProcess daemon, TransportEnvironment environment, string destination)
    {
        using var bench = new DaemonBench(daemons, environment);
        await bench.PutAsync(DaemonBench.DockerArchive, _releases.V2(DaemonBench.DockerArchive), "app:v2");
        var before = await daemon.ListAsync();
        await Errors.ThrowsAsync(DiffahErrors.DiskFull, () => bench.CopyAsync(
            bench.Reference(DaemonBench.DockerArchive, "app:v2"), destination));
        Assert.Equal(before, await daemon.ListAsync());
        Assert.Empty(daemon.Leftovers);
        bench.AssertWorkIsEmpty();
    }

    private async Task AssertNothingNewAsync(string place, Func<Task> run)
    {
        var before = await _bench.ListAsync(place);
        await run();
        // A daemon may notice a moment later that nobody sends any more.
        for (var i = 0; i < 100 && _bench.Daemon(place).Leftovers.Length > 0; i++)
            await Task.Delay(50);
        Assert.Empty(_bench.Daemon(place).Leftovers);
        Assert.Equal(before, await _bench.ListAsync(place));
    }
}
