namespace Diffah.Engine.Compression;

/// <summary>Content that must not grow beyond what it may expand to.</summary>
/// <param name="content">The content; owned.</param>
/// <param name="stored">What it is decompressed from.</param>
internal sealed class BoundedContentStream(Stream content, StoredContent stored) : ForwardReadStream
{
    private readonly long _limit = stored.Bounds.LimitOf(stored.Length);
    private long _read;

    public override int Read(Span<byte> buffer) => Count(content.Read(buffer));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await content.ReadAsync(buffer, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read) => (_read += read) <= _limit
        ? read
        : throw CompressionErrors.TooLarge(stored.What, stored.Length, _limit);
}
