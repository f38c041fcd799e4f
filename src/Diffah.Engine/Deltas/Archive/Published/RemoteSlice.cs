using System.Buffers;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Published;

/// <summary>A part of a blob that is read where it is, from the first read on. Nothing is verified.</summary>
/// <param name="source">Where the blob is; not owned.</param>
/// <param name="blob">The blob.</param>
/// <param name="offset">Where the part begins, in bytes.</param>
/// <param name="length">How long it is, in bytes.</param>
internal sealed class RemoteSlice(IImageSource source, Descriptor blob, long offset, long length) : ForwardReadStream
{
    private Stream? _stream;
    private long _position;

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
        if (_position == length)
            return 0;
        _stream ??= await RemoteBlob.OpenAsync(source, blob, offset, cancellationToken);
        var read = await _stream.ReadAsync(
            buffer[..(int)Math.Min(buffer.Length, length - _position)], cancellationToken);
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _stream?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Opens blobs from any byte on.</summary>
internal static class RemoteBlob
{
    /// <summary>Opens a blob; where the source gives no parts of it, what is before is passed over.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="blob">Its descriptor.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    public static async Task<Stream> OpenAsync(
        IImageSource source, Descriptor blob, long from, CancellationToken cancellationToken)
    {
        if (from > 0 && source is IRangeSource ranges
            && await ranges.OpenRestAsync(blob, from, cancellationToken) is { } rest)
            return rest;
        var stream = await source.OpenBlobAsync(blob, cancellationToken);
        try
        {
            await SkipAsync(stream, from, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamExtensions.CopyBufferSize);
        try
        {
            while (count > 0)
            {
                var read = await stream.ReadAsync(
                    buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
                if (read == 0)
                    return;
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
