using Diffah.Engine.Compression;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>A blob as containerd sends it.</summary>
/// <param name="store">Who sends it.</param>
/// <param name="reader">Its chunks; owned.</param>
/// <param name="what">For messages.</param>
internal sealed class ContainerdBlobStream(ContainerdStore store, BlobReader reader, string what) : ForwardReadStream
{
    private ReadOnlyMemory<byte> _chunk;
    private bool _isOver;

    public override int Read(Span<byte> buffer)
    {
        if (_chunk.IsEmpty && !_isOver && !buffer.IsEmpty)
            FetchAsync(CancellationToken.None).GetAwaiter().GetResult();
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_chunk.IsEmpty && !_isOver && !buffer.IsEmpty)
            await FetchAsync(cancellationToken);
        return Take(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            reader.Dispose();
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }

    // A chunk may be empty, and is not the end then.
    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        while (_chunk.IsEmpty && !_isOver)
        {
            var next = await store.RunAsync(what, _ => reader.ReadAsync(cancellationToken).AsTask());
            (_chunk, _isOver) = (next ?? default, next is null);
        }
    }
}
