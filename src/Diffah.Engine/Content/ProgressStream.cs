using Diffah.Engine.Compression;

namespace Diffah.Engine.Content;

/// <summary>Tells of bytes as they are read. Does not own the inner stream.</summary>
/// <param name="inner">The bytes.</param>
/// <param name="progress">Told the bytes of each read.</param>
internal sealed class ProgressStream(Stream inner, Action<long> progress) : ForwardReadStream
{
    public override int Read(Span<byte> buffer) => Tell(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Tell(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    private int Tell(int read)
    {
        if (read > 0)
            progress(read);
        return read;
    }
}
