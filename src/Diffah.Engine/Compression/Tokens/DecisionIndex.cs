using System.Numerics;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>All matches of a stream, to be asked for by where in its content they begin.</summary>
internal sealed class DecisionIndex
{
    private const int WordLog = 6;
    private const int GroupLog = 3;
    private const int ChunkLog = 16;
    private const int ChunkLength = 1 << ChunkLog;
    private const int LongestLookBack = 4096;

    private readonly ulong[] _starts;
    private readonly int[] _ranks;
    private readonly List<uint[]> _distances = [];
    private readonly List<ushort[]>? _lengths;
    private int _count;
    private int _ranked;

    /// <param name="contentLength">Bytes of the content.</param>
    /// <param name="isNarrow">Distances are at most 65,536 and lengths at most 65,535: they take half the
    /// room.</param>
    public DecisionIndex(int contentLength, bool isNarrow)
    {
        Length = contentLength;
        _starts = new ulong[(contentLength >> WordLog) + 1];
        _ranks = new int[(_starts.Length >> GroupLog) + 1];
        _lengths = isNarrow ? null : [];
    }

    /// <summary>Bytes of the content.</summary>
    public int Length { get; }

    /// <summary>Where blocks end, in order.</summary>
    public List<int> BlockEnds { get; } = [];

    /// <summary>Adds a match behind those that are there.</summary>
    public void Add(Decision decision)
    {
        if (decision.IsEnd)
            return;
        if (decision.End > Length)
            throw TokenErrors.ReferenceDiffers();
        var (chunk, at) = (_count >> ChunkLog, _count & (ChunkLength - 1));
        if (at == 0)
        {
            _distances.Add(new uint[ChunkLength]);
            _lengths?.Add(new ushort[ChunkLength]);
        }
        var word = decision.Start >> WordLog;
        Rank(word >> GroupLog);
        _starts[word] |= 1UL << (decision.Start & 63);
        if (_lengths is null)
        {
            _distances[chunk][at] = ((uint)decision.Length << 16) | (uint)(decision.Distance - 1);
        }
        else
        {
            _distances[chunk][at] = (uint)decision.Distance;
            _lengths[chunk][at] = (ushort)Math.Min(decision.Length, ushort.MaxValue);
        }
        _count++;
    }

    /// <summary>Nothing is added any more.</summary>
    public void Finish() => Rank(_ranks.Length - 1);

    /// <summary>Where the first match begins that begins in a range; -1 where none does.</summary>
    public int NextStart(int from, int until)
    {
        until = Math.Min(until, Length);
        if (from >= until)
            return -1;
        var word = from >> WordLog;
        var bits = _starts[word] & (ulong.MaxValue << (from & 63));
        var last = (until - 1) >> WordLog;
        while (bits == 0)
        {
            if (++word > last)
                return -1;
            bits = _starts[word];
        }
        var start = (word << WordLog) + BitOperations.TrailingZeroCount(bits);
        return start < until ? start : -1;
    }

    /// <summary>Whether a match begins at a place.</summary>
    public bool Begins(int position) =>
        (uint)position < (uint)Length && (_starts[position >> WordLog] >> (position & 63) & 1) != 0;

    /// <summary>The match that begins at a place.</summary>
    public Decision At(int start)
    {
        var word = start >> WordLog;
        var rank = _ranks[word >> GroupLog];
        for (var before = word & ~((1 << GroupLog) - 1); before < word; before++)
            rank += BitOperations.PopCount(_starts[before]);
        rank += BitOperations.PopCount(_starts[word] & ((1UL << (start & 63)) - 1));
        var value = _distances[rank >> ChunkLog][rank & (ChunkLength - 1)];
        return _lengths is null
            ? new(start, (int)(value >> 16), (int)(value & ushort.MaxValue) + 1)
            : new(start, _lengths[rank >> ChunkLog][rank & (ChunkLength - 1)], (int)value);
    }

    /// <summary>The match that has a place within it, behind its begin; default where none has.</summary>
    public Decision Around(int position)
    {
        if ((uint)position >= (uint)Length)
            return default;
        var word = position >> WordLog;
        var least = Math.Max(0, word - (LongestLookBack >> WordLog));
        var bits = _starts[word] & ((1UL << (position & 63)) - 1);
        while (bits == 0 && word > least)
            bits = _starts[--word];
        if (bits == 0)
            return default;
        var match = At((word << WordLog) + BitOperations.Log2(bits));
        return match.End > position ? match : default;
    }

    private void Rank(int group)
    {
        while (_ranked < group)
            _ranks[++_ranked] = _count;
    }
}
