using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>A baseline whose tag comes to mean another image.</summary>
public sealed class MovedTagTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly TemporaryFolder _folder = new();
    private readonly EventLog _log = new();
    private readonly TransportCatalog _transports = TransportCatalog.Create(RegistryBench.Quick);
    private readonly SampleImage _baseline = SampleImage.Oci(1);
    private readonly SampleImage _target = SampleImage.Oci(2);

    public MovedTagTests() => _registry.Add(_baseline, "v1").Add(_target, "v2");

    private string Exact => $"docker://{_registry.Server.Host}/team/app@{_baseline.Manifest.Digest}";

    public async ValueTask DisposeAsync()
    {
        _transports.Dispose();
        _folder.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task While_the_delta_is_made_is_told_of()
    {
        _registry.Intercept = request =>
        {
            if (request.Path.Contains("/blobs/", StringComparison.Ordinal))
                Move();
            return null;
        };
        await CreateAsync(_registry.Reference("v1"));
        Assert.Equal(
            $"The baseline {_registry.Reference("v1")} means another image now than when it was read. "
                + $"The archive is for {Exact}.", Assert.Single(Moved));
    }

    [Fact]
    public async Task Is_asked_for_once_and_briefly()
    {
        await CreateAsync(_registry.Reference("v1"));
        Assert.Empty(Moved);
        Assert.Equal(["GET", "HEAD"],
            _registry.Requests.Where(r => r.Path.EndsWith("/manifests/v1", StringComparison.Ordinal))
                .Select(r => r.Method));
        Assert.Equal(
            ["GET"], _registry.Requests.Where(r => r.Path.EndsWith("/manifests/v2", StringComparison.Ordinal))
                .Select(r => r.Method));
    }

    [Fact]
    public async Task Is_not_asked_for_where_a_digest_names_the_baseline()
    {
        await CreateAsync(Exact);
        Assert.DoesNotContain(_registry.Requests, r => r.Method == "HEAD");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task Can_not_always_be_asked_for(int status)
    {
        _registry.Intercept = request => request.Method == "HEAD" ? new ScriptedResponse(status) : null;
        await CreateAsync(_registry.Reference("v1"));
        Assert.Empty(Moved);
        Assert.True(File.Exists(_folder["delta.tar"]));
    }

    [Fact]
    public async Task Is_no_error_where_the_registry_is_gone()
    {
        _registry.Intercept = request => request.Method == "HEAD" ? throw new IOException("gone") : null;
        await CreateAsync(_registry.Reference("v1"));
        Assert.Empty(Moved);
        Assert.Contains(_log.Messages(EventLevel.Debug),
            m => m.StartsWith(
                $"Whether {_registry.Reference("v1")} was moved can't be asked: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Makes_restoring_name_the_exact_baseline(int version)
    {
        await CreateAsync(_registry.Reference("v1"), version);
        _registry.Add(SampleImage.Oci(3), "v1");
        var request = new RestoreImageRequest
        {
            ArchivePath = _folder["delta.tar"],
            Baseline = ImageReference.Parse(_registry.Reference("v1")),
            Destination = ImageReference.Parse($"oci:{_folder["new"]}"),
        };
        using var later = TransportCatalog.Create(RegistryBench.Quick);
        var error = await Errors.ThrowsAsync(
            DiffahErrors.BaselineMismatch, () => new RestoreImage(later).RunAsync(request, EventSink.None, default));
        Assert.StartsWith("A tag may have moved since the delta was made. Give the baseline by its digest",
            error.NextAction, StringComparison.Ordinal);
        Assert.Contains(Exact, error.NextAction, StringComparison.Ordinal);
        await new RestoreImage(later).RunAsync(
            request with { Baseline = ImageReference.Parse(Exact) }, EventSink.None, default);
    }

    private IEnumerable<string> Moved =>
        _log.Messages(EventLevel.Warning).Where(m => m.Contains("means another image", StringComparison.Ordinal));

    private void Move() => _registry.Manifests["v1"] = _registry.Manifests["v2"];

    private Task<Engine.Deltas.Reports.DeltaArchive> CreateAsync(
        string baseline, int version = EncodingOptions.DefaultFormatVersion) =>
        new CreateDelta(_transports).RunAsync(new CreateDeltaRequest
        {
            Baseline = ImageReference.Parse(baseline),
            Target = ImageReference.Parse(_registry.Reference("v2")),
            OutputPath = _folder["delta.tar"],
            Encoding = new EncodingOptions { ZstdLevel = 3, FormatVersion = version },
        }, _log.Sink, default);
}
