using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>Makes the connections to one registry, and to whom it refers.</summary>
internal static class RegistryHttp
{
    /// <summary>Makes a client that follows no redirects, keeps no cookies, and unpacks nothing.</summary>
    /// <param name="options">How TLS is checked, and time limits.</param>
    /// <param name="certificates">The certificates that are meant for the registry; to outlive the client.</param>
    /// <param name="host">The registry's API host, HOST[:PORT]: the only one that is shown a client
    /// certificate.</param>
    public static HttpClient CreateClient(RegistryOptions options, RegistryCertificates certificates, string host)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            SslOptions = SslOptions(options, certificates, host),
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("diffah");
        return client;
    }

    private static SslClientAuthenticationOptions SslOptions(
        RegistryOptions options, RegistryCertificates certificates, string host)
    {
#pragma warning disable CA5359 // The user asked for this, and for no more than this.
        RemoteCertificateValidationCallback acceptAny = (_, _, _, _) => true;
#pragma warning restore CA5359
        var ssl = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback =
                options.SkipTlsVerification ? acceptAny : new CertificateTrust(certificates.Authorities).Accepts,
        };
        if (!certificates.Clients.IsEmpty)
        {
            var name = new Uri($"https://{host}").IdnHost;
            ssl.LocalCertificateSelectionCallback = (_, target, _, _, issuers) =>
                string.Equals(target, name, StringComparison.OrdinalIgnoreCase) ? Choose(certificates, issuers) : null!;
        }
        return ssl;
    }

    private static X509Certificate2 Choose(RegistryCertificates certificates, string[] issuers) =>
        certificates.Clients.FirstOrDefault(c => issuers.Contains(c.Issuer)) ?? certificates.Clients[0];
}
