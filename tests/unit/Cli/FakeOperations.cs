using System.Collections.Immutable;
using Diffah.Cli.Hosting;
using Diffah.Cli.Results;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Operations.Specs;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Tests.Cli;

/// <summary>Operations that answer with hand-made records, and keep what they were asked.</summary>
internal sealed class FakeOperations : OperationRunner
{
    /// <summary>What the last operation was asked for.</summary>
    public object? Request { get; private set; }

    /// <summary>How registries were to be spoken to.</summary>
    public RegistryOptions? Registry { get; private set; }

    /// <summary>Where credentials were to be looked for.</summary>
    public TransportEnvironment? Environment { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>What was asked and answered, as types; null where no operation was run.</summary>
    public string? Called { get; private set; }

    /// <summary>What happens while an operation runs; may throw.</summary>
    public Func<EventSink, CancellationToken, Task> During { get; init; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<EnvironmentCheck> Checks { get; init; } = [new("zstd", CheckStatus.Ok, "zstd 1.5.6", "")];

    public DeltaArchive Archive { get; init; } = SampleRecords.Archive;

    public RestorePlan Plan { get; init; } = SampleRecords.RestorePlan;

    public RestoredImage Restored { get; init; } = SampleRecords.Restored;

    public CopiedImage Copied { get; init; } = SampleRecords.Copied;

    public ComparedPair Compared { get; init; } = new(SampleRecords.Same, []);

    public ArchiveVerification Verification { get; init; } = SampleRecords.Verification;

    public ImmutableArray<PublishedDelta> Published { get; init; } = [SampleRecords.Published];

    public ImageDetails Image { get; init; } = SampleRecords.ImageDetails;

    public override Task<TResult> RunAsync<TRequest, TResult>(
        TRequest request, Func<TRequest, EventSink, CancellationToken, Task<TResult>> operation, EventSink events,
        CancellationToken cancellationToken) =>
        AnswerAsync((TResult)Answer(typeof(TResult), request), request, events, cancellationToken);

    public override T ReadSpec<T>(
        string path, Func<string, CancellationToken, T> read, CancellationToken cancellationToken) =>
        (T)(read.Method.Name switch
        {
            nameof(SpecFiles.ReadBundle) =>
                ImmutableArray.Create(new DeltaPair("svc-a", Reference(path, "v1"), Reference(path, "v2"))),
            nameof(SpecFiles.ReadTargets) =>
                ImmutableArray.Create(new DeltaPair("svc-a", null, Reference(path, "v2"))),
            nameof(SpecFiles.ReadBaselines) => Spec(path, "baseline"),
            _ => (object)Spec(path, "output"),
        });

    /// <summary>Keeps how registries are to be spoken to.</summary>
    public TransportCatalog Reach(RegistryOptions registry, TransportEnvironment environment)
    {
        (Registry, Environment) = (registry, environment);
        return new TransportCatalog([new Witness(() => Disposed = true)]);
    }

    private object Answer(Type result, object request) => result.Name switch
    {
        nameof(DeltaArchive) => Archive,
        nameof(DeltaPlan) => SampleRecords.Plan,
        nameof(RestoredImage) => Restored,
        nameof(RestoredBundle) => new RestoredBundle(Archive, SampleRecords.Outcomes) { ImageBytes = 4096 },
        nameof(RestorePlan) => request is RestoreBundleRequest ? SampleRecords.BundlePlan : Plan,
        nameof(PullPlan) => SampleRecords.PullPlan,
        nameof(ArchiveVerification) => Verification,
        nameof(CreatedKeyPair) => SampleRecords.Keys,
        nameof(CopiedImage) => Copied,
        nameof(ExportedReport) => SampleRecords.Report,
        nameof(ExportedInventory) => SampleRecords.Inventory,
        nameof(ComparedPair) => Compared,
        nameof(ImageDetails) => Image,
        nameof(DeltaPublication) => SampleRecords.Publication,
        nameof(PolicyPublication) => new PolicyPublication([SampleRecords.Publication], [SampleRecords.Published]),
        nameof(PolicyChoice) => new PolicyChoice(["v1", "v2", "v3"], ["v3", "v2"]),
        _ when result == typeof(ImmutableArray<PublishedDelta>) => Published,
        _ => Checks,
    };

    private static ImmutableSortedDictionary<string, ImageReference> Spec(string path, string tag) =>
        ImmutableSortedDictionary<string, ImageReference>.Empty.Add("svc-a", Reference(path, tag));

    // A reference from which a test sees what file was asked for.
    private static ImageReference Reference(string path, string tag) => ImageReference.Parse($"oci:{path}.d:{tag}");

    private async Task<T> AnswerAsync<T>(
        T answer, object request, EventSink events, CancellationToken cancellationToken)
    {
        (Called, Request) = ($"{request.GetType().Name} -> {typeof(T).Name}", request);
        await During(events, cancellationToken);
        return answer;
    }

    /// <summary>A transport that tells when its catalog is disposed of.</summary>
    private sealed class Witness(Action disposed) : IImageTransport, IDisposable
    {
        public TransportTraits Traits => TransportTraits.Folder;

        public void Dispose() => disposed();

        public Task<IImageSource> OpenSourceAsync(
            ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IImageDestination> OpenDestinationAsync(
            ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
