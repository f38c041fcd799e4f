using System.Collections.Immutable;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Cli.Hosting;

/// <summary>The engine's operations, as the verbs call them, for one invocation.</summary>
internal interface IOperations : IDisposable
{
    Task<DeltaArchive> CreateDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken);

    Task<DeltaPlan> PlanDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken);

    ImmutableArray<DeltaPair> ReadBundleSpec(string path);

    Task<DeltaArchive> CreateBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken);

    Task<DeltaPlan> PlanBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken);

    Task<RestoredImage> RestoreImageAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken);

    Task<RestorePlan> PlanRestoreAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken);

    ImmutableSortedDictionary<string, ImageReference> ReadBaselineSpec(string path);

    ImmutableSortedDictionary<string, ImageReference> ReadOutputSpec(string path);

    Task<RestoredBundle> RestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken);

    Task<RestorePlan> PlanRestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken);

    Task<DeltaArchive> InspectArchiveAsync(string archivePath, EventSink events, CancellationToken cancellationToken);

    Task<ArchiveVerification> VerifyArchiveAsync(VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken);

    Task<CreatedKeyPair> CreateKeyPairAsync(CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken);

    Task<CopiedImage> CopyImageAsync(CopyImageRequest request, EventSink events, CancellationToken cancellationToken);

    Task<ImageDetails> GetImageAsync(ImageReference reference, Platform platform, bool requirePlatform, EventSink events, CancellationToken cancellationToken);

    Task<IReadOnlyList<EnvironmentCheck>> CheckEnvironmentAsync(CheckEnvironmentRequest request, EventSink events, CancellationToken cancellationToken);
}
