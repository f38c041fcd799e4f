using System.Buffers;
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
/// <param name="digest">The blob.</param>
/// <param name="first">The answer to the first request; owned.</param>
/// <param name="what">For messages.</param>
internal sealed class BlobStream(RegistryRepository repository, Digest digest, HttpResponseMessage first, string what)
    : ForwardReadStream
{
    private const long WorthwhileProgress = 1 << 20;

    private HttpResponseMessage? _response = first;
    private Stream? _body;
    private IdleLimit? _limit;
    private long _position;
    private long _lastInterruption;
    private int _interruptions;

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
        int read;
        try
        {
            read = await ReadOnceAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (RegistryFaults.IsInterruption(e))
        {
            Drop();
            if (!MayGoOn())
                throw repository.Explain(e, what) ?? e;
            repository.Debug($"{what} broke off after {_position} bytes.");
            read = await GoOnAsync(buffer, e, cancellationToken);
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
            _body ??= await _response!.Content.ReadAsStreamAsync(limit.Token);
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
            _response = await repository.GetBlobOnceAsync(digest, _position, cancellationToken);
            await repository.RequireAsync(
                _response, _response.StatusCode == HttpStatusCode.PartialContent
                    ? HttpStatusCode.PartialContent
                    : HttpStatusCode.OK, cancellationToken);
            await SkipAsync(_position - Beginning(_response), cancellationToken);
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

    /// <summary>Where an answer begins: a registry that knows no ranges sends the whole again.</summary>
    private long Beginning(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK)
            return 0;
        return response.Content.Headers.ContentRange?.From is { } from && from <= _position
            ? from
            : throw RegistryProtocol.Broken(
                $"{repository.Client.Host} was asked for {what} from byte {_position} on, and sent another part.");
    }

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
