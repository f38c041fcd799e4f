using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Restoring;

/// <summary>
/// An image of an archive with what it is rebuilt from. The image of one archive can be what the next archive continues
/// from: it is never written then, and of its layers only what the next asks for is made, when it is asked for.
/// </summary>
internal sealed class DeltaLink
{
    private Image? _image;

    /// <param name="archive">The archive; not owned.</param>
    /// <param name="entry">Which of its images.</param>
    /// <param name="baselines">What it is rebuilt from.</param>
    /// <param name="held">What these hold.</param>
    /// <param name="blobs">Keeps blobs of this archive's images that are needed more than once.</param>
    /// <param name="contents">Keeps contents, of all archives.</param>
    public DeltaLink(
        ArchiveReader archive, ArchiveImage entry, BaselineImages baselines, BaselineContents held,
        SharedBlobs blobs, SharedContents contents)
    {
        (Archive, Entry, Baselines, Held, Blobs) = (archive, entry, baselines, held, blobs);
        Contents = new DeltaContents(archive, held, contents, blobs.Memory);
        Source = new DeltaImageSource(archive, entry, baselines, blobs, Contents);
        if (archive.Manifest.IsChained)
            Contents.Blobs = Source;
        Needs = new DeltaNeeds(archive.Manifest, baselines, held);
    }

    /// <summary>The archive; not owned.</summary>
    public ArchiveReader Archive { get; }

    /// <summary>Which of its images.</summary>
    public ArchiveImage Entry { get; }

    /// <summary>What it is rebuilt from.</summary>
    public BaselineImages Baselines { get; }

    /// <summary>What these hold.</summary>
    public BaselineContents Held { get; }

    /// <summary>Keeps blobs that are needed more than once.</summary>
    public SharedBlobs Blobs { get; }

    /// <summary>The contents of the image.</summary>
    public DeltaContents Contents { get; }

    /// <summary>The image, rebuilt as it is read.</summary>
    public DeltaImageSource Source { get; }

    /// <summary>What is missing.</summary>
    public DeltaNeeds Needs { get; }

    /// <summary>The links before it, the nearest first.</summary>
    public IEnumerable<DeltaLink> Earlier
    {
        get
        {
            for (var link = Baselines.Earlier; link is not null; link = link.Baselines.Earlier)
                yield return link;
        }
    }

    /// <summary>A walk through what images of the archive take.</summary>
    public DeltaWalk Walk => new(Archive.Manifest, Baselines, Held, Blobs);

    /// <summary>
    /// Counts what the image needs. To be called for every image before the first layer of any moves.
    /// </summary>
    /// <param name="target">The image's manifest.</param>
    public void Expect(ImageManifest target) => Walk.Visit(target, new ExpectedUses());

    /// <summary>The image, with manifest and configuration read: what a next archive continues from.</summary>
    public Image Image => _image ?? throw new InvalidOperationException("The image was not opened.");

    /// <summary>Reads manifest and configuration.</summary>
    /// <param name="platform">Platform of an image whose configuration says none.</param>
    /// <param name="cancellationToken">Stops the reads.</param>
    /// <exception cref="Diagnostics.DiffahException">What opening an image throws.</exception>
    public async Task OpenAsync(Platform platform, CancellationToken cancellationToken) =>
        _image = await Image.OpenAsync(Source, platform, cancellationToken);

    /// <summary>True for a layer of the image that can be made, or is there as it is.</summary>
    /// <param name="layer">The layer's descriptor.</param>
    public bool CanOpen(Descriptor layer) =>
        Needs.MissingOf(layer) is { FromArchive.IsEmpty: true, FromBaseline.IsEmpty: true }
            && (!layer.HasUrls || Archive.Manifest.Blobs.ContainsKey(layer.Digest) || Baselines.Stores(layer.Digest));
}
