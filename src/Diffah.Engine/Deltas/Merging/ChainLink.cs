using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Merging;

/// <summary>One delta of a chain, as far as it is about one image.</summary>
internal sealed class ChainLink
{
    private readonly ArchiveManifest _sidecar;
    private readonly HashSet<ArchivePart> _made = [];
    private readonly HashSet<ArchivePart> _needed = [];
    private readonly HashSet<Digest> _layers;
    private readonly HashSet<Digest> _contents;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="image">What it says of the image.</param>
    /// <param name="manifest">The manifest of the image that it gives.</param>
    /// <param name="config">Its configuration; null where it says nothing of the layers.</param>
    public ChainLink(ArchiveReader archive, ArchiveImage image, ImageManifest manifest, ImageConfig? config)
    {
        (Archive, Image, Manifest, Config) = (archive, image, manifest, config);
        _sidecar = archive.Manifest;
        _layers = [.. manifest.Layers.Select(l => l.Digest)];
        DiffIds = config is not null && config.DiffIds.Length == manifest.Layers.Length ? config.DiffIds : [];
        Walk();
        _contents = [.. DiffIds, .. _layers.Select(l => _sidecar.FormOf(l)?.Content).OfType<Digest>()];
    }

    /// <summary>The archive.</summary>
    public ArchiveReader Archive { get; }

    /// <summary>What it says of the image.</summary>
    public ArchiveImage Image { get; }

    /// <summary>The manifest of the image that it gives.</summary>
    public ImageManifest Manifest { get; }

    /// <summary>Its configuration; null where it says nothing of the layers.</summary>
    public ImageConfig? Config { get; }

    /// <summary>What the layers hold, in their order; empty where the configuration does not say.</summary>
    public ImmutableArray<Digest> DiffIds { get; }

    /// <summary>
    /// True where it has layers, whole or as patches of blobs, of which nobody says what they hold.
    /// </summary>
    public bool IsSilent => DiffIds.IsEmpty
        && _layers.Any(l => _sidecar.Blobs.GetValueOrDefault(l) is { Form: null });

    /// <summary>Blobs and contents that it takes from the image before.</summary>
    public IReadOnlySet<ArchivePart> Needed => _needed;

    /// <summary>True for a blob or a content that it makes, or has whole, for this image.</summary>
    /// <param name="part">The blob or the content.</param>
    public bool Makes(ArchivePart part) => _made.Contains(part);

    /// <summary>True for a layer of the image that it gives.</summary>
    /// <param name="blob">Digest of the blob.</param>
    public bool GivesBlob(Digest blob) => _layers.Contains(blob);

    /// <summary>True for what a layer of the image that it gives holds, as far as is known.</summary>
    /// <param name="content">The content.</param>
    public bool GivesContent(Digest content) => _contents.Contains(content);

    /// <summary>A blob that travels in it as it is, or as a patch of a blob, and holds a content.</summary>
    /// <param name="content">The content.</param>
    public Digest? HolderOf(Digest content)
    {
        if (_sidecar.Held.TryGetValue(content, out var held) && Makes(ArchivePart.Content(content)))
            return held;
        var index = DiffIds.IndexOf(content);
        return index >= 0 && _sidecar.Blobs.GetValueOrDefault(Manifest.Layers[index].Digest) is { Form: null }
            ? Manifest.Layers[index].Digest
            : null;
    }

    private void Walk()
    {
        for (var index = 0; index < Manifest.Layers.Length; index++)
        {
            var layer = Manifest.Layers[index];
            var blob = ArchivePart.Blob(layer.Digest);
            if (_sidecar.Blobs.ContainsKey(layer.Digest))
            {
                Walk(blob);
                continue;
            }
            // Where a layer is left where its manifest says it is, nobody need have it.
            if (layer.HasUrls)
                continue;
            _needed.Add(blob);
            if (!DiffIds.IsEmpty)
                _needed.Add(ArchivePart.Content(DiffIds[index]));
        }
    }

    private void Walk(ArchivePart part)
    {
        var waiting = new Stack<ArchivePart>([part]);
        while (waiting.TryPop(out var next))
        {
            if (!_made.Add(next))
                continue;
            foreach (var need in PartNeeds.Of(_sidecar, next)!)
            {
                if (IsMadeHere(next, need))
                    waiting.Push(need);
                else
                    _needed.Add(need);
            }
        }
    }

    /// <summary>True where what a part of the archive is made of is made by the archive too.</summary>
    /// <param name="user">The part.</param>
    /// <param name="need">What it is made of.</param>
    public bool IsMadeHere(ArchivePart user, ArchivePart need)
    {
        // A blob is made of a content of the archive in any case; all else only where it says that it is chained.
        if (!_sidecar.IsChained && (user.Kind == ArchivePartKind.Content || need.Kind == ArchivePartKind.Blob))
            return false;
        return need.Kind == ArchivePartKind.Content
            ? _sidecar.Contents.ContainsKey(need.Digest) || _sidecar.Held.ContainsKey(need.Digest)
            : _sidecar.Blobs.ContainsKey(need.Digest);
    }
}
