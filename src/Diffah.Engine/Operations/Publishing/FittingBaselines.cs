using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Restoring;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Publishing;

/// <summary>Tells which of the images that are there a delta can be applied to. Each is opened once.</summary>
internal sealed class FittingBaselines : IAsyncDisposable
{
    private readonly ImmutableArray<ImageReference> _references;
    private readonly OpenedImages _opened;
    private readonly SharedBlobs _blobs;
    private readonly SharedContents _contents;
    private readonly List<(ImageReference Reference, BaselineImages Images, BaselineContents Contents)> _baselines = [];
    private (BaselineImages Images, BaselineContents Contents)? _together;

    /// <param name="transports">Where the images are.</param>
    /// <param name="references">The images.</param>
    /// <param name="platform">Which image of an index is meant.</param>
    /// <param name="context">What transports may use.</param>
    public FittingBaselines(
        ITransportCatalog transports, ImmutableArray<ImageReference> references, Platform platform,
        TransportContext context)
    {
        _references = references;
        _opened = new OpenedImages(transports, platform, false, context);
        _blobs = new SharedBlobs(new LayerStore(context.Work, context.Bounds),
            new LayerStore(context.Work, context.Bounds), new PatchMemory(0), context.Events);
        _contents = new SharedContents(context.Work, context.Bounds, 1, context.Events);
    }

    /// <summary>Whether any were given.</summary>
    public bool AreAsked => !_references.IsEmpty;

    /// <summary>Opens the images.</summary>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What opening an image throws.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var reference in _references)
        {
            var images = new BaselineImages(await _opened.GetAsync(reference, cancellationToken));
            _baselines.Add((reference, images, new BaselineContents(images, _blobs, _contents)));
        }
        if (_baselines.Count > 1)
        {
            var all = new BaselineImages(_baselines[0].Images.First, _baselines.Skip(1).Select(b => b.Images.First));
            _together = (all, new BaselineContents(all, _blobs, _contents));
        }
    }

    /// <summary>
    /// The first that a delta fits, or all, where it needs several and fits them together; null where none does.
    /// </summary>
    /// <param name="archive">The delta.</param>
    /// <param name="image">Its image.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What reading the delta throws.</exception>
    public async Task<string?> FindAsync(
        ArchiveReader archive, ArchiveImage image, CancellationToken cancellationToken)
    {
        var manifest = await archive.ReadManifestAsync(image, cancellationToken);
        foreach (var (reference, images, contents) in _baselines)
        {
            if (await FitsAsync(archive.Manifest, image, manifest, images, contents, cancellationToken))
                return reference.ToString();
        }
        return image.NeedsAllBaselines && _baselines.Count > 1 && await FitsAsync(
            archive.Manifest, image, manifest, _together!.Value.Images, _together.Value.Contents, cancellationToken)
                ? string.Join(" and ", _references)
                : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _opened.DisposeAsync();

    private static async Task<bool> FitsAsync(
        ArchiveManifest archive, ArchiveImage image, ImageManifest manifest, BaselineImages images,
        BaselineContents contents, CancellationToken cancellationToken)
    {
        try
        {
            var isOneWay = archive.Contents.Values.All(c => c.Alternatives.IsEmpty);
            if (!isOneWay && contents.IsSilent && !ContentWays.AreThere(archive, contents))
                await contents.FindOutAsync(cancellationToken);
            return await DeltaPreflight.CheckAsync(
                isOneWay ? archive : ContentWays.Choose(archive, contents), image, manifest, images, contents, null,
                cancellationToken) is null;
        }
        catch (DiffahException e) when (e.Error == DiffahErrors.BaselineMismatch)
        {
            return false;
        }
    }
}
