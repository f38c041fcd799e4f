using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Cli.Hosting;

/// <summary>The operations of the engine itself.</summary>
/// <param name="transports">Where images come from and go to; owned.</param>
internal sealed class EngineOperations(TransportCatalog transports) : IOperations
{
    /// <summary>The operations, for one invocation.</summary>
    /// <param name="registry">How registries are spoken to.</param>
    /// <param name="environment">Where the user's credentials and certificates are.</param>
    public static EngineOperations Open(RegistryOptions registry, RegistryEnvironment environment) => new(TransportCatalog.Create(registry, environment));

    public Task<DeltaArchive> CreateDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateDelta(transports).RunAsync(request, events, cancellationToken);

    public Task<DeltaPlan> PlanDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateDelta(transports).PlanAsync(request, events, cancellationToken);

    public ImmutableArray<DeltaPair> ReadBundleSpec(string path) => SpecFiles.ReadBundle(path);

    public Task<DeltaArchive> CreateBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateBundle(transports).RunAsync(request, events, cancellationToken);

    public Task<DeltaPlan> PlanBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateBundle(transports).PlanAsync(request, events, cancellationToken);

    public Task<RestoredImage> RestoreImageAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreImage(transports).RunAsync(request, events, cancellationToken);

    public Task<RestorePlan> PlanRestoreAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreImage(transports).PlanAsync(request, events, cancellationToken);

    public ImmutableSortedDictionary<string, ImageReference> ReadBaselineSpec(string path) => SpecFiles.ReadBaselines(path);

    public ImmutableSortedDictionary<string, ImageReference> ReadOutputSpec(string path) => SpecFiles.ReadOutputs(path);

    public Task<RestoredBundle> RestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreBundle(transports).RunAsync(request, events, cancellationToken);

    public Task<RestorePlan> PlanRestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreBundle(transports).PlanAsync(request, events, cancellationToken);

    public Task<DeltaArchive> InspectArchiveAsync(string archivePath, EventSink events, CancellationToken cancellationToken) =>
        InspectArchive.RunAsync(archivePath, events, cancellationToken);

    public Task<ArchiveVerification> VerifyArchiveAsync(VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken) =>
        new VerifyArchive(transports).RunAsync(request, events, cancellationToken);

    public Task<CreatedKeyPair> CreateKeyPairAsync(CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken) =>
        CreateKeyPair.RunAsync(request, events, cancellationToken);

    public Task<CopiedImage> CopyImageAsync(CopyImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CopyImage(transports).RunAsync(request, events, cancellationToken);

    public Task<ImageDetails> GetImageAsync(ImageReference reference, Platform platform, bool requirePlatform, EventSink events, CancellationToken cancellationToken) =>
        new GetImage(transports) { RequirePlatform = requirePlatform }.RunAsync(reference, platform, events, cancellationToken);

    public Task<IReadOnlyList<EnvironmentCheck>> CheckEnvironmentAsync(CheckEnvironmentRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CheckEnvironment(transports).RunAsync(request, events, cancellationToken);

    public void Dispose() => transports.Dispose();
}
