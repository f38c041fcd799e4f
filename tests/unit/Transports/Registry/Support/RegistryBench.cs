using System.Collections.Concurrent;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Copying;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Transfer;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>A transport with options, and what one does with it.</summary>
internal sealed class RegistryBench : IDisposable, IProgress<EngineEvent>
{
    private readonly TemporaryFolder _work = new();

    public RegistryBench(RegistryOptions? options = null, TransportEnvironment? environment = null)
    {
        Work = new WorkDirectory(_work.Path);
        Transport = new RegistryTransport(options ?? Quick, environment ?? TransportEnvironment.None);
    }

    /// <summary>Options for scripted servers: no TLS, no waiting.</summary>
    public static RegistryOptions Quick { get; } = new() { SkipTlsVerification = true, RetryDelay = TimeSpan.Zero };

    public RegistryTransport Transport { get; }

    public WorkDirectory Work { get; }

    public ConcurrentQueue<EngineEvent> Events { get; } = new();

    public TransportContext Context => new(Work, new EventSink(this));

    public void Report(EngineEvent value) => Events.Enqueue(value);

    public Task<IImageSource> OpenAsync(string reference) =>
        Transport.OpenSourceAsync(ImageReference.Parse(reference), Context, default);

    public Task<IImageDestination> CreateAsync(string reference) =>
        Transport.OpenDestinationAsync(ImageReference.Parse(reference), false, Context, default);

    /// <summary>Copies an image there as every operation does.</summary>
    public async Task PushAsync(SampleImage image, string reference, CancellationToken cancellationToken = default)
    {
        var memory = new InMemoryTransport();
        memory.Add("/image", image);
        var from = ImageReference.Parse("dir:/image");
        await using var source = await memory.OpenSourceAsync(from, Context, cancellationToken);
        await using var destination = await CreateAsync(reference);
        await ImageCopier.CopyAsync(await Image.OpenAsync(source, Platform.Default, cancellationToken), destination,
            new EventSink(this), cancellationToken);
    }

    /// <summary>Reads an image whole, and compares it.</summary>
    public async Task AssertHoldsAsync(string reference, SampleImage image)
    {
        await using var source = await OpenAsync(reference);
        await TransportConformance.AssertHoldsAsync(source, image);
    }

    /// <summary>Reads one blob, verified.</summary>
    public async Task<byte[]> ReadAsync(string reference, Descriptor blob)
    {
        await using var source = await OpenAsync(reference);
        return await source.ReadBlobAsync(blob, int.MaxValue, default);
    }

    public void Dispose()
    {
        Transport.Dispose();
        Work.Dispose();
        _work.Dispose();
    }
}
