using Diffah.Engine.Compression;

namespace Diffah.Engine.Tar;

/// <summary>A sparse file as it was before it was packed: what is stored, and zeros between.</summary>
/// <param name="stored">The stored bytes; owned.</param>
/// <param name="map">Which bytes of the file they are.</param>
internal sealed class SparseStream(Stream stored, SparseMap map) : ForwardReadStream
{
    private long _position;
    private int _run;

    public override int Read(Span<byte> buffer)
    {
        var (count, isHole) = Next(buffer.Length);
        if (isHole)
            buffer[..count].Clear();
        else
            count = stored.Read(buffer[..count]);
        _position += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (count, isHole) = Next(buffer.Length);
        if (isHole)
            buffer.Span[..count].Clear();
        else
            count = await stored.ReadAsync(buffer[..count], cancellationToken);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stored.Dispose();
        base.Dispose(disposing);
    }

    // The next bytes that are of one kind, at most as many as wanted.
    private (int Count, bool IsHole) Next(int wanted)
    {
        while (_run < map.Runs.Length && _position == map.Runs[_run].Offset + map.Runs[_run].Length)
            _run++;
        if (_run == map.Runs.Length)
            return ((int)Math.Min(wanted, map.Length - _position), true);
        var run = map.Runs[_run];
        return _position < run.Offset
            ? ((int)Math.Min(wanted, run.Offset - _position), true)
            : ((int)Math.Min(wanted, run.Offset + run.Length - _position), false);
    }
}
