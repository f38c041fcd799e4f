using System.Buffers;
using System.IO.Compression;
using System.Net;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry.Http;

namespace Diffah.Engine.Transports.Registry.Api;

/// <summary>
/// A blob as it arrives. Broken off or stalled, it goes on from where it was, as often as the options allow without
/// progress worth mentioning in between. The bytes are not verified here.
/// </summary>
/// <param name="repository">Where the blob is.</param>
/// <param name="blob">The blob.</param>
/// <param name="first">The answer to the first request; owned.</param>
/// <param name="what">For messages.</param>
/// <param name="from">The byte of the blob at which the answer begins.</param>
internal sealed class BlobStream(
    RegistryRepository repository, Descriptor blob, HttpResponseMessage first, string what, long from = 0)
    : ForwardReadStream
{
    private const long WorthwhileProgress = 1 << 20;

    // Bytes that are unpacked on the way have no place in what the registry would send a part of.
    private readonly bool _isPacked = IsPacked(first, blob, from);
    private HttpResponseMessage? _response = first;
    private Stream? _body;
    private IdleLimit? _limit;
    private long _position = from;
    private long _lastInterruption = from;
    private int _interruptions;
    private bool _knowsNoRanges;
    private bool _isOver;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, StreamExtensions.CopyBufferSize));
        try
        {
            var read = ReadAsync(rented.AsMemory(0, Math.Min(buffer.Length, rented.Length))).AsTask().GetAwaiter()
                .GetResult();
            rented.AsSpan(0, read).CopyTo(buffer);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver)
            return 0;
        int read;
        try
        {
            read = await ReadOnceAsync(buffer, cancellationToken);
            if (read == 0 && EndsTooSoon(buffer) && MayGoOn())
                throw new PrematureEndException();
        }
        catch (Exception e) when (RegistryFaults.IsInterruption(e))
        {
            Drop();
            // All of it is there, and only the end of the answer is not: whether it is right, the digest says.
            if (_isOver = _position == blob.Size)
                return 0;
            if (e is not PrematureEndException && !MayGoOn())
                throw repository.Explain(new InterruptedTransferException(e), what)!;
            repository.Debug($"{what} broke off after {_position} bytes.");
            read = await GoOnAsync(buffer, e, cancellationToken);
        }
        catch (Exception e) when (repository.Explain(e, what) is { } error)
        {
            throw error;
        }
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Drop();
            _limit?.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var limit = LimitFor(cancellationToken);
        limit.Arm();
        try
        {
            _body ??= await OpenAsync(limit.Token);
            return await _body.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsOver)
        {
            _limit = null;
            limit.Dispose();
            throw limit.Over(e);
        }
        finally
        {
            if (_limit == limit)
                limit.Disarm();
        }
    }

    /// <summary>
    /// A pause between two reads is the reader's, and does not count: without progress, only so many interruptions do.
    /// </summary>
    private bool MayGoOn()
    {
        _interruptions = _position - _lastInterruption >= WorthwhileProgress ? 1 : _interruptions + 1;
        _lastInterruption = _position;
        return _interruptions <= repository.Options.RetryCount;
    }

    /// <summary>The interruption counts as the first try.</summary>
    private Task<int> GoOnAsync(Memory<byte> buffer, Exception interruption, CancellationToken cancellationToken)
    {
        Exception? failed = interruption;
        return repository.RunAsync(
            what, ct => Interlocked.Exchange(ref failed, null) is { } cause
                ? throw new InterruptedTransferException(cause)
                : GoOnOnceAsync(buffer, ct), cancellationToken);
    }

    private async Task<int> GoOnOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            await SkipAsync(_position - await AskAsync(cancellationToken), cancellationToken);
            return await ReadOnceAsync(buffer, cancellationToken);
        }
        catch (Exception e)
        {
            Drop();
            if (RegistryFaults.IsInterruption(e))
                throw new InterruptedTransferException(e);
            throw;
        }
    }

    /// <summary>
    /// Asks for the rest, or, where the registry or the storage behind it gives no parts, for the whole again.
    /// </summary>
    /// <returns>The byte at which the answer begins.</returns>
    private async Task<long> AskAsync(CancellationToken cancellationToken)
    {
        if (_position > 0 && !_isPacked && !_knowsNoRanges)
        {
            _response = await repository.AskBlobOnceAsync(blob.Digest, _position, cancellationToken);
            if (_response.StatusCode == HttpStatusCode.PartialContent
                && _response.Content.Headers.ContentRange?.From == _position)
                return _position;
            if (_response.StatusCode == HttpStatusCode.OK)
                return 0;
            if (!RefusesPart(_response.StatusCode))
                await repository.RequireAsync(_response, HttpStatusCode.OK, cancellationToken);
            Drop();
            _knowsNoRanges = true;
        }
        _response = await repository.GetBlobOnceAsync(blob.Digest, cancellationToken);
        await repository.RequireAsync(_response, HttpStatusCode.OK, cancellationToken);
        return 0;
    }

    // What another request without a range would be refused for as well is not among them.
    private static bool RefusesPart(HttpStatusCode status) => status is HttpStatusCode.PartialContent
        || (status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests));

    /// <summary>
    /// True where the answer says that it is packed, and it is not just the blob that is a gzip. Its length tells, or
    /// else its type; the digest has the last word.
    /// </summary>
    private static bool IsPacked(HttpResponseMessage response, Descriptor blob, long from) =>
        RegistryAnswers.SaysGzip(response) && (response.Content.Headers.ContentLength is { } length
            ? length != blob.Size - from
            : !blob.MediaType.EndsWith("gzip", StringComparison.Ordinal));

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var body = await _response!.Content.ReadAsStreamAsync(cancellationToken);
        return _isPacked && RegistryAnswers.SaysGzip(_response)
            ? new GZipStream(body, CompressionMode.Decompress)
            : body;
    }

    /// <summary>An answer that ends with its connection may end anywhere.</summary>
    private bool EndsTooSoon(Memory<byte> buffer) => buffer.Length > 0 && _position < blob.Size
        && _response is { Content.Headers.ContentLength: null, Headers.TransferEncodingChunked: not true };

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            while (count > 0)
            {
                var read = await ReadOnceAsync(
                    buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
                if (read == 0)
                    throw new HttpIOException(HttpRequestError.ResponseEnded, "The answer is shorter than before.");
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private IdleLimit LimitFor(CancellationToken cancellationToken)
    {
        if (_limit is { } current && current.Serves(cancellationToken))
            return current;
        _limit?.Dispose();
        return _limit = new IdleLimit(repository.Options.IdleTimeout, cancellationToken);
    }

    private void Drop()
    {
        _body?.Dispose();
        _response?.Dispose();
        (_body, _response) = (null, null);
    }
}

/// <summary>An answer ended before the blob did.</summary>
internal sealed class PrematureEndException() : IOException("The answer ended too soon.");
