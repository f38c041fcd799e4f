using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Directory;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.OciArchive;
using Diffah.Engine.Transports.OciLayout;

namespace Diffah.Engine.Transports;

/// <summary>The transports this build has.</summary>
public sealed class TransportCatalog : ITransportCatalog
{
    private readonly Dictionary<string, IImageTransport> _transports;

    /// <summary>Makes a catalog of given transports.</summary>
    /// <param name="transports">The transports; names are distinct.</param>
    public TransportCatalog(IEnumerable<IImageTransport> transports) => _transports = transports.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Every transport this build has.</summary>
    public static TransportCatalog Default { get; } = new([new DockerArchiveTransport(), new OciArchiveTransport(), new OciLayoutTransport(), new DirectoryTransport()]);

    /// <inheritdoc/>
    public IImageTransport Get(ImageReference reference) => _transports.TryGetValue(reference.Transport, out var transport)
        ? transport
        : throw new DiffahException(DiffahErrors.TransportReserved, $"The transport '{reference.Transport}:' is reserved but not yet implemented.");
}
