using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>
/// Requests to an engine, over its socket or TCP, with the errors of the connection made the product's own.
/// </summary>
/// <param name="address">Where it listens.</param>
/// <param name="traits">Whose engine it is.</param>
internal sealed class EngineHttp(DaemonAddress address, TransportTraits traits) : IDisposable
{
    private const string Dashes = "--"; // of other programs' options, which no face puts into its own words

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<HttpClient> _client = new(() => Open(address));

    private bool IsPodman => traits == TransportTraits.ContainersStorage;

    /// <summary>The engine, for messages: <c>Docker engine at unix:///var/run/docker.sock</c>.</summary>
    public string Engine => $"{(IsPodman ? "Podman service" : "Docker engine")} at {address.Text}";

    /// <summary>Sends a request; the answer's body is not read yet, and its status not looked at.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">Path and query, without a slash before.</param>
    /// <param name="content">The request's body; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied.</exception>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            using var request = new HttpRequestMessage(method, new Uri(address.Base, path)) { Content = content };
            return await _client.Value.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }, cancellationToken);

    /// <summary>Does what reads from the engine, or writes to it.</summary>
    /// <exception cref="DiffahException">DaemonUnreachable, AccessDenied, and what the work itself throws.</exception>
    public async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Cause(e) is { } cause && !cancellationToken.IsCancellationRequested)
        {
            throw cause;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    // What the work threw by itself may be wrapped by the client: it keeps its meaning.
    private DiffahException? Cause(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is DiffahException own)
                return own;
            if (inner is SocketException socket && WhyNoConnection(socket.SocketErrorCode) is { } why)
                return why(socket);
            if (inner is AuthenticationException)
                return Tls(inner.Message, e);
        }
        return e is HttpRequestException or HttpIOException or SocketException
            or IOException or OperationCanceledException
            ? Stopped(e)
            : null;
    }

    private Func<Exception, DiffahException>? WhyNoConnection(SocketError error) => error switch
    {
        SocketError.AccessDenied => Denied,
        SocketError.ConnectionRefused or SocketError.AddressNotAvailable or SocketError.HostNotFound
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut => Nobody,
        _ when address.Socket is not null && !File.Exists(address.Socket) => Nobody,
        _ => null,
    };

    private DiffahException Nobody(Exception e) => new(DiffahErrors.DaemonUnreachable,
        address.Socket is { } socket && !File.Exists(socket)
            ? $"There is no {Engine}: the socket does not exist."
            : $"Nobody answers as the {Engine}: {e.Message.TrimEnd('.')}.",
        $"{HowToStart} Or say where it listens with DaemonHost (--daemon-host) or {Variable}.", e);

    private DiffahException Denied(Exception e) => new(DiffahErrors.AccessDenied,
        $"The account that runs the command may not use the {Engine}.",
        IsPodman
            ? "Run the command as the user whose images these are, or name that user's own socket with CONTAINER_HOST."
            : "Run the command as root, or add the account to the group that owns the socket (usually docker).", e);

    private DiffahException Tls(string why, Exception e) => new(DiffahErrors.DaemonUnreachable,
        $"No TLS connection to the {Engine} came about: {why.TrimEnd('.')}.",
        "Give the folder of ca.pem, cert.pem and key.pem with DOCKER_CERT_PATH, and set DOCKER_TLS_VERIFY=1.", e);

    private DiffahException Stopped(Exception e) => new(DiffahErrors.DaemonUnreachable,
        $"The {Engine} went away before its answer was whole: {e.Message.TrimEnd('.')}.",
        $"See whether it still runs, and run the command again. {HowToStart}", e);

    private string Variable => IsPodman ? "CONTAINER_HOST" : "DOCKER_HOST";

    private string HowToStart => IsPodman
        ? $"Start it: systemctl {Dashes}user start podman.socket (as root without {Dashes}user), "
            + $"or podman system service {Dashes}time 0 unix:///run/podman/podman.sock."
        : "Start it, for example with systemctl start docker.";

    private static HttpClient Open(DaemonAddress address)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (address.Socket is { } path)
            handler.ConnectCallback = (_, token) => ConnectAsync(path, token);
        else if (address.Base.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions = Protection(address);
        // An engine may think for a long time before its first byte; whoever waits can stop.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Docker encrypts without verifying where it has certificates and is not told to verify.
    [SuppressMessage("Security", "CA5359", Justification = "The user's environment asks for it, as of docker.")]
    private static void SkipVerification(SslClientAuthenticationOptions options) =>
        options.RemoteCertificateValidationCallback = (_, _, _, _) => true;

    private static SslClientAuthenticationOptions Protection(DaemonAddress address)
    {
        var options = new SslClientAuthenticationOptions();
        if (address.SkipVerification)
            SkipVerification(options);
        if (address.Certificates is not { } folder)
            return options;
        try
        {
            var (authority, own, key) =
                (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
            if (File.Exists(authority))
            {
                options.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
            }
            if (File.Exists(own) && File.Exists(key))
                options.ClientCertificates = [X509Certificate2.CreateFromPemFile(own, key)];
            return options;
        }
        catch (CryptographicException e)
        {
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The certificates in '{folder}' can't be read: {e.Message.TrimEnd('.')}.",
                "Give a folder with ca.pem, cert.pem and key.pem with DOCKER_CERT_PATH.", e);
        }
    }
}
