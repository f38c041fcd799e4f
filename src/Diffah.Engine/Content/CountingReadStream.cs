using Diffah.Engine.Compression;

namespace Diffah.Engine.Content;

/// <summary>Reports how many bytes are read through it.</summary>
/// <param name="source">The bytes; owned.</param>
/// <param name="progress">Receives the number of bytes of each read.</param>
internal sealed class CountingReadStream(Stream source, Action<long> progress) : ForwardReadStream
{
    public override int Read(Span<byte> buffer) => Tell(source.Read(buffer));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await source.ReadAsync(buffer, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    private int Tell(int read)
    {
        if (read > 0)
            progress(read);
        return read;
    }
}
