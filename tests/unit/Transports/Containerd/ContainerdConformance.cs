using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Containerd;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>The conformance suite over a real containerd; every test has a namespace of its own.</summary>
public sealed class ContainerdConformance : TransportConformance, IClassFixture<SharedContainerd>
{
    private readonly SharedContainerd _shared;
    private readonly string _namespace = SharedContainerd.NewNamespace();
    private readonly Lazy<ContainerdTransport> _transport;

    public ContainerdConformance(SharedContainerd shared)
    {
        _shared = shared;
        _transport = new(() => new ContainerdTransport(shared.Process.EnvironmentOf(_namespace)));
    }

    internal override IImageTransport Transport => _transport.Value;

    internal override ImageReference Reference => ImageReference.Parse("containerd:conformance:v1");

    internal override SampleImage Sample(int seed) =>
        seed % 2 == 0 ? SampleImage.Oci(seed) : SampleImage.DockerGzip(seed);

    [SkippableFact]
    public async Task What_is_not_there_is_not_found()
    {
        var error = await AssertFailsAsync(
            DiffahErrors.ImageNotFound, () => Transport.OpenSourceAsync(Reference, Context, default));
        Assert.Contains("docker.io/library/conformance:v1", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_not_committed_is_gone_with_its_lease()
    {
        await using (var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default))
        {
            await Sample(1).WriteAsync(destination);
            Assert.NotEmpty(await LinesAsync("content", "ls", "-q"));
            Assert.NotEmpty(await LinesAsync("leases", "ls", "-q"));
        }
        Assert.Empty(await LinesAsync("content", "ls", "-q"));
        Assert.Empty(await LinesAsync("content", "active"));
        Assert.Empty(await LinesAsync("leases", "ls", "-q"));
    }

    [SkippableFact]
    public async Task A_write_that_breaks_off_leaves_nothing_on_its_way_in()
    {
        var layer = Sample(1).Layers[1];
        await using var destination = await Transport.OpenDestinationAsync(Reference, false, Context, default);
        var content = new CallbackStream(
            new MemoryStream(new byte[layer.Size]), 100_000, () => throw new IOException("The line is dead."));
        await Assert.ThrowsAsync<IOException>(() => destination.PutBlobAsync(layer, content, default));
        Assert.Empty(await LinesAsync("content", "active"));
    }

    private async Task<string[]> LinesAsync(params string[] arguments) =>
        [.. (await _shared.Process.CtrAsync(_namespace, arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("REF", StringComparison.Ordinal))];
}

/// <summary>The index suite over a real containerd.</summary>
public sealed class ContainerdIndexConformance : IndexConformance, IClassFixture<SharedContainerd>
{
    private readonly Lazy<ContainerdTransport> _transport;

    public ContainerdIndexConformance(SharedContainerd shared) => _transport = new(
        () => new ContainerdTransport(shared.Process.EnvironmentOf(SharedContainerd.NewNamespace())));

    internal override IImageTransport Transport => _transport.Value;

    internal override ImageReference Reference => ImageReference.Parse("containerd:index:v1");

    [SkippableFact]
    public async Task A_list_of_Docker_images_is_held()
    {
        await CopyAsync(SampleIndex.Docker(1));
        await AssertHoldsAsync(SampleIndex.Docker(1));
    }
}
