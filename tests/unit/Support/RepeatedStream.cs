using Diffah.Engine.Compression;

namespace Diffah.Tests.Support;

/// <summary>The same bytes again and again, without memory for more than one time.</summary>
internal sealed class RepeatedStream(byte[] bytes, long times) : ForwardReadStream
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        var at = (int)(_position % bytes.Length);
        var count = (int)Math.Min(Math.Min(buffer.Length, bytes.Length - at), (bytes.Length * times) - _position);
        bytes.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));
}
