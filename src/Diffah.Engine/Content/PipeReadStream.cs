using Diffah.Engine.Compression;

namespace Diffah.Engine.Content;

/// <summary>A pipe whose reader can leave: the system's call for the next bytes can't be stopped.</summary>
/// <param name="pipe">The pipe; owned.</param>
internal sealed class PipeReadStream(Stream pipe) : ForwardReadStream
{
    public override int Read(Span<byte> buffer) => pipe.Read(buffer);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Bytes that come after the reader left must not come into its buffer.
        var own = new byte[Math.Min(buffer.Length, 64 * 1024)];
        var read = await pipe.ReadAsync(own, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
        own.AsSpan(0, read).CopyTo(buffer.Span);
        own.AsSpan(0, read).Clear(); // it may be a key
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            pipe.Dispose();
        base.Dispose(disposing);
    }
}
