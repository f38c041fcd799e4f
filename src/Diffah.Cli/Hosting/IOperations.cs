using Diffah.Engine.Deltas.Model;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Hosting;

/// <summary>The engine's operations, as the verbs call them.</summary>
internal interface IOperations
{
    Task<DeltaArchive> CreateDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken);

    Task<DeltaPlan> PlanDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken);

    Task<RestoredImage> RestoreImageAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken);

    Task<RestorePlan> PlanRestoreAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken);

    Task<DeltaArchive> InspectArchiveAsync(string archivePath, EventSink events, CancellationToken cancellationToken);

    Task<IReadOnlyList<EnvironmentCheck>> CheckEnvironmentAsync(string? workDirectory, EventSink events, CancellationToken cancellationToken);
}
