using System.Globalization;
using System.Net;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Auth;

/// <summary>A token and when to have done with it.</summary>
internal sealed record BearerToken(string Value, DateTimeOffset UseUntil);

/// <summary>Fetches bearer tokens (distribution's "token authentication" and "OAuth 2" specifications).</summary>
/// <param name="host">The registry, for messages.</param>
/// <param name="exchange">Sends.</param>
/// <param name="clock">What time it is.</param>
internal sealed class TokenService(string host, HttpExchange exchange, TimeProvider clock)
{
    private const string ClientName = "diffah";
    private const int MaximumBytes = 1 << 20;
    private const int DefaultSeconds = 60;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>Fetches a token.</summary>
    /// <param name="challenge">What the registry said.</param>
    /// <param name="scopes">What the token must allow.</param>
    /// <param name="credential">Whose; null for nobody's.</param>
    /// <param name="registry">The registry's address.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DiffahException">RegistryAuthentication, RegistryProtocol.</exception>
    public async Task<BearerToken> FetchAsync(
        Challenge challenge, RegistryScopes scopes, FoundCredential? credential, Uri registry,
        CancellationToken cancellationToken)
    {
        if (HttpAddress.Parse(challenge["realm"]) is not { } realm)
            throw RegistryProtocol.Broken($"{host} asks for a token and gives no address to fetch it from.");
        exchange.RefuseDowngrade(registry, realm);
        var fields = Fields(challenge, scopes);
        var now = clock.GetUtcNow();
        using var response = await (credential?.IdentityToken is { } identity
            ? exchange.SendAsync(Refresh(realm, fields, identity), null, cancellationToken)
            : exchange.SendAsync(Get(realm, fields, credential),
                credential is { HasPassword: true } ? credential.Basic : null, cancellationToken));
        if (!response.IsSuccessStatusCode)
            throw Refused(await exchange.FailAsync(response, cancellationToken), realm, credential);
        var what = $"The answer of the token service {realm.Authority}";
        return Parse(await exchange.ReadAsync(response, MaximumBytes, what, cancellationToken), what, now);
    }

    private static List<KeyValuePair<string, string>> Fields(Challenge challenge, RegistryScopes scopes)
    {
        var fields = new List<KeyValuePair<string, string>> { new("client_id", ClientName) };
        if (challenge["service"] is { } service)
            fields.Add(new("service", service));
        return [.. fields, .. scopes.With(challenge["scope"]).Select(s => KeyValuePair.Create("scope", s))];
    }

    private static HttpAsk Get(Uri realm, List<KeyValuePair<string, string>> fields, FoundCredential? credential)
    {
        if (credential is { HasPassword: true })
            fields.Add(new("account", credential.UserName));
        var query = string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}"));
        return new HttpAsk(HttpMethod.Get, HttpAddress.With(realm, query));
    }

    private static HttpAsk Refresh(Uri realm, List<KeyValuePair<string, string>> fields, string identity)
    {
        var scopes = string.Join(' ', fields.Where(f => f.Key == "scope").Select(f => f.Value));
        KeyValuePair<string, string>[] form = [.. fields.Where(f => f.Key != "scope"), new("scope", scopes),
            new("grant_type", "refresh_token"), new("refresh_token", identity)];
        return new HttpAsk(HttpMethod.Post, realm)
        {
            Body = () => new FormUrlEncodedContent(form),
            BodyIsSecret = true,
        };
    }

    private Exception Refused(RegistryStatusException fault, Uri realm, FoundCredential? credential)
    {
        if (fault.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
            return fault.Status == HttpStatusCode.NotFound
                ? RegistryProtocol.Broken($"The token service {realm.Authority} of {host} answered 404.")
                : fault;
        return new DiffahException(DiffahErrors.RegistryAuthentication, credential is null
            ? $"{host} asks for credentials, and none were given."
            : $"The token service {realm.Authority} of {host} does not accept the credentials.");
    }

    private static BearerToken Parse(byte[] bytes, string what, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            var value = Text(root, "token") ?? Text(root, "access_token");
            // A header could not hold other characters, and the header's own complaint would repeat them.
            if (value is null || !value.All(c => c is > ' ' and < '\x7f'))
                throw RegistryProtocol.Broken($"{what} has no token.");
            var life = TimeSpan.FromSeconds(Seconds(root) is > 0 and var s ? s : DefaultSeconds);
            return new BearerToken(value, now + life - (life > 4 * Margin ? Margin : life / 4));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Without the cause: a JSON fault may quote the document.
            throw RegistryProtocol.Broken($"{what} is not the JSON it should be.");
        }
    }

    // Some write the number as a text.
    private static int Seconds(JsonElement root) => !root.TryGetProperty("expires_in", out var value) ? 0
        : value.ValueKind == JsonValueKind.Number ? (value.TryGetInt32(out var number) ? number : 0)
        : value.ValueKind == JsonValueKind.String && int.TryParse(
            value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var text) ? text : 0;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
