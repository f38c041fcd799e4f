using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Containerd;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.DockerDaemon;
using Diffah.Engine.Transports.Folder;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.OciLayout;
using Diffah.Engine.Transports.Registry;
using Diffah.Engine.Transports.Registry.Transfer;

namespace Diffah.Engine.Transports;

/// <summary>The transports this build has.</summary>
public sealed class TransportCatalog : ITransportCatalog, IDisposable
{
    private readonly Dictionary<string, IImageTransport> _transports;
    private readonly RegistryFiles? _files;
    private StandardStreams _streams = StandardStreams.None;

    /// <summary>Makes a catalog of given transports.</summary>
    /// <param name="transports">The transports; names are distinct.</param>
    internal TransportCatalog(IEnumerable<IImageTransport> transports) =>
        _transports = transports.ToDictionary(t => t.Traits.Name, StringComparer.Ordinal);

    private TransportCatalog(IEnumerable<IImageTransport> transports, RegistryFiles files)
        : this(transports) => _files = files;

    /// <summary>
    /// Every transport this build has; registries with the options' defaults, and without anybody's credentials.
    /// </summary>
    public static TransportCatalog Default { get; } = Create(new RegistryOptions());

    /// <summary>
    /// Every transport this build has, for one invocation: what it learns of registries (tokens, which repository has
    /// which blobs) it keeps until it is disposed of.
    /// </summary>
    /// <param name="registry">How registries are spoken to.</param>
    /// <param name="environment">Where the user's credentials and certificates are; null is nowhere.</param>
    /// <exception cref="DiffahException">InvalidArgument: options that contradict one another.</exception>
    public static TransportCatalog Create(RegistryOptions registry, TransportEnvironment? environment = null)
    {
        registry.Validate();
        environment ??= TransportEnvironment.None;
        return new(
            [new DockerArchiveTransport(environment.Streams), new OciArchiveTransport(environment.Streams),
                new OciLayoutTransport(), new FolderTransport(), new RegistryTransport(registry, environment),
                new DaemonTransport(TransportTraits.DockerDaemon, environment, registry.DaemonHost),
                new DaemonTransport(TransportTraits.ContainersStorage, environment, registry.DaemonHost),
                new ContainerdTransport(environment.Daemons)],
            new RegistryFiles(registry, environment))
        { _streams = environment.Streams };
    }

    /// <inheritdoc/>
    IEnumerable<string> ITransportCatalog.FilesInUse => _files?.All ?? [];

    /// <inheritdoc/>
    IEnumerable<IImageStore> ITransportCatalog.Stores =>
        TransportTraits.Implemented.Select(t => _transports.GetValueOrDefault(t.Name)).OfType<IImageStore>();

    /// <inheritdoc/>
    StandardStreams ITransportCatalog.Streams => _streams;

    /// <inheritdoc/>
    IImageTransport ITransportCatalog.Get(ImageReference reference) => Get(reference);

    /// <summary>See <see cref="ITransportCatalog.Get"/>.</summary>
    internal IImageTransport Get(ImageReference reference) =>
        _transports.TryGetValue(reference.Transport, out var transport)
            ? transport
            : throw new DiffahException(DiffahErrors.TransportReserved,
                $"The transport '{reference.Traits.Prefix}' is reserved but not yet implemented.");

    /// <summary>
    /// Closes connections that transports keep open. Sources and destinations are to be disposed of before.
    /// </summary>
    public void Dispose()
    {
        foreach (var transport in _transports.Values.OfType<IDisposable>())
            transport.Dispose();
    }
}
