using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations;

/// <summary>Reads what an image is made of; no layer is read.</summary>
/// <param name="transports">Where images come from.</param>
public sealed class GetImage(ITransportCatalog transports)
{
    /// <summary>Reads manifest and configuration.</summary>
    /// <param name="reference">The image. A path in it is absolute.</param>
    /// <param name="platform">Which image of an index is meant.</param>
    /// <param name="events">Whom to tell.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">See <see cref="DiffahErrors"/>.</exception>
    public Task<ImageDetails> RunAsync(ImageReference reference, Platform platform, EventSink events, CancellationToken cancellationToken) =>
        throw new NotImplementedException(transports.ToString());
}
