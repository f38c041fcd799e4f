using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Requests;

/// <summary>With what images of an archive are rebuilt.</summary>
/// <param name="Platform">Which image of a baseline index is meant; null goes by the archive's platform.</param>
/// <param name="AdditionalBaselines">Images beside the baselines.</param>
/// <param name="MemoryBudget">Bytes that patches being applied may be estimated at; 0 is no limit.</param>
/// <param name="Workers">Threads that make a content; null is one for each processor.</param>
internal sealed record RebuildSettings(
    Platform? Platform, ImmutableArray<ImageReference> AdditionalBaselines, long MemoryBudget, int? Workers);

/// <summary>
/// The images of an archive as sources, rebuilt while they are read, and what they share: baselines, and blobs and
/// contents that more than one needs.
/// </summary>
internal sealed class RebuiltImages : IAsyncDisposable
{
    private readonly ArchiveReader _archive;
    private readonly OpenedImages _opened;
    private readonly GivenBaselines _baselines;
    private readonly SharedContents _contents;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="transports">Where baselines come from.</param>
    /// <param name="settings">With what they are rebuilt.</param>
    /// <param name="context">What transports may use.</param>
    public RebuiltImages(
        ArchiveReader archive, ITransportCatalog transports, RebuildSettings settings, TransportContext context)
    {
        (_archive, Platform) = (archive, settings.Platform ?? Platform.Parse(archive.Manifest.Platform));
        _opened = new OpenedImages(transports, Platform, settings.Platform is not null, context);
        _baselines = new GivenBaselines(
            _opened, settings.AdditionalBaselines, archive.Manifest.Version, context.Events);
        Blobs = new SharedBlobs(
            new LayerStore(context.Work, context.Bounds), new LayerStore(context.Work, context.Bounds),
            new PatchMemory(settings.MemoryBudget), context.Events);
        _contents = new SharedContents(
            context.Work, context.Bounds, settings.Workers ?? Environment.ProcessorCount, context.Events);
    }

    /// <summary>Which image of an index is meant.</summary>
    public Platform Platform { get; }

    /// <summary>Keeps blobs that are needed more than once.</summary>
    public SharedBlobs Blobs { get; }

    /// <summary>Opens a baseline, and what was given beside it.</summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public Task<BaselineImages> OpenBaselinesAsync(ImageReference baseline, CancellationToken cancellationToken) =>
        _baselines.OpenAsync(baseline, cancellationToken);

    /// <summary>What baselines hold.</summary>
    /// <param name="baselines">The baselines.</param>
    public BaselineContents ContentsOf(BaselineImages baselines) => new(baselines, Blobs, _contents);

    /// <summary>An image of the archive.</summary>
    /// <param name="image">Which.</param>
    /// <param name="baselines">What it is rebuilt from.</param>
    /// <param name="held">What these hold.</param>
    public DeltaImageSource SourceOf(ArchiveImage image, BaselineImages baselines, BaselineContents held)
    {
        var contents = new DeltaContents(_archive, held, _contents, Blobs.Memory);
        var source = new DeltaImageSource(_archive, image, baselines, Blobs, contents);
        if (_archive.Manifest.IsChained)
            contents.Blobs = source;
        return source;
    }

    public ValueTask DisposeAsync() => _opened.DisposeAsync();
}
