using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Hosting;

/// <summary>The operations of the engine itself.</summary>
/// <param name="transports">Where images come from and go to.</param>
internal sealed class EngineOperations(ITransportCatalog transports) : IOperations
{
    public Task<DeltaArchive> CreateDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateDelta(transports).RunAsync(request, events, cancellationToken);

    public Task<DeltaPlan> PlanDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        new CreateDelta(transports).PlanAsync(request, events, cancellationToken);

    public Task<RestoredImage> RestoreImageAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreImage(transports).RunAsync(request, events, cancellationToken);

    public Task<RestorePlan> PlanRestoreAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        new RestoreImage(transports).PlanAsync(request, events, cancellationToken);

    public Task<DeltaArchive> InspectArchiveAsync(string archivePath, EventSink events, CancellationToken cancellationToken) =>
        InspectArchive.RunAsync(archivePath, events, cancellationToken);

    public Task<IReadOnlyList<EnvironmentCheck>> CheckEnvironmentAsync(string? workDirectory, EventSink events, CancellationToken cancellationToken) =>
        new CheckEnvironment(transports).RunAsync(new CheckEnvironmentRequest { WorkDirectory = workDirectory, RegistryEnvironment = HostEnvironment.Registry }, events, cancellationToken);
}
