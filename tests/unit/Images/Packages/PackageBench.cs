using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Packages;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages;

/// <summary>Images of given layers, and what is read of their packages.</summary>
internal sealed class PackageBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;
    private readonly InMemoryTransport _transport = new();
    private readonly EventLog _log = new();

    public PackageBench() => _work = new WorkDirectory(_folder.Path);

    /// <summary>How often each blob was opened.</summary>
    public IReadOnlyDictionary<Digest, int> Opened => _transport.Opened;

    /// <summary>All warnings so far.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. _log.Messages(EventLevel.Warning)];

    /// <summary>The packages of an image of these layers, base first: type, name, version and architecture.</summary>
    public async Task<string[]> ReadAsync(params TarBuilder[] layers) =>
        [.. (await ReadPackagesAsync(new PackageBounds(), layers)).Select(Show)];

    /// <summary>The packages of an image of these layers.</summary>
    public async Task<ImmutableArray<Package>> ReadPackagesAsync(PackageBounds bounds, params TarBuilder[] layers)
    {
        await using var source = await OpenAsync(layers);
        using var reader = new PackageReader(bounds);
        var (image, tars) = await OpenAsync(source);
        return await reader.ReadAsync(image, tars, default);
    }

    /// <summary>What became of packages between two images.</summary>
    public async Task<string[]> CompareAsync(TarBuilder[] reference, TarBuilder[] difference)
    {
        await using var first = await OpenAsync(reference);
        await using var second = await OpenAsync(difference);
        var (old, oldTars) = await OpenAsync(first);
        var (now, nowTars) = await OpenAsync(second);
        var changes = await PackageInventory.CompareAsync(old, oldTars, now, nowTars, default);
        return [.. changes.Select(c => c.ToString())];
    }

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    private static string Show(Package package) =>
        $"{package.Type} {package.Name} {package.Version} {package.Architecture}".TrimEnd();

    private async Task<(Image Image, LayerTars Tars)> OpenAsync(IImageSource source)
    {
        var context = new TransportContext(_work, _log.Sink);
        return (await Image.OpenAsync(source, Platform.Default, default), new LayerTars(source, context, keeps: true));
    }

    private Task<IImageSource> OpenAsync(TarBuilder[] layers)
    {
        var image = SampleImage.Make(1, "amd64", [.. layers.Select(l => l.ToArray())], MediaTypes.OciManifest,
            MediaTypes.OciConfig, MediaTypes.OciLayer, l => l);
        var reference = InMemoryTransport.Reference($"image-{Guid.NewGuid():N}");
        _transport.Add(reference.Path!, image);
        return _transport.OpenSourceAsync(reference, new TransportContext(_work, EventSink.None), default);
    }
}
