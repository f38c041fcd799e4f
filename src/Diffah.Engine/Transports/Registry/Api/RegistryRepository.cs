using System.Net;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;
using Diffah.Libraries;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// One repository: the distribution spec's requests, tried again where that may help, with faults in the engine's
/// words.
/// </summary>
internal sealed class RegistryRepository
{
    private static readonly string[] ManifestTypes =
        [MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList];

    private readonly EventSink _events;
    private readonly RetryPipeline _retry;

    public RegistryRepository(RegistryClient client, string name, RegistryOptions options, EventSink events)
    {
        (Client, Name, Options, _events) = (client, name, options, events.For("transports"));
        _retry = RegistryRetry.Create(options, client.Host, events);
    }

    public RegistryClient Client { get; }

    public string Name { get; }

    public RegistryOptions Options { get; }

    /// <summary>Fetches a manifest; null where there is none.</summary>
    /// <param name="target">A tag or digest.</param>
    /// <param name="what">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<FetchedManifest?> GetManifestAsync(string target, string what, CancellationToken cancellationToken) =>
        RunAsync(what, async ct =>
        {
            using var response = await SendAsync(
                new HttpAsk(HttpMethod.Get, Path($"manifests/{target}")) { Accept = ManifestTypes },
                RegistryScopes.Pull(Name), ct);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            await RequireAsync(response, HttpStatusCode.OK, ct);
            var bytes = await Client.ReadAsync(response, RawManifest.MaximumSize, what, ct);
            return new FetchedManifest(bytes, response.Content.Headers.ContentType?.MediaType, ContentDigest(response));
        }, cancellationToken);

    /// <summary>
    /// The digest that the registry says a manifest has; null where it does not say, or has none. A look alone is no
    /// pull that a registry counts.
    /// </summary>
    /// <param name="target">A tag or digest.</param>
    /// <param name="what">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Digest?> ResolveAsync(string target, string what, CancellationToken cancellationToken) =>
        RunAsync(what, ct => ResolveOnceAsync(target, RegistryScopes.Pull(Name), ct), cancellationToken);

    /// <summary>Stores a manifest.</summary>
    /// <param name="target">A tag or digest.</param>
    /// <param name="manifest">The bytes.</param>
    /// <param name="what">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task PutManifestAsync(string target, RawManifest manifest, string what, CancellationToken cancellationToken)
    {
        var unknown = false;
        return RunAsync(what, async ct =>
        {
            // The try before may have come through.
            if (unknown && await HasManifestAsync(target, manifest.Digest, ct))
                return true;
            unknown = true;
            return await PutManifestOnceAsync(target, manifest, what, ct);
        }, cancellationToken);
    }

    /// <summary>Stores a manifest. One try; once more does no harm.</summary>
    /// <param name="target">A tag or digest.</param>
    /// <param name="manifest">The bytes.</param>
    /// <param name="what">For messages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True where the registry says that it took notice of the manifest's subject.</returns>
    public async Task<bool> PutManifestOnceAsync(
        string target, RawManifest manifest, string what, CancellationToken cancellationToken)
    {
        var ask = new HttpAsk(
            HttpMethod.Put, Path($"manifests/{target}"))
        { Body = () => Body(manifest.Bytes, manifest.MediaType) };
        using var response = await SendAsync(ask, RegistryScopes.Push(Name), cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
        if (ContentDigest(response) is { } stored && stored.Algorithm == manifest.Digest.Algorithm
            && stored != manifest.Digest)
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"{Client.Host} stored another manifest than {manifest.Digest}, namely {stored}, at {what}.");
        return response.Headers.Contains("OCI-Subject");
    }

