using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>Two images in a registry and in memory, and deltas that go from one to the other.</summary>
internal sealed class PublishLab : ITransportCatalog, IDisposable
{
    private readonly TransportCatalog _real;
    private readonly InMemoryTransport _images = new(TransportNames.OciLayout);

    public PublishLab(string host, RegistryOptions? options = null, string? repository = null)
    {
        Repository = $"docker://{host}/{repository ?? $"app-{Guid.NewGuid():N}"}";
        _real = TransportCatalog.Create(options ?? RegistryBench.Quick);
        (Baseline, Target) = Pairs.Mixed(Engine.Compression.CompressionKind.Gzip);
        Directory.CreateDirectory(Folder["work"]);
    }

    public MemoryImage Baseline { get; set; }

    public MemoryImage Target { get; set; }

    /// <summary>The repository, without a tag.</summary>
    public string Repository { get; }

    public TemporaryFolder Folder { get; } = new();

    public string Archive => Folder["app.delta"];

    public EventLog Log { get; } = new();

    public IImageTransport Get(ImageReference reference) =>
        reference.Path?.StartsWith("/memory/", StringComparison.Ordinal) ?? false ? _images : _real.Get(reference);

    public ImageReference Put(MemoryImage image) => _images.Put($"image-{image.Digest.ShortHex}", image);

    /// <summary>Pushes both images, as v1 and v2.</summary>
    public async Task PushAsync()
    {
        await PushAsync(Baseline, "v1");
        await PushAsync(Target, "v2");
    }

    public Task PushAsync(MemoryImage image, string tag) => new CopyImage(this).RunAsync(new CopyImageRequest
    {
        Source = Put(image),
        Destination = ImageReference.Parse($"{Repository}:{tag}"),
    }, EventSink.None, default);

    /// <summary>Makes the delta of the two.</summary>
    public async Task CreateAsync(EncodingOptions? options = null, string? key = null) =>
        await new CreateDelta(this).RunAsync(new CreateDeltaRequest
        {
            Baseline = Put(Baseline),
            Target = Put(Target),
            OutputPath = Archive,
            Encoding = options ?? DeltaLab.Quick,
            Overwrite = true,
            CreatedAt = DeltaLab.Time,
            SigningKey = key is null ? null : new SigningKeySource(key),
            WorkDirectory = Folder["work"],
        }, EventSink.None, default);

    public Task<DeltaPublication> PublishAsync(string tag = "", string? key = null) =>
        new PublishDelta(this).RunAsync(new PublishDeltaRequest
        {
            ArchivePath = Archive,
            Image = ImageReference.Parse(Repository + tag),
            VerificationKeyPath = key,
            WorkDirectory = Folder["work"],
        }, Log.Sink, default);

    public Task<ImmutableArray<PublishedDelta>> FindAsync(string? key = null, params ImageReference[] baselines) =>
        new FindDeltas(this).RunAsync(new FindDeltasRequest
        {
            Image = ImageReference.Parse($"{Repository}:v2"),
            Baselines = [.. baselines],
            VerificationKeyPath = key,
            WorkDirectory = Folder["work"],
        }, Log.Sink, default);

    public void Dispose()
    {
        _real.Dispose();
        Folder.Dispose();
    }
}
