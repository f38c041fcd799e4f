using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry.Transfer;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>The index suite over a real registry; every test has a repository of its own.</summary>
public abstract class RegistryIndexConformance : IndexConformance
{
    private readonly RegistryFixture _fixture;
    private readonly string _repository = $"index/{Guid.NewGuid():N}";

    private protected RegistryIndexConformance(RegistryFixture fixture)
    {
        _fixture = fixture;
        Transport = new RegistryTransport(fixture.Options, TransportEnvironment.None);
    }

    internal override IImageTransport Transport { get; }

    internal override ImageReference Reference =>
        ImageReference.Parse($"docker://{_fixture.Process.Host}/{_repository}:v1");

    [SkippableFact]
    public async Task A_list_of_Docker_images_is_held()
    {
        await CopyAsync(SampleIndex.Docker(1));
        await AssertHoldsAsync(SampleIndex.Docker(1));
    }

    [SkippableFact]
    public async Task A_copy_that_fails_leaves_the_old_tag()
    {
        await CopyAsync(SampleIndex.Oci(1));
        var next = SampleIndex.Oci(5);
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.BlobMissing, () => CopyAsync(next, overwrite: true, next.Images[3].Layers[1].Digest));
        await AssertHoldsAsync(SampleIndex.Oci(1));
    }
}

public sealed class PlainRegistryIndexConformance(PlainRegistry fixture)
    : RegistryIndexConformance(fixture), IClassFixture<PlainRegistry>;

public sealed class TokenRegistryIndexConformance(TokenRegistry fixture)
    : RegistryIndexConformance(fixture), IClassFixture<TokenRegistry>;