    /// <summary>True where the repository has a blob. One try.</summary>
    public async Task<bool> HasBlobOnceAsync(Digest digest, RegistryScopes scopes, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            new HttpAsk(HttpMethod.Head, Path($"blobs/{digest}")), scopes, cancellationToken);
        if (response.IsSuccessStatusCode)
            return true;
        var fault = await Client.FailAsync(response, cancellationToken);
        // Who answers no HEAD (proxies, storage with signed addresses) may take the upload, or will say why not.
        return fault.Status == HttpStatusCode.Unauthorized || RegistryFaults.IsTransient(fault) ? throw fault : false;
    }

    /// <summary>
    /// Begins to fetch a blob. One try; the caller disposes of the answer, which is 200 or 404.
    /// </summary>
    /// <param name="digest">The blob.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<HttpResponseMessage> GetBlobOnceAsync(Digest digest, CancellationToken cancellationToken)
    {
        var response = await AskBlobOnceAsync(digest, 0, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound)
            return response;
        using (response)
            throw await Client.FailAsync(response, cancellationToken);
    }

    /// <summary>Asks for a blob. One try; the answer may have any status, and the caller disposes of it.</summary>
    /// <param name="digest">The blob.</param>
    /// <param name="from">The byte to begin at, which the registry may not heed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<HttpResponseMessage> AskBlobOnceAsync(Digest digest, long from, CancellationToken cancellationToken) =>
        SendAsync(new HttpAsk(HttpMethod.Get, Path($"blobs/{digest}")) { From = from },
            RegistryScopes.Pull(Name), cancellationToken);

    /// <summary>Sends once. The answer may have any status.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpAsk ask, RegistryScopes scopes, CancellationToken cancellationToken) =>
        Client.SendAsync(ask, scopes, cancellationToken);

    /// <summary>Turns any other status into a failure.</summary>
    public async Task<bool> RequireAsync(
        HttpResponseMessage response, HttpStatusCode status, CancellationToken cancellationToken) =>
        response.StatusCode == status ? true : throw await Client.FailAsync(response, cancellationToken);

    /// <summary>
    /// Turns what is no success into a failure. The distribution spec names one status for each step of a push;
    /// registries answer others, and what came of it is read back.
    /// </summary>
    public async Task<bool> RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode ? true : throw await Client.FailAsync(response, cancellationToken);

    /// <summary>Runs something through the pipeline, and says its faults.</summary>
    /// <param name="what">What it is about.</param>
    /// <param name="attempt">One try.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<T> RunAsync<T>(
        string what, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await _retry.ExecuteAsync(attempt, cancellationToken);
        }
        catch (Exception e) when (Explain(e, what) is { } error)
        {
            throw error;
        }
    }

    /// <summary>A fault in the engine's words; null for what is not the registry's.</summary>
    public DiffahException? Explain(Exception fault, string what) =>
        RegistryFaults.Explain(fault, Client.Host, what, Client.Secrets);

    /// <summary>An address below the repository.</summary>
    public Uri Path(string below) => new($"/v2/{Name}/{below}", UriKind.Relative);

    /// <summary>Tells what helps to find a fault.</summary>
    public void Debug(string message) => _events.Debug($"{Client.Host}: {message}");

    /// <summary>A small body.</summary>
    public static ReadOnlyMemoryContent Body(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    private async Task<bool> HasManifestAsync(string target, Digest digest, CancellationToken cancellationToken) =>
        await ResolveOnceAsync(target, RegistryScopes.Push(Name), cancellationToken) == digest;

    private async Task<Digest?> ResolveOnceAsync(
        string target, RegistryScopes scopes, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            new HttpAsk(HttpMethod.Head, Path($"manifests/{target}")) { Accept = ManifestTypes }, scopes,
            cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK && ContentDigest(response) is { } digest)
            return digest;
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await ComputeDigestOnceAsync(target, scopes, cancellationToken);
    }

    /// <summary>For a registry that answers no HEAD, or says no digest.</summary>
    private async Task<Digest?> ComputeDigestOnceAsync(
        string target, RegistryScopes scopes, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            new HttpAsk(HttpMethod.Get, Path($"manifests/{target}")) { Accept = ManifestTypes }, scopes,
            cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            return null;
        var bytes = await Client.ReadAsync(
            response, RawManifest.MaximumSize, $"manifest {target} of {Client.Host}/{Name}", cancellationToken);
        return ContentDigest(response) ?? Digest.Compute(bytes);
    }

    private static Digest? ContentDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values)
            && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;
}

/// <summary>A manifest as a registry gave it; nothing is checked yet.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="ContentType">What the registry says they are; null where it does not say.</param>
/// <param name="Digest">The digest that the registry says they have; null where it does not say.</param>
internal sealed record FetchedManifest(byte[] Bytes, string? ContentType, Digest? Digest);
