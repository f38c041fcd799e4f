using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Transports.Registry.Http;

/// <summary>Sends exactly so many bytes of a stream. Waiting for the stream is not held against the registry.</summary>
/// <param name="source">The bytes; not disposed of.</param>
/// <param name="length">How many there must be.</param>
/// <param name="what">What they are, for the error message.</param>
internal sealed class UploadContent(Stream source, long length, string what) : HttpContent
{
    private IdleLimit? _limit;
    private TimeSpan _patience;

    /// <summary>What reading the stream threw; null where nothing.</summary>
    public ExceptionDispatchInfo? SourceFault { get; private set; }

    /// <summary>Says whose time limit counts while the registry is waited for.</summary>
    public void Begin(IdleLimit limit, TimeSpan patience) => (_limit, _patience) = (limit, patience);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            for (long sent = 0; await ReadAsync(buffer, sent, cancellationToken) is > 0 and var read; sent += read)
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _limit?.Arm(_patience);
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, long sent, CancellationToken cancellationToken)
    {
        _limit?.Disarm();
        try
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            if (read > length - sent || (read == 0 && sent < length))
                throw new DiffahException(DiffahErrors.SizeMismatch,
                    $"{what} has {(read == 0 ? $"{sent} bytes" : "more bytes")}, not {length}.");
            return read;
        }
        catch (Exception e)
        {
            SourceFault = ExceptionDispatchInfo.Capture(e);
            throw;
        }
        finally
        {
            _limit?.Arm();
        }
    }
}
