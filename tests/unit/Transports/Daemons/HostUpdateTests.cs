using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support.Daemons;
using static System.StringComparison;

namespace Diffah.Tests.Transports.Daemons;

/// <summary>A host that has version 1 only in its daemon gets version 2, as its own tools see it.</summary>
[Collection(DaemonsCollection.Name)]
public sealed class HostUpdateTests(DaemonsFixture daemons) : IDisposable
{
    private readonly DaemonBench _bench = new(daemons);
    private readonly Releases _releases = new(100);
    private readonly string _short = $"app-{Guid.NewGuid():N}";

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_delta_of_a_registry_updates_it(string place)
    {
        await MakeDeltaAsync(DaemonBench.Registry);
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        await _bench.RestoreAsync("delta.tar", _bench.Reference(place, "app:v1"), _bench.Reference(place, "app:v2"));
        var (before, after) = (await _bench.LookAsync(place, "app:v1"), await _bench.LookAsync(place, "app:v2"));
        Assert.Equal(new StoredImage(_releases.Ids.V1, [.. _releases.V1DiffIds]), before);
        Assert.Equal(new StoredImage(_releases.Ids.V2, [.. _releases.V2DiffIds]), after);
        Assert.Equal([_bench.Name("app:v2")], after.Names.Where(n => n.StartsWith(_bench.Name(""), Ordinal)));
        _bench.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task The_name_of_the_old_image_moves_to_the_new_one(string place)
    {
        await MakeDeltaAsync(DaemonBench.DockerArchive);
        await _bench.PutAsync(place, _releases.V1(place), "app:live");
        await _bench.RestoreAsync(
            "delta.tar", _bench.Reference(place, "app:live"), _bench.Reference(place, "app:live"));
        Assert.Equal(_releases.Ids.V2, (await _bench.LookAsync(place, "app:live")).Id);
        var old = await _bench.Daemon(place).InspectAsync(_releases.Ids.V1);
        Assert.Equal((_releases.Ids.V1, 0), (old.Id, old.Names.Count(n => n == _bench.Name("app:live"))));
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_name_without_a_registry_is_one_as_the_daemon_has_it(string place)
    {
        var daemon = _bench.Daemon(place);
        await _bench.LoadAsync(daemon, _releases.V1(place), $"{_short}:v1");
        await MakeDeltaAsync(DaemonBench.DockerArchive);
        await _bench.RestoreAsync("delta.tar", $"{place}:{_short}:v1", $"{place}:{_short}:v2");
        Assert.Equal(_releases.Ids.V2, (await daemon.InspectAsync($"{_short}:v2")).Id);
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task An_image_is_found_by_its_id(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        await _bench.CopyAsync($"{place}:{_releases.Ids.V1}", _bench.Reference(DaemonBench.OciArchive, "out:v1"));
        Assert.Equal(_releases.Ids.V1, (await _bench.LookAsync(DaemonBench.OciArchive, "out:v1")).Id);
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_delta_of_a_daemons_images_is_the_same_for_the_same_images(string place)
    {
        await MakeDeltaAsync(place);
        var first = await File.ReadAllBytesAsync(_bench.Folder["delta.tar"]);
        File.Delete(_bench.Folder["delta.tar"]);
        await MakeDeltaAsync(place);
        Assert.Equal(first, await File.ReadAllBytesAsync(_bench.Folder["delta.tar"]));
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task Progress_is_told_both_ways(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        var (export, load) = (new EventLog(), new EventLog());
        await _bench.CopyAsync(
            _bench.Reference(place, "app:v1"), _bench.Reference(DaemonBench.DockerArchive, "out:v1"), export.Sink);
        await _bench.CopyAsync(
            _bench.Reference(DaemonBench.DockerArchive, "out:v1"), _bench.Reference(place, "app:v3"), load.Sink);
        Assert.Contains(export.Events.OfType<ProgressEvent>(), p => p is { Status: "exporting", Done: > 120_000 });
        Assert.Contains(load.Events.OfType<ProgressEvent>(), p => p.Done > 50_000);
    }

    private async Task MakeDeltaAsync(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "made:v1");
        await _bench.PutAsync(place, _releases.V2(place), "made:v2");
        await _bench.CreateAsync(_bench.Reference(place, "made:v1"), _bench.Reference(place, "made:v2"), "delta.tar");
    }
}
