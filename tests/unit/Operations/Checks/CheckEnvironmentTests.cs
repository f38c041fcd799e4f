using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Operations.Checks;

public sealed class CheckEnvironmentTests : IDisposable
{
    private const string Secret = "hunter2-hunter2";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_probe_the_network_is_left_alone() =>
        Assert.Equal(["zstd", "tmpdir", "authfile", "config", "docker-daemon", "containers-storage", "containerd"],
            (await RunAsync(new())).Select(c => c.Name));

    // zstd 1.5.7 is what the port is of: its package says so, and the bytes in ZstdVectorTests.
    [Fact]
    public async Task Zstd_is_built_in_and_its_version_is_named()
    {
        var check = await OneAsync("zstd", new());
        Assert.Equal((CheckStatus.Ok, "1.5.7, built in", ""), (check.Status, check.Detail, check.Hint));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_to_fails()
    {
        await File.WriteAllTextAsync(_folder["file"], "");
        var check = await OneAsync("tmpdir", new() { WorkDirectory = _folder["file"] });
        Assert.Equal(CheckStatus.Fail, check.Status);
        Assert.NotEmpty(check.Hint);
    }

    [Fact]
    public async Task Without_a_configuration_file_the_defaults_apply()
    {
        var check = await OneAsync("config", new() { ConfigurationFile = new(_folder["config.yaml"], IsNamed: false) });
        Assert.Equal((CheckStatus.Ok, "none, defaults apply"), (check.Status, check.Detail));
    }

    [Theory]
    [InlineData("workers: 2\n", CheckStatus.Ok, "config.yaml'")]
    [InlineData("workers: 2\nwrokers: 2\n", CheckStatus.Fail, "config.yaml', line 2, key 'wrokers'")]
    public async Task A_configuration_file_is_named(string content, string status, string detail)
    {
        Write("config.yaml", content);
        var check = await OneAsync("config", new() { ConfigurationFile = new(_folder["config.yaml"], IsNamed: false) });
        Assert.Equal((status, status == CheckStatus.Fail), (check.Status, check.Hint.Length > 0));
        Assert.Contains(detail, check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_auth_file_is_a_warning()
    {
        var check = await OneAsync("authfile", new() { TransportEnvironment = Environment });
        Assert.Equal(CheckStatus.Warn, check.Status);
        Assert.Contains("--authfile", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_auth_file_that_is_there_is_named()
    {
        Write("docker/config.json", """{"auths":{"r.example":{"auth":"Ym9iOmh1bnRlcjItaHVudGVyMg=="}}}""");
        Write("named.json", "{}");
        var check = await OneAsync("authfile",
            new() { Registry = new() { AuthFile = _folder["named.json"] }, TransportEnvironment = Environment });
        Assert.Equal((CheckStatus.Ok, $"'{_folder["named.json"]}', '{_folder["docker/config.json"]}'"),
            (check.Status, check.Detail));
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{"auth":"hunter2-hunter2"}}}""")]
    [InlineData("""{"auths":{"r.example":{"auth":"aHVudGVyMi1odW50ZXIy"}}}""")]
    [InlineData("""["hunter2-hunter2"]""")]
    [InlineData("hunter2-hunter2")]
    public async Task A_malformed_auth_file_fails_and_is_named(string content)
    {
        Write("docker/config.json", content);
        var check = await OneAsync("authfile", new() { TransportEnvironment = Environment });
        Assert.Equal(CheckStatus.Fail, check.Status);
        Assert.Contains(_folder["docker/config.json"], check.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, check.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_auth_file_that_is_named_must_be_there()
    {
        var check = await OneAsync("authfile",
            new() { Registry = new() { AuthFile = _folder["none.json"] }, TransportEnvironment = Environment });
        Assert.Equal(CheckStatus.Fail, check.Status);
        Assert.Contains(_folder["none.json"], check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_says_what_the_reference_means()
    {
        var check = await ProbeAsync((_, _) => Task.FromResult<IImageSource>(new OneManifest(SampleImage.Oci(1))));
        Assert.Equal((CheckStatus.Ok, $"docker://r.example/app is {SampleImage.Oci(1).Manifest.Digest}"),
            (check.Status, check.Detail));
    }

    [Fact]
    public async Task A_probe_that_fails_has_the_errors_hint()
    {
        var check = await ProbeAsync((_, _) => throw new DiffahException(DiffahErrors.RegistryTls, "not trusted"));
        Assert.Equal((CheckStatus.Fail, "not trusted", DiffahErrors.RegistryTls.NextAction),
            (check.Status, check.Detail, check.Hint));
    }

    [Fact]
    public async Task A_probe_takes_only_so_long()
    {
        var check = await ProbeAsync(async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            throw new InvalidOperationException();
        });
        Assert.Equal((CheckStatus.Fail, "docker://r.example/app could not be read within 0.1 seconds"),
            (check.Status, check.Detail));
        Assert.Contains("network", check.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_is_stopped_is_no_result()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProbeAsync(async (_, ct) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
            throw new InvalidOperationException();
        }, stop.Token));
    }

    [Fact]
    public async Task A_probe_is_of_a_registry() =>
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.InvalidArgument, () => RunAsync(new() { Probe = ImageReference.Parse("dir:/x") }));

    private TransportEnvironment Environment =>
        new() { DockerFolder = _folder["docker"], ConfigFolder = _folder["config"], RuntimeFolder = _folder["run"] };

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], content);
    }

    private static Task<IReadOnlyList<EnvironmentCheck>> RunAsync(CheckEnvironmentRequest request) =>
        new CheckEnvironment(TransportCatalog.Default).RunAsync(request, EventSink.None, default);

    private static async Task<EnvironmentCheck> OneAsync(string name, CheckEnvironmentRequest request) =>
        (await RunAsync(request)).Single(c => c.Name == name);

    private static async Task<EnvironmentCheck> ProbeAsync(
        Func<ImageReference, CancellationToken, Task<IImageSource>> open, CancellationToken cancellationToken = default)
    {
        using var catalog = new TransportCatalog([new Scripted(open)]);
        var operation = new CheckEnvironment(catalog) { ProbeLimit = TimeSpan.FromSeconds(0.1) };
        return (await operation.RunAsync(new() { Probe = ImageReference.Parse("docker://r.example/app") },
            EventSink.None, cancellationToken)).Single(c => c.Name == "network");
    }

    private sealed class Scripted(Func<ImageReference, CancellationToken, Task<IImageSource>> open) : IImageTransport
    {
        public TransportTraits Traits => TransportTraits.Registry;

        public Task<IImageSource> OpenSourceAsync(
            ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
            open(reference, cancellationToken);

        public Task<IImageDestination> OpenDestinationAsync(
            ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class OneManifest(SampleImage image) : IImageSource
    {
        public ImageReference Reference { get; } = ImageReference.Parse("docker://r.example/app");

        public Task<Engine.Oci.RawManifest> GetManifestAsync(
            Engine.Oci.Digest? digest, CancellationToken cancellationToken) => Task.FromResult(image.Manifest);

        public Task<Stream> OpenBlobAsync(Engine.Oci.Descriptor blob, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
