using System.Collections.Immutable;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>A layer of an image that is there.</summary>
/// <param name="Image">The image; not owned.</param>
/// <param name="Layer">The layer.</param>
internal sealed record BaselineLayer(Image Image, Layer Layer)
{
    /// <summary>What is to be done where a layer of a baseline is damaged.</summary>
    public const string NextAction =
        "Fetch or save the baseline again: it is damaged. The delta archive is not to blame.";

    /// <summary>What it is, for people.</summary>
    public string Name => $"layer {Layer.Digest} of the baseline {Image.Source.Reference}";

    /// <summary>Opens it as it is stored; where it is damaged, the baseline is to blame.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        new VerifyingStream(await Image.Source.OpenBlobAsync(Layer.Descriptor, cancellationToken), Layer.Digest,
            Layer.Size, $"L{Name[1..]}")
        {
            NextAction = NextAction,
        };
}

/// <summary>The images that an image is rebuilt from: its baseline, and others that were given beside it.</summary>
internal sealed class BaselineImages
{
    private readonly Dictionary<Digest, BaselineLayer> _blobs = [];

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

    /// <summary>All of them, the baseline first.</summary>
    public ImmutableArray<Image> All { get; }

    /// <summary>The baseline.</summary>
    public Image First => All[0];

    /// <summary>The layers of all of them; one may be there several times.</summary>
    public ImmutableArray<BaselineLayer> Layers { get; }

    /// <summary>Their references, for people.</summary>
    public string Names => ShortText.List([.. All.Select(i => i.Source.Reference.ToString()).Distinct()], " and ");

    /// <summary>True for a blob that one of them has as a layer, and not elsewhere.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    public bool Stores(Digest blob) => Find(blob) is { Layer.HasUrls: false };

    /// <summary>A layer by the digest of its blob; null where none of them has it.</summary>
    /// <param name="blob">Digest of the blob as stored.</param>
    public BaselineLayer? Find(Digest blob) => _blobs.GetValueOrDefault(blob);
}
