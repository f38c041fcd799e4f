using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry;

/// <summary>
/// <c>docker://HOST/REPOSITORY[:TAG|@DIGEST]</c>: a registry (OCI distribution spec). An instance is meant for one invocation: it
/// keeps connections, tokens, and what it learned of which repository has which blobs. A tag is there to be moved, so
/// pushing to one that exists needs no leave to overwrite.
/// </summary>
internal sealed class RegistryTransport : IImageTransport, ITagLister, IDisposable
{
    private readonly RegistryOptions _options;
    private readonly RegistryEnvironment _environment;
    private readonly CredentialStore _credentials;
    private readonly KnownBlobs _known = new();
    private readonly ConcurrentDictionary<string, Lazy<RegistryClient>> _clients = new(StringComparer.Ordinal);

    /// <summary>Prepares the transport; nothing is read or sent yet.</summary>
    public RegistryTransport(RegistryOptions options, RegistryEnvironment environment)
    {
        (_options, _environment) = (options, environment);
        _credentials = new CredentialStore(options, environment);
    }

    /// <inheritdoc/>
    public string Name => TransportNames.Registry;

    /// <inheritdoc/>
    /// <exception cref="DiffahException">InvalidReference, RegistryNotFound, RegistryAuthentication, RegistryUnreachable, RegistryTls, RegistryFailure, RegistryProtocol.</exception>
    public async Task<IImageSource> OpenSourceAsync(ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        var parsed = RegistryReference.Parse(reference);
        return await RegistrySource.OpenAsync(reference, parsed, RepositoryOf(parsed, context.Events), _known, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="DiffahException">InvalidReference, FileNotFound and InvalidArgument (credentials, certificates).</exception>
    public Task<IImageDestination> OpenDestinationAsync(ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parsed = RegistryReference.Parse(reference);
        return Task.FromResult<IImageDestination>(new RegistryDestination(reference, parsed, RepositoryOf(parsed, context.Events), _known));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTagsAsync(ImageReference reference, EventSink events, CancellationToken cancellationToken) =>
        new TagPages(RepositoryOf(RegistryReference.Parse(reference), events)).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
            client.Value.Dispose();
    }

    private RegistryRepository RepositoryOf(RegistryReference reference, EventSink events)
    {
        _credentials.RequireFiles();
        var client = _clients.GetOrAdd(reference.Host, _ => new(() => new RegistryClient(reference, _options, _environment, _credentials))).Value;
        return new RegistryRepository(client, reference.Repository, _options, events);
    }
}
