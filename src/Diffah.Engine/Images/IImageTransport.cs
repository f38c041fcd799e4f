using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Images;

/// <summary>What a transport may use while it works for one operation.</summary>
/// <param name="Work">Where it may spool.</param>
/// <param name="Events">Whom it tells.</param>
public sealed record TransportContext(WorkDirectory Work, EventSink Events);

/// <summary>One way of storing images.</summary>
public interface IImageTransport
{
    /// <summary>The transport's name, without a colon.</summary>
    string Name { get; }

    /// <summary>Opens an image for reading.</summary>
    /// <param name="reference">Which; a path is absolute.</param>
    /// <param name="context">What the transport may use, for as long as the source lives.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">FileNotFound, ImageNotFound, AmbiguousImage, InvalidImage, InvalidManifest.</exception>
    Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken);

    /// <summary>Opens an image for writing.</summary>
    /// <param name="reference">Where; a path is absolute.</param>
    /// <param name="overwrite">Whether an image that is there already may be replaced.</param>
    /// <param name="context">What the transport may use, for as long as the destination lives.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (a parent folder), AccessDenied.</exception>
    Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken);

    /// <summary>Refuses what <see cref="OpenDestinationAsync"/> would refuse, and writes nothing there.</summary>
    /// <param name="reference">Where; a path is absolute.</param>
    /// <param name="overwrite">Whether an image that is there already may be replaced.</param>
    /// <param name="context">What the transport may use.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="DiffahException">DestinationExists, FileNotFound (a parent folder).</exception>
    async Task CheckDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        // Right for a transport that begins to write with the first blob.
        var destination = await OpenDestinationAsync(reference, overwrite, context, cancellationToken);
        await destination.DisposeAsync();
    }
}

/// <summary>Finds the transport a reference names.</summary>
public interface ITransportCatalog
{
    /// <summary>The transport of a reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <exception cref="DiffahException">TransportReserved.</exception>
    IImageTransport Get(ImageReference reference);

    /// <summary>Absolute paths of the files, there or not, that transports read besides images: credentials and certificates. No output may replace them.</summary>
    IEnumerable<string> FilesInUse => [];
}
