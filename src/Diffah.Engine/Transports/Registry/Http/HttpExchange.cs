using System.Net;
using System.Net.Http.Headers;
using Diffah.Engine.Content;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>What is asked; made anew for every try and every redirect.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">Where.</param>
internal sealed record HttpAsk(HttpMethod Method, Uri Uri)
{
    /// <summary>Media types to accept; empty for any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The byte to begin at; 0 asks for the whole.</summary>
    public long From { get; init; }

    /// <summary>Makes the body; null for none.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>True where <see cref="Body"/> can't just be made a second time.</summary>
    public bool BodyIsSentOnce { get; init; }

    /// <summary>Makes <see cref="Body"/> possible once more; null where that can't be.</summary>
    public Func<CancellationToken, Task>? Rewind { get; init; }

    /// <summary>True where the body is for the host that is asked and for no other.</summary>
    public bool BodyIsSecret { get; init; }

    /// <summary>Granted beyond the time limit, for an answer that takes its time.</summary>
    public TimeSpan Patience { get; init; }
}

/// <summary>
/// One request and its answer's head, within a time limit. Redirects are followed here, so that nobody else is told a
/// secret.
/// </summary>
/// <param name="client">The connections; follows no redirects of its own.</param>
/// <param name="options">Time limits, and whether TLS may be left.</param>
internal sealed class HttpExchange(HttpClient client, RegistryOptions options)
{
    private const int MaximumRedirects = 5;
    private const long MuchToSend = 4 << 20;

    /// <summary>Sends; the caller disposes of the answer.</summary>
    /// <param name="ask">What.</param>
    /// <param name="authorization">Sent to the host of the request, and to no other; null for none.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpAsk ask, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var origin = ask.Uri;
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(
                ask, IsSameOrigin(ask.Uri, origin) ? authorization : null, cancellationToken);
            if (Redirection(response, ask) is not { } location)
                return response;
            Uri target;
            using (response)
                target = Allow(ask, location, redirects);
            if (ask is { BodyIsSentOnce: true, Rewind: { } rewind })
                await rewind(cancellationToken);
            ask = ask with { Uri = target };
        }
    }

    /// <summary>The answer's body within the time limit, as a failure that says what the registry says.</summary>
    public async Task<RegistryStatusException> FailAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var limit = new IdleLimit(options.IdleTimeout, cancellationToken);
        var detail = await ErrorBody.ReadAsync(response.Content, limit);
        return new RegistryStatusException(
            response.StatusCode, detail)
        { RetryAfter = RetryAfter(response.Headers.RetryAfter) };
    }

    /// <summary>Reads a small document, all of it within the time limit.</summary>
    /// <exception cref="Diagnostics.DiffahException">SizeMismatch: longer than the maximum.</exception>
    public async Task<byte[]> ReadAsync(
        HttpResponseMessage response, int maximum, string what, CancellationToken cancellationToken)
    {
        using var limit = new IdleLimit(options.IdleTimeout, cancellationToken);
        limit.Arm();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            var bytes = await stream.ReadBoundedAsync(maximum, what, limit.Token);
            return await RegistryAnswers.DecodeAsync(response, bytes, maximum, what, limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsOver)
        {
            throw limit.Over(e);
        }
    }

    /// <summary>Same scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port
        && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses to go on from TLS to a place without.</summary>
    public void RefuseDowngrade(Uri from, Uri to)
    {
        var isHttp = to.Scheme == Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttp;
        if (!isHttp
            || (from.Scheme == Uri.UriSchemeHttps && to.Scheme == Uri.UriSchemeHttp && !options.SkipTlsVerification))
            throw RegistryProtocol.Broken(
                $"{from.Authority} leads from TLS to an address without: {to.Scheme}://{to.Authority}.",
                "Have the registry's own address corrected at the registry; SkipTlsVerification (--tls-verify=false) "
                    + "accepts this.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpAsk ask, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var limit = new IdleLimit(options.IdleTimeout, cancellationToken);
        using var request = new HttpRequestMessage(ask.Method, ask.Uri) { Content = ask.Body?.Invoke() };
        request.Headers.Authorization = authorization;
        // A refusal of much is to come before it, not after.
        request.Headers.ExpectContinue = request.Content?.Headers.ContentLength >= MuchToSend ? true : null;
        // Digests are those of the bytes as they are stored.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        foreach (var type in ask.Accept)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        if (ask.From > 0)
            request.Headers.Range = new RangeHeaderValue(ask.From, null);
        var upload = request.Content as UploadContent;
        upload?.Begin(limit, ask.Patience);
        limit.Arm(ask.Patience);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception e)
        {
            // A fault of what is read from is nothing the registry did, however the client wraps it.
            upload?.SourceFault?.Throw();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw e.InnerException as TimeoutException ?? limit.Over(e);
            throw;
        }
    }

    /// <summary>Where a redirect leads, if it may be followed.</summary>
    private Uri Allow(HttpAsk ask, string location, int redirects)
    {
        if (redirects == MaximumRedirects)
            throw RegistryProtocol.Broken($"{ask.Uri.Authority} redirects more than {MaximumRedirects} times.");
        var target = HttpAddress.Resolve(ask.Uri, location)
            ?? throw RegistryProtocol.Broken($"{ask.Uri.Authority} redirects to something that is no address.");
        RefuseDowngrade(ask.Uri, target);
        if (ask.BodyIsSecret && !IsSameOrigin(ask.Uri, target))
            throw RegistryProtocol.Broken(
                $"{ask.Uri.Authority} redirects a request with credentials to another host, {target.Authority}.");
        return ask.BodyIsSentOnce && ask.Rewind is null
            ? throw RegistryProtocol.Broken(
                $"{ask.Uri.Authority} redirects a transfer whose bytes can't be had a second time.")
            : target;
    }

    /// <summary>
    /// The Location of a redirect; null for none. With a body, only those of which the method and the body are kept
    /// (RFC 9110, section 15.4).
    /// </summary>
    private static string? Redirection(HttpResponseMessage response, HttpAsk ask)
    {
        var keeps = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        var isRead = ask.Method == HttpMethod.Get || ask.Method == HttpMethod.Head;
        return keeps || (isRead && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
            or HttpStatusCode.SeeOther) ? RegistryAnswers.Location(response) : null;
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
