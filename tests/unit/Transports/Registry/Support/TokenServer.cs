using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Diffah.Tests.Transports.Registry.Support;

/// <summary>A token service: signs what a registry that trusts it believes.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    public const string Issuer = "test-issuer";
    public const string Service = "test-registry";
    public const string User = "alice";
    public const string Password = "wonderland-7";
    public const string Identity = "identity-token-of-alice";

    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public TokenServer()
    {
        var request = new CertificateRequest("CN=token", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Server = new ScriptedServer(Answer);
    }

    public ScriptedServer Server { get; }

    public string Realm => $"http://{Server.Host}/token";

    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>How long a token lives, in seconds.</summary>
    public int Seconds { get; set; } = 300;

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private ScriptedResponse Answer(ScriptedRequest request)
    {
        if (request.Method == "POST")
        {
            var form = new ScriptedRequest("GET", "/?" + Encoding.UTF8.GetString(request.Body), request.Headers, []);
            return form.Query("refresh_token") == Identity && form.Query("grant_type") == "refresh_token"
                ? ScriptedResponse.Text(
                    200,
                    $$"""{"access_token":"{{Token(form.Query("scope")!.Split(' '), canPush: true)}}","expires_in":{{Seconds}}}""")
                : ScriptedResponse.Text(401, "{}");
        }
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        if (request.Authorization is { } given && given != basic)
            return ScriptedResponse.Error(401, "UNAUTHORIZED", "wrong password " + given);
        return ScriptedResponse.Text(
            200,
            $$"""{"token":"{{Token(request.Values("scope"), request.Authorization is not null)}}","expires_in":{{Seconds}}}""");
    }

    /// <summary>Anybody may pull; to push takes a name.</summary>
    private string Token(IEnumerable<string> scopes, bool canPush)
    {
        var access = scopes.Select(s => s.Split(':')).Select(s =>
            new { type = s[0], name = s[1], actions = s[2].Split(',').Where(a => canPush || a == "pull").ToArray() });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header =
            Encode(new { typ = "JWT", alg = "RS256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } });
        var claims =
            Encode(
                new
                {
                    iss = Issuer,
                    sub = User,
                    aud = Service,
                    exp = now
                    + Seconds,
                    nbf = now - 10,
                    iat = now,
                    jti = Guid.NewGuid().ToString(),
                    access
                });
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
