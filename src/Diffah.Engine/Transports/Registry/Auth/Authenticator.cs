using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>
/// What one registry is told about who asks. Nothing before it asks; then a name and password, or a bearer token that
/// is kept for each set of scopes until it expires or is refused.
/// </summary>
internal sealed class Authenticator : IDisposable
{
    private const string Basic = "Basic";
    private const string Bearer = "Bearer";
    private const int ShortestSecret = 4;

    private readonly string _host;
    private readonly RegistryOptions _options;
    private readonly CredentialStore _credentials;
    private readonly TokenService _tokens;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, BearerToken> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _secrets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Asked? _asked;

    public Authenticator(
        string host, HttpExchange exchange, RegistryOptions options, CredentialStore credentials, TimeProvider? clock =
            null)
    {
        (_host, _options, _credentials, _clock) = (host, options, credentials, clock ?? TimeProvider.System);
        _tokens = new TokenService(host, exchange, _clock);
        Keep(options.RegistryToken);
    }

    private sealed record Asked(Challenge Challenge, Uri Registry);

    /// <summary>Everything secret that was used so far.</summary>
    public IEnumerable<string> Secrets => _secrets.Keys;

    /// <summary>The authorization to send; null for none.</summary>
    /// <param name="scopes">What it must allow.</param>
    /// <param name="registry">The registry's address.</param>
    /// <param name="cancellationToken">Stops the fetching of a token.</param>
    public async Task<AuthenticationHeaderValue?> AuthorizeAsync(
        RegistryScopes scopes, Uri registry, CancellationToken cancellationToken)
    {
        if (_options.RegistryToken is { } given)
            return new AuthenticationHeaderValue(Bearer, given);
        if (_asked is not { } asked)
            return null;
        if (asked.Challenge.Is(Bearer) && _cache.TryGetValue(scopes.Key, out var known)
            && _clock.GetUtcNow() < known.UseUntil)
            return new AuthenticationHeaderValue(Bearer, known.Value);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await FindAsync(asked, scopes, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes a refusal: gives another authorization to try, or null where there is none.</summary>
    /// <param name="response">The refusal.</param>
    /// <param name="scopes">What was to be allowed.</param>
    /// <param name="refused">What was refused; null where none was sent.</param>
    /// <param name="cancellationToken">Stops the fetching of a token.</param>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        HttpResponseMessage response, RegistryScopes scopes, AuthenticationHeaderValue? refused,
        CancellationToken cancellationToken)
    {
        var registry = response.RequestMessage!.RequestUri!;
        if (!Learn(response, registry))
            return null;
        if (_cache.TryGetValue(scopes.Key, out var cached) && cached.Value == refused?.Parameter)
            _cache.TryRemove(KeyValuePair.Create(scopes.Key, cached));
        var other = await AuthorizeAsync(scopes, registry, cancellationToken);
        return Equals(other, refused) ? null : other;
    }

    /// <summary>
    /// Remembers how the registry wants to be answered; false where it wants nothing that is known here.
    /// </summary>
    public bool Learn(HttpResponseMessage response, Uri registry)
    {
        var offered = Challenge.ReadAll(response.Headers);
        var chosen = offered.FirstOrDefault(c => c.Is(Bearer) && c["realm"] is not null)
            ?? offered.FirstOrDefault(c => c.Is(Basic)) ?? offered.FirstOrDefault(c => c.Is(Bearer));
        if (chosen is not null)
            _asked = new Asked(chosen, registry);
        return chosen is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<AuthenticationHeaderValue?> FindAsync(
        Asked asked, RegistryScopes scopes, CancellationToken cancellationToken)
    {
        if (asked.Challenge.Is(Bearer) && _cache.TryGetValue(scopes.Key, out var known)
            && _clock.GetUtcNow() < known.UseUntil)
            return new AuthenticationHeaderValue(Bearer, known.Value);
        var credential = await _credentials.FindAsync(_host, scopes.Repository, cancellationToken);
        foreach (var secret in credential?.Secrets ?? [])
            Keep(secret);
        if (credential?.RegistryToken is { } ready)
            return new AuthenticationHeaderValue(Bearer, ready);
        if (asked.Challenge.Is(Basic))
            return credential is { HasPassword: true } ? credential.Basic : null;
        var token = await _tokens.FetchAsync(asked.Challenge, scopes, credential, asked.Registry, cancellationToken);
        Keep(token.Value);
        _cache[scopes.Key] = token;
        return new AuthenticationHeaderValue(Bearer, token.Value);
    }

    private void Keep(string? secret)
    {
        if (secret is { Length: >= ShortestSecret })
            _secrets[secret] = 0;
    }
}

/// <summary>What an authorization must allow (distribution's "token scope").</summary>
internal sealed class RegistryScopes
{
    private RegistryScopes(string repository, params ImmutableArray<string> values) =>
        (Repository, Values) = (repository, values);

    /// <summary>The repository whose credentials count.</summary>
    public string Repository { get; }

    /// <summary>One scope a repository.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>What tells these scopes from others.</summary>
    public string Key => string.Join(' ', Values);

    public static RegistryScopes Pull(string repository) => new(repository, $"repository:{repository}:pull");

    public static RegistryScopes Push(string repository) => new(repository, $"repository:{repository}:pull,push");

    /// <summary>To push to one repository what another one has.</summary>
    public static RegistryScopes Mount(string repository, string from) =>
        new(repository, $"repository:{repository}:pull,push", $"repository:{from}:pull");

    /// <summary>The values, and what a challenge asks for besides.</summary>
    public IEnumerable<string> With(string? challenged) =>
        challenged is null ? Values : Values.Union(challenged.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
