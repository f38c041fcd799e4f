using System.Net;
using System.Net.Http.Headers;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry.Auth;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// One registry: its connections, whether it has TLS, and the authorization it asks for. One try a call; safe for
/// concurrent use.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly RegistryCertificates _certificates;
    private readonly HttpClient _http;
    private readonly HttpExchange _exchange;
    private readonly Authenticator _authenticator;
    private readonly SemaphoreSlim _originGate = new(1);
    private Uri? _origin;

    /// <summary>Prepares to speak to a registry; nothing is sent yet.</summary>
    /// <exception cref="Diagnostics.DiffahException">FileNotFound, InvalidArgument (certificates).</exception>
    public RegistryClient(
        ImageName registry, RegistryOptions options, TransportEnvironment environment, CredentialStore credentials)
    {
        (Host, ApiHost) = (registry.Host, RegistryReference.ApiHost(registry.Host));
        _certificates = RegistryCertificates.Load(options, environment, registry.Host);
        _http = RegistryHttp.CreateClient(options, _certificates, RegistryReference.ApiHost(registry.Host));
        _exchange = new HttpExchange(_http, options);
        _authenticator = new Authenticator(registry.Host, _exchange, options, credentials);
        if (!options.SkipTlsVerification)
            _origin = new Uri($"https://{RegistryReference.ApiHost(registry.Host)}");
    }

    /// <summary>The registry as the user says it.</summary>
    public string Host { get; }

    /// <summary>What must not appear in any message.</summary>
    public IEnumerable<string> Secrets => _authenticator.Secrets;

    private string ApiHost { get; }

    /// <summary>Asks, with authorization where the registry wants one.</summary>
    /// <param name="ask">What; its address is absolute or begins at the registry's root.</param>
    /// <param name="scopes">What the authorization must allow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The answer, whatever its status; the caller disposes of it.</returns>
    public async Task<HttpResponseMessage> SendAsync(
        HttpAsk ask, RegistryScopes scopes, CancellationToken cancellationToken)
    {
        var origin = await OriginAsync(cancellationToken);
        if (!ask.Uri.IsAbsoluteUri)
            ask = ask with { Uri = new Uri(origin, ask.Uri) };
        // Where a registry sends an upload elsewhere, that place gets the bytes and no more.
        if (!HttpExchange.IsSameOrigin(ask.Uri, origin))
            return await _exchange.SendAsync(ask, null, cancellationToken);
        var authorization = await _authenticator.AuthorizeAsync(scopes, origin, cancellationToken);
        var response = await _exchange.SendAsync(ask, authorization, cancellationToken);
        // Only the registry itself says how it wants to be answered: where it redirects to is told nothing.
        return response.StatusCode == HttpStatusCode.Unauthorized && IsFrom(response, origin)
            ? await RenewAsync(ask, scopes, authorization, response, cancellationToken)
            : response;
    }

    /// <summary>An address that the registry gave, made absolute; null where it is none.</summary>
    public Uri? Resolve(HttpResponseMessage response, string? location)
    {
        var from = response.RequestMessage!.RequestUri!;
        if (HttpAddress.Resolve(from, location) is not { } resolved)
            return null;
        _exchange.RefuseDowngrade(from, resolved);
        return resolved;
    }

    /// <summary>The answer as a failure.</summary>
    public Task<RegistryStatusException> FailAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        _exchange.FailAsync(response, cancellationToken);

    /// <summary>Reads an answer that is a small document.</summary>
    public Task<byte[]> ReadAsync(
        HttpResponseMessage response, int maximum, string what, CancellationToken cancellationToken) =>
        _exchange.ReadAsync(response, maximum, what, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _certificates.Dispose();
        _authenticator.Dispose();
        _originGate.Dispose();
    }

    private async Task<HttpResponseMessage> RenewAsync(
        HttpAsk ask, RegistryScopes scopes, AuthenticationHeaderValue? refused, HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        AuthenticationHeaderValue? renewed;
        try
        {
            renewed = await _authenticator.AnswerAsync(response, scopes, refused, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        if (renewed is null)
            return response;
        response.Dispose();
        // Bytes of a stream went out with the refused request; only who has them can send them again.
        if (ask is { BodyIsSentOnce: true, Rewind: { } rewind })
            await rewind(cancellationToken);
        else if (ask.BodyIsSentOnce)
            throw new RegistryStatusException(HttpStatusCode.Unauthorized, "") { AuthorizationRenewed = true };
        return await _exchange.SendAsync(ask, renewed, cancellationToken);
    }

    private static bool IsFrom(HttpResponseMessage response, Uri origin) =>
        HttpExchange.IsSameOrigin(response.RequestMessage!.RequestUri!, origin);

    /// <summary>Where verification is off a registry may have no TLS; it is asked once.</summary>
    private async Task<Uri> OriginAsync(CancellationToken cancellationToken)
    {
        if (_origin is { } known)
            return known;
        await _originGate.WaitAsync(cancellationToken);
        try
        {
            return _origin ??= await FindOriginAsync(cancellationToken);
        }
        finally
        {
            _originGate.Release();
        }
    }

    private async Task<Uri> FindOriginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PingAsync(new Uri($"https://{ApiHost}"), cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.NameResolutionError)
        {
            return await PingAsync(new Uri($"http://{ApiHost}"), cancellationToken);
        }
    }

    private async Task<Uri> PingAsync(Uri origin, CancellationToken cancellationToken)
    {
        using var response = await _exchange.SendAsync(
            new HttpAsk(HttpMethod.Get, new Uri(origin, "/v2/")), null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && IsFrom(response, origin))
            _authenticator.Learn(response, origin);
        else if (RegistryFaults.IsTransient(new RegistryStatusException(response.StatusCode, "")))
            throw await FailAsync(response, cancellationToken);
        return origin;
    }
}
