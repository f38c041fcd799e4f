using System.Collections.Concurrent;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry.Api;
using Diffah.Engine.Transports.Registry.Auth;

namespace Diffah.Engine.Transports.Registry.Transfer;

/// <summary>
/// <c>docker://HOST/REPOSITORY[:TAG][@DIGEST]</c>: a registry (OCI distribution spec). An instance is meant for one
/// invocation: it keeps connections, tokens, and what it learned of which repository has which blobs. A tag is there to
/// be moved, so pushing to one that exists needs no leave to overwrite.
/// </summary>
internal sealed class RegistryTransport : IImageTransport, ITagLister, IDisposable
{
    private readonly RegistryOptions _options;
    private readonly TransportEnvironment _environment;
    private readonly CredentialStore _credentials;
    private readonly KnownBlobs _known = new();
    private readonly ConcurrentDictionary<string, Lazy<RegistryClient>> _clients = new(StringComparer.Ordinal);

    /// <summary>Prepares the transport; nothing is read or sent yet.</summary>
    public RegistryTransport(RegistryOptions options, TransportEnvironment environment)
    {
        (_options, _environment) = (options, environment);
        _credentials = new CredentialStore(options, environment);
    }

    /// <inheritdoc/>
    public TransportTraits Traits => TransportTraits.Registry;

    /// <inheritdoc/>
    public int MaximumConcurrency => _options.Concurrency;

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ImageManifest manifest, ImageConfig config) =>
        WhyNotNamed(reference, manifest.Digest);

    /// <inheritdoc/>
    public string? WhyNotExact(ImageReference reference, ManifestTree index) =>
        WhyNotNamed(reference, index.Root.Digest);

    /// <inheritdoc/>
    /// <exception cref="DiffahException">InvalidReference, RegistryNotFound, RegistryAuthentication,
    /// RegistryUnreachable, RegistryTls, RegistryFailure, RegistryProtocol.</exception>
    public async Task<IImageSource> OpenSourceAsync(
        ImageReference reference, TransportContext context, CancellationToken cancellationToken)
    {
        var parsed = RegistryReference.Parse(reference);
        return await RegistrySource.OpenAsync(
            reference, parsed, RepositoryOf(parsed, context.Events), _known, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="DiffahException">InvalidReference, FileNotFound and InvalidArgument (credentials,
    /// certificates).</exception>
    public Task<IImageDestination> OpenDestinationAsync(
        ImageReference reference, bool overwrite, TransportContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parsed = RegistryReference.Parse(reference);
        return Task.FromResult<IImageDestination>(
            new RegistryDestination(this, reference, parsed, RepositoryOf(parsed, context.Events), _known));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTagsAsync(
        ImageReference reference, EventSink events, CancellationToken cancellationToken) =>
        new TagPages(RepositoryOf(RegistryReference.Parse(reference), events)).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
            client.Value.Dispose();
    }

    private static string? WhyNotNamed(ImageReference reference, Digest image) =>
        RegistryReference.Parse(reference).Digest is { } digest && digest != image
        ? $"the destination is named by the digest {digest}, and the image has {image}."
        : null;

    private RegistryRepository RepositoryOf(ImageName reference, EventSink events)
    {
        _credentials.RequireFiles();
        var client = _clients.GetOrAdd(
            reference.Host, _ => new(() => new RegistryClient(reference, _options, _environment, _credentials))).Value;
        return new RegistryRepository(client, reference.Repository, _options, events);
    }
}

/// <summary>
/// Which repositories are known to have which blobs: those whose manifests were read or written in this invocation.
/// </summary>
internal sealed class KnownBlobs
{
    private readonly ConcurrentDictionary<(string Host, Digest Digest), ConcurrentQueue<string>> _repositories = new();

    /// <summary>Remembers that a repository has an image's blobs.</summary>
    public void Add(string host, string repository, ImageManifest manifest)
    {
        foreach (var blob in manifest.Layers.Append(manifest.Config))
            _repositories.GetOrAdd((host, blob.Digest), _ => new()).Enqueue(repository);
    }

    /// <summary>Another repository of the same registry that has a blob; null where none is known.</summary>
    public string? Find(string host, Digest digest, string except) =>
        _repositories.TryGetValue((host, digest), out var repositories)
            ? repositories.FirstOrDefault(r => r != except)
            : null;
}

/// <summary>The files of a user's machine that are read to speak to registries.</summary>
/// <param name="options">May name files.</param>
/// <param name="environment">Where the others are.</param>
internal sealed class RegistryFiles(RegistryOptions options, TransportEnvironment environment)
{
    private static readonly EnumerationOptions WhatCanBeRead = new() { IgnoreInaccessible = true };

    /// <summary>
    /// Absolute paths of files of credentials and certificates; auth files also where there is none yet.
    /// </summary>
    public IEnumerable<string> All =>
        new CredentialStore(options, environment).Files.Where(Path.IsPathFullyQualified).Concat(Certificates);

    private IEnumerable<string> Certificates => options.CertificateDirectory is { } given
        ? FilesIn(given)
        : environment.CertificateFolders.Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateDirectories(f, "*", WhatCanBeRead)).SelectMany(FilesIn);

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", WhatCanBeRead) : [];
}
