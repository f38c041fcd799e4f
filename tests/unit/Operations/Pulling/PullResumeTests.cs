using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Pulling;

/// <summary>A connection that is cut, and what is fetched again after that.</summary>
public sealed class PullResumeTests : IAsyncLifetime
{
    private const int Sent = 9000;

    private readonly FakeRegistry _registry = StartRegistry();
    private PullLab _lab = null!;

    private static FakeRegistry StartRegistry() => new() { HasReferrers = true };

    public async Task InitializeAsync()
    {
        _lab = await new PullLab(_registry.Server.Host) { Compress = l => l }.PushAsync(1, 2);
        await _lab.PublishAsync(1, 2);
    }

    public async Task DisposeAsync()
    {
        _lab.Dispose();
        await _registry.DisposeAsync();
    }

    [SkippableFact]
    public async Task In_the_same_run_it_goes_on_where_it_was_cut()
    {
        var entry = await BigEntryAsync();
        var cut = 0;
        _registry.Intercept = r => r.Path.EndsWith(entry, StringComparison.Ordinal) && cut++ == 0
            ? Half(entry)
            : null;
        var image = await _lab.RestoreAsync(_lab.Request(2));
        await _lab.AssertGotAsync(2);
        Assert.Equal(PullKind.Delta, image.Pull!.Kind);
        Assert.Equal([null, $"bytes={Sent}-"], Ranges(entry));
    }

    [SkippableFact]
    public async Task Another_run_goes_on_where_the_first_was_stopped()
    {
        var (entry, folder) = (await BigEntryAsync(), _lab.Folder["resume"]);
        var request = _lab.Request(2) with { ResumeDirectory = folder };
        using var stop = new CancellationTokenSource();
        _registry.Intercept = r =>
        {
            if (!r.Path.EndsWith(entry, StringComparison.Ordinal))
                return null;
            if (r.Headers.ContainsKey("range"))
                stop.Cancel();
            return r.Headers.ContainsKey("range") ? ScriptedResponse.Reset : Half(entry);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lab.RestoreAsync(request, stop.Token));
        var half = Directory.EnumerateFiles(folder, "*.part").Single();
        Assert.Equal(Sent, new FileInfo(half).Length);
        var before = _registry.Server.Requests.Count;

        _registry.Intercept = null;
        await _lab.RestoreAsync(request);
        await _lab.AssertGotAsync(2);
        var again = _registry.Server.Requests.Skip(before).ToArray();
        Assert.Equal($"bytes={Sent}-", again.Single(r => r.Path.EndsWith(entry, StringComparison.Ordinal))
            .Headers["range"]);
        Assert.False(Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
    }

    [SkippableFact]
    public async Task One_run_at_a_time_uses_a_folder()
    {
        var folder = _lab.Folder["busy"];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine");
        var request = _lab.Request(2) with { ResumeDirectory = folder };
        using (FileLock.TryTake(Path.Combine(folder, ".diffah-lock")))
        {
            var error = await Assert.ThrowsAsync<DiffahException>(() => _lab.RestoreAsync(request));
            Assert.Equal(DiffahErrors.DestinationBusy, error.Error);
        }
        await _lab.RestoreAsync(request);
        // What is not its own it leaves.
        Assert.Equal(["notes.txt"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
    }

    private ScriptedResponse Half(string entry) => new(200, _registry.Blobs[entry]) { ResetAfter = Sent };

    private IEnumerable<string?> Ranges(string entry) => _registry.Requests
        .Where(r => r.Method == "GET" && r.Path.EndsWith(entry, StringComparison.Ordinal))
        .Select(r => r.Headers.GetValueOrDefault("range"));

    /// <summary>The entry of the only delta that has most bytes.</summary>
    private async Task<string> BigEntryAsync()
    {
        var plan = await _lab.PlanAsync(_lab.Request(2));
        var manifest = await _lab.ManifestAsync(plan.Ways[0].Steps.Single().Delta[^71..]);
        return manifest["layers"]!.AsArray().MaxBy(l => l!["size"]!.GetValue<long>())!["digest"]!.GetValue<string>();
    }
}
