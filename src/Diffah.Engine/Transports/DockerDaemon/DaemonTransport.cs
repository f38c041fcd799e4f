using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Conversion;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// <c>docker-daemon:NAME[:TAG|@DIGEST]</c>, <c>docker-daemon:sha256:ID</c> and the same of <c>containers-storage:</c>:
/// images of a Docker engine and of Podman, over the Docker Engine API.
/// </summary>
/// <param name="traits">Whose images.</param>
/// <param name="environment">Where engines listen.</param>
/// <param name="host">The host that the user asked for; null for what the environment says.</param>
internal sealed class DaemonTransport(TransportTraits traits, TransportEnvironment environment, string? host)
    : IImageStore, IDisposable
{
    private readonly Lazy<EngineClient> _client = new(() => new EngineClient(Find(traits, environment, host), traits));

    /// <inheritdoc/>
    public TransportTraits Traits => traits;

    /// <inheritdoc/>
    public bool TakesContents(ImageReference reference) =>
        _client is { IsValueCreated: true, Value.Known.KeepsBlobs: false };

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        _client is { IsValueCreated: true, Value.Known.KeepsBlobs: true }
            ? null
            : ConversionRules.WhyNot(manifest, config);

    /// <inheritdoc/>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken) =>
        await DaemonSource.OpenAsync(_client.Value, reference, context, cancellationToken);

    /// <inheritdoc/>
    public async Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        await CheckDestinationAsync(reference, overwrite, context, cancellationToken);
        return _client.Value.Known!.KeepsBlobs
            ? new LayoutLoadDestination(this, _client.Value, reference, context)
            : new DaemonDestination(this, _client.Value, reference, context);
    }

    /// <inheritdoc/>
    public async Task CheckDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        if (reference.FullName is not { Tag: not null, Digest: null })
            throw new DiffahException(DiffahErrors.InvalidReference,
                $"{reference} can't be written: a daemon takes an image by name and tag, and finds its id by itself.",
                $"Write {traits.Syntax}, for example {traits.Prefix}app:v2.");
        await _client.Value.GetKindAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public bool IsExpected => Find(traits, environment, host).Origin != DaemonAddresses.Usual;

    /// <inheritdoc/>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var kind = await _client.Value.GetKindAsync(cancellationToken);
        return $"{_client.Value.Engine}, version {kind.Version}"
            + (kind.KeepsBlobs ? ", keeps manifests and compressed layers" : "");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken) =>
        [.. (await _client.Value.ListImagesAsync(cancellationToken)).SelectMany(i => i.Names)];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private static DaemonAddress Find(TransportTraits traits, TransportEnvironment environment, string? host)
    {
        var addresses = new DaemonAddresses(environment, host);
        return traits == TransportTraits.ContainersStorage ? addresses.Podman() : addresses.Docker();
    }
}
