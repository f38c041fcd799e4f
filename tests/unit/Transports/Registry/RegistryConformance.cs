using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry.Transfer;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>The conformance suite over a real registry; every test has a repository of its own.</summary>
public abstract class RegistryConformance : TransportConformance
{
    private readonly RegistryFixture _fixture;
    private readonly string _repository = $"conformance/{Guid.NewGuid():N}";

    private protected RegistryConformance(RegistryFixture fixture, int? uploadChunkSize = null)
    {
        _fixture = fixture;
        Transport = new RegistryTransport(
            fixture.Options with { UploadChunkSize = uploadChunkSize }, TransportEnvironment.None);
    }

    internal override IImageTransport Transport { get; }

    internal override ImageReference Reference =>
        ImageReference.Parse($"docker://{_fixture.Process.Host}/{_repository}:v1");

    internal override SampleImage Sample(int seed) =>
        seed % 2 == 0 ? SampleImage.Oci(seed) : SampleImage.DockerGzip(seed);

    [SkippableFact]
    public async Task What_is_not_there_is_not_found()
    {
        var error = await AssertFailsAsync(
            DiffahErrors.RegistryNotFound, () => Transport.OpenSourceAsync(Reference, Context, default));
        Assert.Contains(Reference.ToString(), error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_tag_is_moved_without_being_forced()
    {
        await WriteAsync(Sample(1));
        await WriteAsync(Sample(2), overwrite: false);
        await using var source = await Transport.OpenSourceAsync(Reference, Context, default);
        await AssertHoldsAsync(source, Sample(2));
    }
}

public sealed class PlainRegistryConformance(PlainRegistry fixture)
    : RegistryConformance(fixture), IClassFixture<PlainRegistry>;

/// <summary>Blobs go in pieces.</summary>
public sealed class ChunkedRegistryConformance(PlainRegistry fixture)
    : RegistryConformance(fixture, uploadChunkSize: 64 << 10), IClassFixture<PlainRegistry>;

public sealed class TlsRegistryConformance(TlsRegistry fixture)
    : RegistryConformance(fixture), IClassFixture<TlsRegistry>;

public sealed class PasswordRegistryConformance(PasswordRegistry fixture)
    : RegistryConformance(fixture), IClassFixture<PasswordRegistry>;

public sealed class TokenRegistryConformance(TokenRegistry fixture)
    : RegistryConformance(fixture), IClassFixture<TokenRegistry>;
