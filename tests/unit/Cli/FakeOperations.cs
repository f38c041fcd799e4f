using System.Collections.Immutable;
using Diffah.Cli.Hosting;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Tests.Cli;

/// <summary>Operations that answer with hand-made records, and keep what they were asked.</summary>
internal sealed class FakeOperations : IOperations
{
    /// <summary>What the last operation was asked for.</summary>
    public object? Request { get; private set; }

    /// <summary>How registries were to be spoken to.</summary>
    public RegistryOptions? Registry { get; private set; }

    /// <summary>Where credentials were to be looked for.</summary>
    public RegistryEnvironment? Environment { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>Which operation was asked.</summary>
    public string? Called { get; private set; }

    /// <summary>What happens while an operation runs; may throw.</summary>
    public Func<EventSink, CancellationToken, Task> During { get; init; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<EnvironmentCheck> Checks { get; init; } = [new("zstd", CheckStatus.Ok, "zstd 1.5.6", "")];

    public DeltaArchive Archive { get; init; } = SampleRecords.Archive;

    public RestoredImage Restored { get; init; } = SampleRecords.Restored;

    public CopiedImage Copied { get; init; } = SampleRecords.Copied;

    public ArchiveVerification Verification { get; init; } = SampleRecords.Verification;

    public ImageDetails Image { get; init; } = SampleRecords.ImageDetails;

    public Task<DeltaArchive> CreateDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(CreateDeltaAsync), request, Archive, events, cancellationToken);

    public Task<DeltaPlan> PlanDeltaAsync(CreateDeltaRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(PlanDeltaAsync), request, SampleRecords.Plan, events, cancellationToken);

    public ImmutableArray<DeltaPair> ReadBundleSpec(string path) => [new DeltaPair("svc-a", Reference(path, "v1"), Reference(path, "v2"))];

    public Task<DeltaArchive> CreateBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(CreateBundleAsync), request, Archive, events, cancellationToken);

    public Task<DeltaPlan> PlanBundleAsync(CreateBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(PlanBundleAsync), request, SampleRecords.Plan, events, cancellationToken);

    public Task<RestoredImage> RestoreImageAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(RestoreImageAsync), request, Restored, events, cancellationToken);

    public Task<RestorePlan> PlanRestoreAsync(RestoreImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(PlanRestoreAsync), request, SampleRecords.RestorePlan, events, cancellationToken);

    public ImmutableSortedDictionary<string, ImageReference> ReadBaselineSpec(string path) => Spec(path, "baseline");

    public ImmutableSortedDictionary<string, ImageReference> ReadOutputSpec(string path) => Spec(path, "output");

    public Task<RestoredBundle> RestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(RestoreBundleAsync), request, new RestoredBundle(Archive, SampleRecords.Outcomes) { ImageBytes = 4096 }, events, cancellationToken);

    public Task<RestorePlan> PlanRestoreBundleAsync(RestoreBundleRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(PlanRestoreBundleAsync), request, SampleRecords.BundlePlan, events, cancellationToken);

    public Task<DeltaArchive> InspectArchiveAsync(string archivePath, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(InspectArchiveAsync), archivePath, Archive, events, cancellationToken);

    public Task<ArchiveVerification> VerifyArchiveAsync(VerifyArchiveRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(VerifyArchiveAsync), request, Verification, events, cancellationToken);

    public Task<CreatedKeyPair> CreateKeyPairAsync(CreateKeyPairRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(CreateKeyPairAsync), request, SampleRecords.Keys, events, cancellationToken);

    public Task<CopiedImage> CopyImageAsync(CopyImageRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(CopyImageAsync), request, Copied, events, cancellationToken);

    public Task<ImageDetails> GetImageAsync(ImageReference reference, Platform platform, bool requirePlatform, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(GetImageAsync), (reference.ToString(), platform.ToString()), Image, events, cancellationToken);

    public Task<IReadOnlyList<EnvironmentCheck>> CheckEnvironmentAsync(CheckEnvironmentRequest request, EventSink events, CancellationToken cancellationToken) =>
        AnswerAsync(nameof(CheckEnvironmentAsync), request, Checks, events, cancellationToken);

    /// <summary>Keeps how registries are to be spoken to.</summary>
    public FakeOperations Reach(RegistryOptions registry, RegistryEnvironment environment)
    {
        (Registry, Environment) = (registry, environment);
        return this;
    }

    public void Dispose() => Disposed = true;

    private static ImmutableSortedDictionary<string, ImageReference> Spec(string path, string tag) =>
        ImmutableSortedDictionary<string, ImageReference>.Empty.Add("svc-a", Reference(path, tag));

    // A reference from which a test sees what file was asked for.
    private static ImageReference Reference(string path, string tag) => ImageReference.Parse($"oci:{path}.d:{tag}");

    private async Task<T> AnswerAsync<T>(string called, object? request, T answer, EventSink events, CancellationToken cancellationToken)
    {
        (Called, Request) = (called, request);
        await During(events, cancellationToken);
        return answer;
    }
}
