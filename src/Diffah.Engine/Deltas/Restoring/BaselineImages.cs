using System.Collections.Concurrent;
using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>A layer of an image that is there, or that an earlier archive makes.</summary>
/// <param name="Image">The image; not owned.</param>
/// <param name="Layer">The layer.</param>
internal sealed record BaselineLayer(Image Image, Layer Layer)
{
    /// <summary>What is to be done where a layer of a baseline is damaged.</summary>
    public const string NextAction =
        "Fetch or save the baseline again: it is damaged. The delta archive is not to blame.";

    /// <summary>The link that makes its image; null for an image that is there.</summary>
    public DeltaLink? Maker { get; init; }

    /// <summary>What it is, for people.</summary>
    public string Name => Maker is null
        ? $"layer {Layer.Digest} of the baseline {Image.Source.Reference}"
        : $"layer {Layer.Digest} of the image that '{Maker.Archive.Path}' makes";

    /// <summary>
    /// Opens it as it is stored; where it is damaged, the baseline is to blame. What an archive makes tells by itself
    /// who is.
    /// </summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var stored = await Image.Source.OpenBlobAsync(Layer.Descriptor, cancellationToken);
        return Maker is null
            ? new VerifyingStream(stored, Layer.Digest, Layer.Size, $"L{Name[1..]}") { NextAction = NextAction }
            : stored;
    }
}

/// <summary>
/// The images that an image is rebuilt from: its baseline, others that were given beside it, and what earlier archives
/// make of these.
/// </summary>
internal sealed class BaselineImages
{
    private readonly Dictionary<Digest, BaselineLayer> _blobs = [];

    // In a chain to look for one is to look for what it is made of: each is looked for once.
    private readonly ConcurrentDictionary<Digest, BaselineLayer?> _found = new();

    /// <param name="earlier">What an earlier archive makes, of what it is made of; opened.</param>
    public BaselineImages(DeltaLink earlier)
    {
        (Earlier, All) = (earlier, earlier.Baselines.All);
        Layers = [.. earlier.Image.Layers.Select(l => new BaselineLayer(earlier.Image, l) { Maker = earlier })];
        foreach (var layer in Layers)
            _blobs.TryAdd(layer.Layer.Digest, layer);
    }

    /// <param name="first">The baseline; not owned.</param>
    /// <param name="others">What was given beside it; not owned.</param>
    public BaselineImages(Image first, params IEnumerable<Image> others)
    {
        All = [first, .. others];
        Layers = [.. All.SelectMany(i => i.Layers, (image, layer) => new BaselineLayer(image, layer))];
        // A foreign layer need not be where its image is: another image may hold it.
        foreach (var layer in Layers.OrderBy(l => l.Layer.HasUrls))
            _blobs.TryAdd(layer.Layer.Digest, layer);
    }

    /// <summary>The images that are there, the baseline first.</summary>
    public ImmutableArray<Image> All { get; }

    /// <summary>What an earlier archive makes; null where there is none.</summary>
    public DeltaLink? Earlier { get; }

    /// <summary>The baseline.</summary>
    public Image First => All[0];

    /// <summary>
    /// The layers of all of them, one may be there several times; after an earlier archive those of its image alone.
    /// </summary>
    public ImmutableArray<BaselineLayer> Layers { get; }

    /// <summary>Their references, for people.</summary>
    public string Names => ShortText.List([.. All.Select(i => i.Source.Reference.ToString()).Distinct()], " and ");

    /// <summary>True for a blob that one of them has as a layer, and not elsewhere.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    public bool Stores(Digest blob) => Find(blob) is { Layer.HasUrls: false };

    /// <summary>A layer by the digest of its blob; null where none of them has it.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    public BaselineLayer? Find(Digest blob) =>
        Earlier is null ? _blobs.GetValueOrDefault(blob) : _found.GetOrAdd(blob, FindAfter, Earlier);

    /// <summary>Lets what was not found be looked for again.</summary>
    public void Forget() => _found.Clear();

    private BaselineLayer? FindAfter(Digest blob, DeltaLink earlier)
    {
        // What is there comes before what would have to be made, and what was made earlier before what is made later.
        var before = earlier.Baselines.Find(blob);
        return before is null or { Layer.HasUrls: true } && _blobs.GetValueOrDefault(blob) is { } made
            && earlier.CanOpen(made.Layer.Descriptor)
            ? made
            : before;
    }
}
