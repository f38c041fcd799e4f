using Diffah.Engine.Diagnostics;
using Diffah.Tests.Cli;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support.Daemons;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Daemons;

/// <summary>What a daemon does not have, does not allow or is not: an error that says it, and nothing changes.</summary>
[Collection(DaemonsCollection.Name)]
public sealed class DaemonErrorTests(DaemonsFixture daemons) : IDisposable
{
    private readonly DaemonBench _bench = new(daemons);
    private readonly Releases _releases = new(400);

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_name_that_is_missing_is_named(string place)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        var missing = _bench.Reference(place, "app:v9");
        var error = await Errors.ThrowsAsync(DiffahErrors.ImageNotFound,
            () => _bench.CopyAsync(missing, _bench.Reference(DaemonBench.OciArchive, "out:v1")));
        Assert.Contains(_bench.Name("app:v9"), error.Message, StringComparison.Ordinal);
        Assert.Contains(_bench.Reference(place, "app:v1"), error.NextAction, StringComparison.Ordinal);
        Assert.Equal(["work"], _bench.Folder.Entries.Where(e => !e.StartsWith("dir-", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_baseline_that_is_missing_ends_a_restore_before_anything_is_loaded(string place)
    {
        await _bench.PutAsync(DaemonBench.DockerArchive, _releases.V1(DaemonBench.DockerArchive), "app:v1");
        await _bench.PutAsync(DaemonBench.DockerArchive, _releases.V2(DaemonBench.DockerArchive), "app:v2");
        await _bench.CreateAsync(_bench.Reference(DaemonBench.DockerArchive, "app:v1"),
            _bench.Reference(DaemonBench.DockerArchive, "app:v2"), "delta.tar");
        var before = await _bench.ListAsync(place);
        await Errors.ThrowsAsync(DiffahErrors.ImageNotFound, () => _bench.RestoreAsync(
            "delta.tar", _bench.Reference(place, "none:v1"), _bench.Reference(place, "app:v2")));
        Assert.Equal(before, await _bench.ListAsync(place));
        _bench.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task Another_image_as_the_baseline_is_refused_before_anything_is_loaded(string place)
    {
        await _bench.PutAsync(DaemonBench.DockerArchive, _releases.V1(DaemonBench.DockerArchive), "app:v1");
        await _bench.PutAsync(DaemonBench.DockerArchive, _releases.V2(DaemonBench.DockerArchive), "app:v2");
        await _bench.CreateAsync(_bench.Reference(DaemonBench.DockerArchive, "app:v1"),
            _bench.Reference(DaemonBench.DockerArchive, "app:v2"), "delta.tar");
        await _bench.PutAsync(place, new Releases(500).V1(place), "other:v1");
        var before = await _bench.ListAsync(place);
        await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch, () => _bench.RestoreAsync(
            "delta.tar", _bench.Reference(place, "other:v1"), _bench.Reference(place, "app:v2")));
        Assert.Equal(before, await _bench.ListAsync(place));
        _bench.AssertWorkIsEmpty();
    }

    [Theory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_socket_that_is_missing_is_named(string place)
    {
        var host = $"unix://{_bench.Folder["none.sock"]}";
        using var bench = new DaemonBench(daemons, DaemonsFixture.At(host, host));
        var error = await Errors.ThrowsAsync(DiffahErrors.DaemonUnreachable,
            () => bench.CopyAsync($"{place}:app:v1", bench.Reference(DaemonBench.OciArchive, "out:v1")));
        Assert.Contains(host, error.Message, StringComparison.Ordinal);
        Assert.Equal(["work"], bench.Folder.Entries);
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker, "DOCKER_HOST")]
    [InlineData(DaemonBench.Podman, "CONTAINER_HOST")]
    public async Task A_socket_that_one_may_not_use_is_no_daemon_that_is_missing(string place, string variable)
    {
        await _bench.PutAsync(place, _releases.V1(place), "app:v1");
        var daemon = _bench.Daemon(place);
        var mode = File.GetUnixFileMode(daemon.Socket);
        File.SetUnixFileMode(daemon.Socket, UnixFileMode.None);
        try
        {
            var result = await CliProcess.WithoutPrivilegeAsync(
                new Dictionary<string, string> { [variable] = daemon.Host }, _bench.Work, "copy",
                _bench.Reference(place, "app:v1"), "oci-archive:out.tar");
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("may not use the", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(daemon.Socket, mode);
        }
        _bench.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [InlineData(DaemonBench.Docker)]
    [InlineData(DaemonBench.Podman)]
    public async Task A_registry_is_no_daemon(string place)
    {
        var host = $"tcp://{daemons.Registry.Host}";
        using var bench = new DaemonBench(daemons, DaemonsFixture.At(host, host));
        await Errors.ThrowsAsync(DiffahErrors.DaemonProtocol,
            () => bench.CopyAsync($"{place}:app:v1", bench.Reference(DaemonBench.OciArchive, "out:v1")));
        Assert.Equal(["work"], bench.Folder.Entries);
    }

    [Theory]
    [InlineData("<html>It works!</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Version\":7}")]
    public async Task What_answers_something_else_is_no_daemon(string answer)
    {
        await using var server = new ScriptedServer(_ => ScriptedResponse.Text(200, answer));
        var host = $"tcp://{server.Host}";
        using var bench = new DaemonBench(daemons, DaemonsFixture.At(host, host));
        await Errors.ThrowsAsync(DiffahErrors.DaemonProtocol,
            () => bench.CopyAsync("docker-daemon:app:v1", bench.Reference(DaemonBench.OciArchive, "out:v1")));
    }

    [Fact]
    public async Task What_ends_the_connection_without_an_answer_is_unreachable()
    {
        await using var server = new ScriptedServer(_ => ScriptedResponse.Reset);
        using var bench = new DaemonBench(daemons, DaemonsFixture.At($"tcp://{server.Host}"));
        await Errors.ThrowsAsync(DiffahErrors.DaemonUnreachable,
            () => bench.CopyAsync("docker-daemon:app:v1", bench.Reference(DaemonBench.OciArchive, "out:v1")));
    }
}
