using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Diffah.Libraries.Containerd;

/// <summary>A call that is under way: messages go out where it takes several, and come in until its end.</summary>
internal sealed class GrpcCall : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly OpenContent? _content;
    private readonly Task<HttpResponseMessage> _answer;
    private HttpResponseMessage? _response;
    private GrpcFrames.Reader? _reader;

    private GrpcCall(
        OpenContent? content, CancellationTokenSource stop, Task<HttpResponseMessage> answer) =>
        (_content, _stop, _answer) = (content, stop, answer);

    /// <summary>Begins a call that sends one message.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="request">The request without content; owned.</param>
    /// <param name="message">The message.</param>
    public static GrpcCall Send(HttpClient client, HttpRequestMessage request, IMessage message)
    {
        request.Content = Typed(new ByteArrayContent(GrpcFrames.Encode(message)));
        return Begin(client, request, null);
    }

    /// <summary>Begins a call that sends several messages.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="request">The request without content; owned.</param>
    public static GrpcCall Open(HttpClient client, HttpRequestMessage request)
    {
        var content = new OpenContent();
        request.Content = Typed(content);
        return Begin(client, request, content);
    }

    /// <summary>Sends a message.</summary>
    /// <exception cref="GrpcFaultException">The server has ended the call.</exception>
    public async Task SendAsync(IMessage message, CancellationToken cancellationToken)
    {
        var opened = _content!.Stream;
        await Task.WhenAny(opened, _answer).WaitAsync(cancellationToken);
        if (!opened.IsCompleted)
            await FailAsync(cancellationToken);
        try
        {
            await GrpcFrames.WriteAsync(await opened, message, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException)
        {
            // What the server said before it hung up tells more.
            await FailAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// Reads the next message, which is in the reader's buffer until the one after it is read; null at the end of the
    /// call.
    /// </summary>
    /// <exception cref="GrpcFaultException">The call failed.</exception>
    /// <exception cref="GrpcProtocolException">The answer is not gRPC.</exception>
    public async ValueTask<ArraySegment<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        // The connection's own waits know nothing of this caller.
        await using var _ = cancellationToken.UnsafeRegister(s => ((CancellationTokenSource)s!).Cancel(), _stop);
        try
        {
            if (_reader is null)
            {
                _response = await _answer;
                RequireGrpc(_response);
                _reader = new GrpcFrames.Reader(await _response.Content.ReadAsStreamAsync(cancellationToken));
            }
            if (await _reader.ReadAsync(cancellationToken) is { } message)
                return message;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        RequireOk(_response!);
        return null;
    }

    /// <summary>Reads the one message of an answer, and its end.</summary>
    public async Task<T> ReceiveOnlyAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var message = Parse(parser, await ReceiveAsync(cancellationToken));
        return await ReceiveAsync(cancellationToken) is null
            ? message
            : throw new GrpcProtocolException("sends more messages than it should");
    }

    /// <summary>Reads a message.</summary>
    public async Task<T> ReceiveAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T> => Parse(parser, await ReceiveAsync(cancellationToken));

    /// <summary>Ends the call, whether it is done or not; waits for nothing.</summary>
    public void Dispose()
    {
        _content?.End();
        _stop.Cancel();
        // An answer that comes all the same is nobody's.
        _answer.ContinueWith(static a =>
        {
            if (a.IsCompletedSuccessfully)
                a.Result.Dispose();
            else
                _ = a.Exception;
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static GrpcCall Begin(HttpClient client, HttpRequestMessage request, OpenContent? content)
    {
        // Not disposed of: it has no timer, and may be cancelled while it goes.
        var stop = new CancellationTokenSource();
        return new GrpcCall(
            content, stop, client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token));
    }

    private static HttpContent Typed(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return content;
    }

    private static T Parse<T>(MessageParser<T> parser, ArraySegment<byte>? message)
        where T : IMessage<T>
    {
        if (message is not { } bytes)
            throw new GrpcProtocolException("ends an answer without a message");
        try
        {
            return parser.ParseFrom(bytes.Array, bytes.Offset, bytes.Count);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcProtocolException($"sends a message that can't be read ({e.Message})");
        }
    }

    /// <summary>Reads the answer to a call that takes no more: it says why.</summary>
    private async Task FailAsync(CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(cancellationToken) is not null) { }
    }

    private static void RequireGrpc(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK
            || response.Content.Headers.ContentType?.MediaType?.StartsWith(
                "application/grpc", StringComparison.Ordinal) != true)
            throw new GrpcProtocolException($"answers {(int)response.StatusCode}, and not as gRPC does");
        // An answer of nothing but its end has the end in front.
        if (response.Headers.Contains("grpc-status"))
            RequireOk(response.Headers);
    }

    private static void RequireOk(HttpResponseMessage response)
    {
        if (!response.Headers.Contains("grpc-status"))
            RequireOk(response.TrailingHeaders);
    }

    private static void RequireOk(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values)
            || !int.TryParse(values.First(), System.Globalization.CultureInfo.InvariantCulture, out var status))
            throw new GrpcProtocolException("ends an answer without saying how it went");
        if (status == (int)GrpcStatus.Ok)
            return;
        var message = headers.TryGetValues("grpc-message", out var said) ? Uri.UnescapeDataString(said.First()) : "";
        throw new GrpcFaultException((GrpcStatus)status, message);
    }

    /// <summary>A body that stays open for messages to come.</summary>
    private sealed class OpenContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Where messages go, once the connection takes them.</summary>
        public Task<Stream> Stream => _stream.Task;

        /// <summary>No more messages come.</summary>
        public void End() => _end.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _stream.TrySetResult(stream);
            return _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
