using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Applying;
using Diffah.Engine.Deltas.Container;
using Diffah.Engine.Deltas.Inspection;
using Diffah.Engine.Deltas.Sidecars;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>One image of an archive together with its baseline, opened and looked at; no layer has moved yet.</summary>
internal sealed class RestorableImage : IAsyncDisposable
{
    private readonly DeltaArchiveReader _archive;
    private readonly SidecarImage _entry;
    private readonly IImageSource _baselineSource;
    private readonly ImageManifest _manifest;
    private readonly ImmutableArray<string> _missing;
    private readonly Image? _target;

    private RestorableImage(DeltaArchiveReader archive, SidecarImage entry, IImageSource baselineSource, ImageManifest manifest, ImmutableArray<string> missing, Image? target) =>
        (_archive, _entry, _baselineSource, _manifest, _missing, _target) = (archive, entry, baselineSource, manifest, missing, target);

    /// <summary>True where nothing is missing.</summary>
    public bool IsComplete => _missing.IsEmpty;

    /// <summary>The image, rebuilt as it is read. To be asked for only where it is complete.</summary>
    public Image Target => _target!;

    /// <exception cref="DiffahException">BaselineMismatch, InvalidArgument, and what archive and baseline throw.</exception>
    public static async Task<RestorableImage> OpenAsync(ITransportCatalog transports, RestoreImageRequest request, TransportContext context, CancellationToken cancellationToken)
    {
        var archive = await TrustedArchive.OpenAsync(request, context.Work, context.Events, cancellationToken).ConfigureAwait(false);
        IImageSource? source = null;
        try
        {
            var entry = OnlyImage(archive);
            source = await transports.Get(request.Baseline).OpenSourceAsync(request.Baseline, context, cancellationToken).ConfigureAwait(false);
            var platform = request.Platform ?? Platform.Parse(archive.Sidecar.Platform);
            return await OpenAsync(archive, entry, source, platform, context, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            archive.Dispose();
            if (source is not null)
                await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses an image that can't be rebuilt.</summary>
    /// <exception cref="DiffahException">ArchiveInvalid, listing all that is missing.</exception>
    public void Require() => DeltaPreflight.Require(_missing);

    public RestoredImage Describe(ImageReference destination, FittedImage written)
    {
        var (kinds, tree) = (Kinds(), written.Tree.Manifests);
        return new RestoredImage(_entry.Name, destination.ToString(), tree.Root.Digest.ToString(), tree.Root.MediaType, _manifest.Layers.Length,
            kinds.Baseline, kinds.Patched, kinds.Full, tree.TotalBytes)
        {
            Conversion = written.Conversion,
        };
    }

    public async Task<RestorePlan> PlanAsync(ImageReference destination, bool convert, CancellationToken cancellationToken)
    {
        var kinds = Kinds();
        var planned = new PlannedRestore(_entry.Name, _entry.Baseline.ManifestDigest.ToString(), _manifest.Digest.ToString(), BaselineProvided: true,
            WouldImport: IsComplete, _manifest.Layers.Length, kinds.Patched + kinds.Full, kinds.Patched, kinds.Baseline)
        {
            Destination = destination.ToString(),
            WouldConvert = convert,
        };
        return new RestorePlan(await ArchiveInspector.DescribeAsync(_archive, cancellationToken).ConfigureAwait(false), [planned]);
    }

    public async ValueTask DisposeAsync()
    {
        _archive.Dispose();
        await _baselineSource.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<RestorableImage> OpenAsync(
        DeltaArchiveReader archive, SidecarImage entry, IImageSource source, Platform platform, TransportContext context, CancellationToken cancellationToken)
    {
        var baseline = await Image.OpenAsync(source, platform, cancellationToken).ConfigureAwait(false);
        DeltaPreflight.CheckBaseline(entry, baseline);
        var manifest = await archive.ReadManifestAsync(entry, cancellationToken).ConfigureAwait(false);
        var missing = DeltaPreflight.FindMissing(archive.Sidecar, manifest, baseline);
        var target = missing.IsEmpty
            ? await Image.OpenAsync(new DeltaImageSource(archive, entry, baseline, new BlobSpool(context.Work)), platform, cancellationToken).ConfigureAwait(false)
            : null;
        return new RestorableImage(archive, entry, source, manifest, missing, target);
    }

    private static SidecarImage OnlyImage(DeltaArchiveReader archive) => archive.Sidecar.Images is [var only]
        ? only
        : throw new DiffahException(DiffahErrors.InvalidArgument,
            $"'{archive.Path}' is a bundle of {archive.Sidecar.Images.Length} images: {string.Join(", ", archive.Sidecar.Images.Select(i => i.Name))}.",
            "This version restores archives of one image; a bundle needs a version that can restore bundles.");

    private (int Baseline, int Patched, int Full) Kinds()
    {
        var blobs = _manifest.Layers.Select(l => _archive.Sidecar.Blobs.GetValueOrDefault(l.Digest)).ToArray();
        return (blobs.Count(b => b is null), blobs.Count(b => b is { IsFull: false }), blobs.Count(b => b is { IsFull: true }));
    }
}
