using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Samples;
using Diffah.Tests.Architecture;
using Diffah.Tests.Support;
using Mono.Cecil;

namespace Diffah.Tests.Operations;

/// <summary>Operations leave their caller's synchronization context at the door: a window may wait for one.</summary>
public sealed class CallersContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SamplePair _pair;

    public CallersContextTests() => _pair = SampleImages.WriteAll(_folder.Path, 0.05)[SampleFormat.DockerArchive];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_the_work_is_posted_to_the_callers_context()
    {
        var images = TransportCatalog.Default;
        var (events, none) = (EventSink.None, CancellationToken.None);
        var (baseline, target) = (ImageReference.Parse(_pair.V1.Reference), ImageReference.Parse(_pair.V2.Reference));
        var delta = _folder["out/app.delta.tar"];
        Directory.CreateDirectory(_folder["out"]);
        var create = new CreateDeltaRequest { Baseline = baseline, Target = target, OutputPath = delta };
        var pairs = new CreateBundleRequest
        {
            Pairs = [new DeltaPair("app", baseline, target)],
            OutputPath = _folder["out/bundle.tar"]
        };
        await ApartAsync(() => new CreateDelta(images).PlanAsync(create, events, none));
        await ApartAsync(() => new CreateDelta(images).RunAsync(create, events, none));
        await ApartAsync(() => new CreateBundle(images).RunAsync(pairs, events, none));
        await ApartAsync(() => InspectArchive.RunAsync(delta, events, none));
        await ApartAsync(
            () => new VerifyArchive(images).RunAsync(new() { ArchivePath = delta, Baseline = baseline }, events, none));
        await ApartAsync(() => new ReadArchiveChanges(images).RunAsync(
            new() { ArchivePath = delta, Baseline = baseline }, events, none));
        var restore = new RestoreImageRequest
        {
            ArchivePath = delta,
            Baseline = baseline,
            Destination = At("oci:out/layout:v2"),
            AllowConvert = true
        };
        await ApartAsync(() => new RestoreImage(images).PlanAsync(restore, events, none));
        await ApartAsync(() => new RestoreImage(images).RunAsync(restore, events, none));
        await ApartAsync(() => new CopyImage(images).RunAsync(
            new() { Source = baseline, Destination = At("dir:out/copy") }, events, none));
        await ApartAsync(() => new GetImage(images).RunAsync(baseline, Platform.Default, events, none));
        await ApartAsync(() => new ExportReport(images).RunAsync(
            new() { Archive = new() { ArchivePath = delta }, OutputPath = _folder["out/app.html"] }, events, none));
        await ApartAsync(() => new ExportInventory(images).RunAsync(
            new() { Places = [InventoryPlace.Parse(baseline.ToString())], OutputPath = _folder["out/site.json"] },
            events, none));
        await ApartAsync(() => new CompareImages(images).RunAsync(
            new() { ReferenceImage = baseline, DifferenceImage = target }, null, events, none));
        await ApartAsync(() => new ListImages(images).RunAsync(At("oci:out/layout"), none));
        await ApartAsync(
            () => CreateKeyPair.RunAsync(new() { PrivateKeyPath = _folder["out/release.key"] }, events, none));
        await ApartAsync(() => new CheckEnvironment(images).RunAsync(new(), events, none));
        await ApartAsync(
            () => WriteConfiguration.RunAsync(new(_folder["out/config.yaml"], IsNamed: true), overwrite: false, none));
    }

    [Fact]
    public void Every_operation_goes_through_the_one_door()
    {
        using var engine = new AssemblyScan(typeof(CreateDelta).Assembly.Location);
        var operations = engine.Methods.Where(
            m => m.IsPublic && m.DeclaringType.IsPublic && m.DeclaringType.Namespace == typeof(CreateDelta).Namespace
                && m.ReturnType.Name.StartsWith("Task", StringComparison.Ordinal)).Select(Name)
            .Order(StringComparer.Ordinal).ToArray();
        var entering = engine.Calls.Where(c => c.Called.DeclaringType.Name == "Background").Select(c => Name(c.Caller))
            .Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(33, operations.Length);
        Assert.Equal(operations, entering);

        static string Name(MethodDefinition method) => $"{method.DeclaringType.Name}.{method.Name}";
    }

    private ImageReference At(string reference) => ImageReference.Parse(reference).ResolveAgainst(_folder.Path);

    /// <summary>Starts an operation as a window would, with a context that counts what is posted to it.</summary>
    private static async Task ApartAsync<T>(Func<Task<T>> operation)
    {
        var (context, before) = (new CountingContext(), SynchronizationContext.Current);
        Task<T> running;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            running = operation();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
        await running;
        Assert.Equal(0, context.Count);
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _count;

        public int Count => _count;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _count);
            base.Post(d, state);
        }
    }
}
