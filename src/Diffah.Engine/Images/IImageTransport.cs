using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images;

/// <summary>What a transport may use while it works for one operation.</summary>
/// <param name="Work">Where it may spool.</param>
/// <param name="Events">Whom it tells.</param>
internal sealed record TransportContext(WorkDirectory Work, EventSink Events)
{
    /// <summary>What decompressing may cost.</summary>
    public DecompressionBounds Bounds { get; init; } = new();
}

/// <summary>One way of storing images.</summary>
internal interface IImageTransport
{
    /// <summary>What the transport is, and what its places can hold.</summary>
    TransportTraits Traits { get; }

    /// <summary>How many blobs a destination may be asked for and given at the same time.</summary>
    int MaximumConcurrency => 1;

    /// <summary>
    /// Whether a place takes the contents of layers and no blobs (<see cref="IContentDestination"/>). Asked after <see
    /// cref="CheckDestinationAsync"/>.
    /// </summary>
    /// <param name="reference">The place.</param>
    bool TakesContents(ImageReference reference) => false;

    /// <summary>Says why an image can't be held digest for digest; null where it can. Nothing is opened.</summary>
    /// <param name="reference">Where it would go.</param>
    /// <param name="manifest">The image's manifest.</param>
    /// <param name="config">Its configuration.</param>
    string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) => null;

    /// <summary>
    /// Says why an index and all that is below it can't be held digest for digest; null where it can. Nothing is
    /// opened.
    /// </summary>
    /// <param name="reference">Where it would go.</param>
    /// <param name="index">The index.</param>
    string? WhyNotExact(ImageReference reference, ManifestTree index) => Traits.HoldsIndex ? null : Traits.NoIndex;

    /// <summary>The folder that an image is, or would be; null where it is a single file, or in a registry.</summary>
    /// <param name="reference">The image; its path is absolute.</param>
    ImageFolder? FolderOf(ImageReference reference) => null;

    /// <summary>Opens an image for reading.</summary>
    /// <param name="reference">Which; a path is absolute.</param>
    /// <param name="context">What the transport may use, for as long as the source lives.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">
    /// FileNotFound, ImageNotFound, AmbiguousImage, InvalidImage, InvalidManifest.
    /// </exception>
    Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken);

    /// <summary>Opens an image for writing.</summary>
    /// <param name="reference">Where; a path is absolute.</param>
    /// <param name="overwrite">Whether an image that is there already may be replaced.</param>
    /// <param name="context">What the transport may use, for as long as the destination lives.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (a parent folder), AccessDenied.</exception>
    Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken);

    /// <summary>Refuses what <see cref="OpenDestinationAsync"/> would refuse, and writes nothing there.</summary>
    /// <param name="reference">Where; a path is absolute.</param>
    /// <param name="overwrite">Whether an image that is there already may be replaced.</param>
    /// <param name="context">What the transport may use.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (a parent folder).</exception>
    async Task CheckDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        // Right for a transport that begins to write with the first blob.
        var destination = await OpenDestinationAsync(reference, overwrite, context, cancellationToken);
        await destination.DisposeAsync();
    }
}

/// <summary>A transport whose places can hold several images, told apart by a name after the path.</summary>
internal interface IImageLister
{
    /// <summary>
    /// Lists the names that pick an image of a place, in its order. Nothing is written, and no image is opened.
    /// </summary>
    /// <param name="reference">
    /// Any image of the place, there or not; its name is not looked at. A path is absolute.
    /// </param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>
    /// The names (<see cref="ImageReference.Name"/>); none of an archive that is compressed as a whole, which would
    /// have to be decompressed first.
    /// </returns>
    /// <exception cref="DiffahException">FileNotFound, InvalidImage, InvalidManifest.</exception>
    Task<IReadOnlyList<string>> ListImagesAsync(ImageReference reference, CancellationToken cancellationToken);
}

/// <summary>A transport that is one place, a store of images that a daemon of this machine keeps.</summary>
internal interface IImageStore : IImageTransport
{
    /// <summary>Whether the user has said where the daemon is, so that one is expected there.</summary>
    /// <exception cref="DiffahException">InvalidArgument: what was said can't be used.</exception>
    bool IsExpected { get; }

    /// <summary>Asks the daemon what it is: its name, version and place, and how it keeps images.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, DaemonProtocol,
    /// InvalidArgument.</exception>
    Task<string> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Lists the names of all its images, with their tags.</summary>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, DaemonFailure, DaemonProtocol.</exception>
    Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken);
}

/// <summary>A transport whose places hold images by tag.</summary>
internal interface ITagLister
{
    /// <summary>Lists the tags of a repository.</summary>
    /// <param name="reference">Any image of the repository, there or not; its tag or digest is not looked at.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    Task<IReadOnlyList<string>> ListTagsAsync(
        ImageReference reference, EventSink events, CancellationToken cancellationToken);
}

/// <summary>
/// Finds the transport a reference names. It is made by <c>TransportCatalog</c> and handed to operations, which alone
/// ask it.
/// </summary>
public interface ITransportCatalog
{
    /// <summary>The transport of a reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">TransportReserved.</exception>
    internal IImageTransport Get(ImageReference reference);

    /// <summary>
    /// Absolute paths of the files, there or not, that transports read besides images: credentials and certificates. No
    /// output may replace them.
    /// </summary>
    internal IEnumerable<string> FilesInUse => [];

    /// <summary>What <c>-</c> means, in references and for delta archives.</summary>
    internal StandardStreams Streams => StandardStreams.None;

    /// <summary>The transports whose images daemons of this machine keep.</summary>
    internal IEnumerable<IImageStore> Stores => [];
}
