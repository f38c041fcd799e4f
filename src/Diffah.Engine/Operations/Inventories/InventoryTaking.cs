using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Inventories;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Inventories;

/// <summary>Looks at the images of a site. Layers are read only where their files are to be listed.</summary>
/// <param name="transports">Where images are.</param>
/// <param name="platform">Which image of an index is meant.</param>
/// <param name="includeFiles">Whether files are listed.</param>
/// <param name="context">What transports may use.</param>
internal sealed class InventoryTaking(
    ITransportCatalog transports, Platform platform, bool includeFiles, TransportContext context)
{
    private readonly LayerStore _layers = new(context.Work, context.Bounds);
    private readonly Dictionary<Digest, long> _files = [];
    private readonly HashSet<Digest> _read = [];
    private bool _isFull;

    /// <summary>Takes the inventory; it has no time yet.</summary>
    /// <param name="places">What it is to list.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="DiffahException">What an image that is named throws; of all images of a place those that can't
    /// be listed are left out, with a warning.</exception>
    public async Task<Inventory> RunAsync(ImmutableArray<InventoryPlace> places, CancellationToken cancellationToken)
    {
        var images = new SortedDictionary<string, InventoryImage>(StringComparer.Ordinal);
        var finder = new InventoryPlaces(transports, context.Events);
        foreach (var place in places)
        {
            foreach (var reference in await finder.FindAsync(place, cancellationToken))
            {
                if (await ReadAsync(reference, place.IsAll, cancellationToken) is { } image)
                    images[image.Name] = image;
                if (images.Count > Inventory.MaximumImages)
                    throw new DiffahException(DiffahErrors.InvalidArgument,
                        $"An inventory has at most {Inventory.MaximumImages} images.", "Make several.");
            }
        }
        if (_isFull)
            context.Events.Warn(
                $"There are more than {Inventory.MaximumFiles} distinct files; the others are not listed.");
        return new Inventory(default, [.. images.Values])
        {
            Files = includeFiles ? _files.ToImmutableSortedDictionary() : null,
        };
    }

    // A path says where things are at the site, which is nobody's business.
    private static string NameOf(ImageReference reference) => reference.IsFile
        ? $"{reference.Transport}:{reference.SourceHint}{(reference.Name is { } name ? $":{name}" : "")}"
        : reference.ToString();

    private async Task<InventoryImage?> ReadAsync(
        ImageReference reference, bool mayFail, CancellationToken cancellationToken)
    {
        try
        {
            await using var opened = await transports.Get(reference).OpenSourceAsync(
                reference, context, cancellationToken);
            var source = includeFiles ? opened : (opened as ISketchedSource)?.Sketch ?? opened;
            var image = await Image.OpenAsync(source, platform, cancellationToken);
            if (image.Manifest.IsArtifact)
                throw new DiffahException(
                    DiffahErrors.InvalidImage, $"{reference} is an artifact, not an image.", "Name an image.");
            if (includeFiles)
                await AddFilesAsync(image, cancellationToken);
            context.Events.Verbose($"Listed {reference}: {image.Layers.Length} layers.");
            return Describe(reference, image, source == opened ? image.Manifest.Digest : null);
        }
        catch (DiffahException e) when (mayFail
            && e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User)
        {
            context.Events.Warn($"{reference} is not listed: {e.Message}");
            return null;
        }
    }

    private async Task AddFilesAsync(Image image, CancellationToken cancellationToken)
    {
        foreach (var layer in image.Layers.Where(l => !l.HasUrls && _read.Add(l.Digest)))
        {
            if (await _layers.MapAsync(layer, null, cancellationToken) is not { } map)
                continue;
            foreach (var (digest, size) in map.Contents.OrderBy(c => c.Key))
            {
                if (_files.Count < Inventory.MaximumFiles)
                    _files[digest] = size;
                else
                    _isFull |= !_files.ContainsKey(digest);
            }
        }
    }

    private static InventoryImage Describe(ImageReference reference, Image image, Digest? manifest) => new(
        NameOf(reference), image.Config.Platform?.ToString() is { } own && Platform.TryParse(own, out _) ? own : null,
        new InventoryManifest(manifest, image.Manifest.MediaType), Describe(image.Manifest.Config),
        [.. image.Layers.Select(l => new InventoryLayer(Describe(l.Descriptor), l.DiffId))]);

    private static InventoryBlob Describe(Descriptor blob) =>
        new(blob.Digest, blob.Size, Printable.Line(blob.MediaType));
}
