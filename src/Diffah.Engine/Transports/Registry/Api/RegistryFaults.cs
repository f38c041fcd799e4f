using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>What went wrong between here and a registry: whether to try again, and how to say it.</summary>
internal static class RegistryFaults
{
    /// <summary>
    /// True for what another try may cure: refused and reset connections, 408, 429, 5xx. A request that is still
    /// unanswered after the time limit is not tried again.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        RegistryStatusException status => IsTransient(status.Status),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.InvalidResponse
            or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.ProxyTunnelError
        } => false,
        HttpRequestException request => request.InnerException is not AuthenticationException and not TimeoutException,
        // A file's IOException has no socket in it, and is not a registry's doing.
        HttpIOException or IOException { InnerException: SocketException } => true,
        _ => false,
    };

    /// <summary>
    /// The same for a transfer that runs already: a stall counts too, since it goes on from where it stopped.
    /// </summary>
    public static bool IsInterruption(Exception exception) =>
        exception is TimeoutException or IOException || IsTransient(exception);

    /// <summary>Says a fault in the engine's words.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="host">The registry.</param>
    /// <param name="what">What it was about, for example "docker://host/repository:tag".</param>
    /// <param name="secrets">What must not appear in the message.</param>
    /// <returns>The error; null for what is no registry's fault.</returns>
    public static DiffahException? Explain(
        Exception exception, string host, string what, IEnumerable<string> secrets) => exception switch
        {
            InterruptedTransferException => Explain(exception.InnerException!, host, what, secrets)
                ?? new(DiffahErrors.RegistryUnreachable, $"The connection to {host} broke off, at {what}.",
                    inner: exception.InnerException),
            RegistryStatusException status => Explain(status, host, what, ErrorBody.Show(status.Detail, secrets)),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                new(DiffahErrors.RegistryUnreachable,
                    $"The host of {host} has no address: its name could not be resolved.",
                    inner: exception),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                or HttpRequestException { InnerException: AuthenticationException } =>
                new(DiffahErrors.RegistryTls, $"No secure connection to {host} came about: {Innermost(exception)}",
                    inner: exception),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                new(DiffahErrors.RegistryProtocol, $"What answers at {host} does not speak HTTP.", inner: exception),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                new(DiffahErrors.RegistryUnreachable, $"{host} can't be reached: {Innermost(exception)}",
                    inner: exception),
            HttpRequestException or HttpIOException or IOException { InnerException: SocketException } =>
                new(DiffahErrors.RegistryUnreachable,
                    $"The connection to {host} broke off, at {what}: {Innermost(exception)}", inner: exception),
            InvalidDataException => new(DiffahErrors.RegistryProtocol,
                $"{host} sent something that is packed and can't be unpacked, at {what}.", inner: exception),
            TimeoutException => new(
                DiffahErrors.RegistryUnreachable, $"{host} went silent, at {what}: {exception.Message}.",
                inner: exception),
            _ => null,
        };

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented;

    private static DiffahException Explain(RegistryStatusException fault, string host, string what, string detail)
    {
        var said = detail.Length > 0 ? $" ({detail})" : "";
        return fault.Status switch
        {
            _ when Says("DIGEST_INVALID") => new(
                DiffahErrors.DigestMismatch, $"{host} received other bytes than their digest says, at {what}{said}."),
            _ when Says("MANIFEST_BLOB_UNKNOWN") || Says("BLOB_UNKNOWN") =>
                new(DiffahErrors.BlobMissing, $"{host} misses a blob of {what}{said}.", "Push the image again, whole."),
            HttpStatusCode.Unauthorized =>
                new(DiffahErrors.RegistryAuthentication, $"{host} asks for credentials it accepts, for {what}{said}."),
            HttpStatusCode.Forbidden => new(DiffahErrors.RegistryAuthentication,
                $"{host} does not allow this with these credentials: {what}{said}."),
            HttpStatusCode.NotFound => new(DiffahErrors.RegistryNotFound, $"{host} does not have {what}{said}."),
            HttpStatusCode.TooManyRequests =>
                new(DiffahErrors.RegistryFailure, $"{host} answered 429, too many requests, at {what}{said}."),
            >= HttpStatusCode.InternalServerError =>
                new(DiffahErrors.RegistryFailure, $"{host} failed with {(int)fault.Status} at {what}{said}."),
            _ => new(DiffahErrors.RegistryProtocol, $"{host} answered {(int)fault.Status} at {what}{said}."),
        };

        bool Says(string code) => (int)fault.Status < 500 && detail.StartsWith(code, StringComparison.Ordinal);
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message.EndsWith('.') ? exception.Message : exception.Message + ".";
    }
}
