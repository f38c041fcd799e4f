using Diffah.Engine.Compression.Gzip.Deflate;

namespace Diffah.Engine.Compression.Gzip.Encoders;

/// <summary>
/// Blocks as GNU gzip --rsyncable makes them: a token that has a mark in it ends its block, and an empty stored block
/// brings the stream to a byte's end. A mark is a byte at which the sum of the last 4096 is a multiple of 4096.
/// </summary>
internal sealed class GnuRsyncableBlockRule(int level, ContentWindow window) : GnuBlockRule(level)
{
    private const int Summed = 4096;

    // Where the search for marks stands, and the sum of the bytes before.
    private long _at = -1;
    private long _sum;

    // The first mark at or behind the last place that was asked for, where it is at hand, and the one before it.
    private long _mark = -1;
    private long _before = -1;
    private bool _endsWithMark;
    private bool _isFiller;

    public override bool DependsOnBlockBefore => _isFiller;

    public override Segment? Begin(long start, long startBit)
    {
        _isFiller = _endsWithMark && (startBit & 7) != 0;
        _endsWithMark = false;
        if (_at < 0)
            BeginAt(start);
        return null;
    }

    public override long NextEnd(BlockStatistics block, long limit)
    {
        Find(block.End);
        return _mark >= block.End ? Math.Min(limit, _mark + 1) : limit;
    }

    public override bool EndsAt(BlockStatistics block, long limit) =>
        _isFiller || base.EndsAt(block, limit);

    public override BlockShape Decide(BlockStatistics block, in BlockPlace place, DynamicHeader header)
    {
        if (_isFiller)
            return new(BlockType.Stored, false);
        var shape = base.Decide(block, place, header);
        _endsWithMark = !shape.IsFinal && HasMark(block);
        return shape;
    }

    protected override bool IsFull(BlockStatistics block) => base.IsFull(block) || HasMark(block);

    private bool HasMark(BlockStatistics block)
    {
        Find(block.End);
        return block.Tokens > 0 && _before >= block.End - Token.Length(block.Last);
    }

    private void BeginAt(long start)
    {
        _at = start;
        for (var at = Math.Max(0, start - Summed); at < start; at++)
            _sum += window.Buffer[at - window.Origin];
    }

    /// <summary>Finds the first mark at or behind a place; the places that are asked for do not go back.</summary>
    private void Find(long from)
    {
        while (_mark < from)
        {
            _before = _mark;
            if (!FindNext())
                return;
        }
    }

    private bool FindNext()
    {
        var end = window.Origin + window.End;
        var content = window.Buffer.AsSpan(0, window.End);
        for (; _at < end; _at++)
        {
            var index = (int)(_at - window.Origin);
            _sum += content[index];
            if (_at < Summed)
                continue;
            _sum -= content[index - Summed];
            if (_sum % Summed != 0)
                continue;
            _mark = _at++;
            return true;
        }
        return false;
    }
}
