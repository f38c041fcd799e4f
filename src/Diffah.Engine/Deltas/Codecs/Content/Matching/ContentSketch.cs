using System.Buffers;
using System.Runtime.InteropServices;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Deltas.Codecs.Content.Matching;

/// <summary>
/// Which old file looks most like a new one, by its bytes alone: a file votes for a new one with each of the
/// <see cref="Pieces"/> that both have, and a piece that many files have counts little. What is found depends neither
/// on the order of files nor on how many look at the same time; files are added by one at a time.
/// </summary>
internal sealed class ContentSketch : IDisposable
{
    /// <summary>So many pieces are kept at most, 128 MiB; beyond, each second of each file is given up.</summary>
    public const int MostEntries = 1 << 24;

    private const int FileBits = 64 - Pieces.Bits;
    private const ulong FileMask = (1UL << FileBits) - 1;
    private const int MostVoters = 4;
    private const long Vote = 1 << 16;

    private readonly int _mostEntries;
    private readonly Lock _sorting = new();
    private readonly List<int> _lengths = [];
    private readonly ArrayBufferWriter<ulong> _found = new();

    // The fingerprint above, the file below.
    private ScratchMemory<ulong> _entries;
    private int _count;
    private ulong _thinning;
    private volatile bool _isSorted;

    public ContentSketch(int mostEntries = MostEntries)
    {
        _mostEntries = mostEntries;
        _entries = new ScratchMemory<ulong>(Math.Min(1024, mostEntries));
    }

    /// <summary>How many pieces are kept.</summary>
    public int Count => _count;

    /// <summary>Takes a file in; each index once.</summary>
    public void Add(int oldFileIndex, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)oldFileIndex, FileMask);
        while (_lengths.Count <= oldFileIndex)
            _lengths.Add(0);
        _lengths[oldFileIndex] = data.Length;
        _found.ResetWrittenCount();
        Pieces.Find(data, _thinning, _found, cancellationToken);
        _isSorted = false;
        foreach (var print in Distinct(_found))
            Keep((print << FileBits) | (uint)oldFileIndex);
    }

    /// <summary>
    /// The old file that is most like the new one. Of the length that differs nearly a third is taken off, and a file
    /// that is akin by what else is known of it (<paramref name="isKin"/>), such as its extension, has a fifth more.
    /// </summary>
    public SketchMatch Find(
        ReadOnlySpan<byte> newData, Predicate<int>? isKin = null, CancellationToken cancellationToken = default)
    {
        Sort();
        var found = new ArrayBufferWriter<ulong>();
        Pieces.Find(newData, _thinning, found, cancellationToken);
        var prints = Distinct(found);
        var votes = new Dictionary<int, long>();
        foreach (var print in prints)
            CountVotes(print, votes);
        return Best(votes, prints.Length, newData.Length, isKin);
    }

    public void Dispose() => _entries.Dispose();

    private static ReadOnlySpan<ulong> Distinct(ArrayBufferWriter<ulong> found)
    {
        var prints = MemoryMarshal.AsMemory(found.WrittenMemory).Span;
        prints.Sort();
        var kept = 0;
        foreach (var print in prints)
        {
            if (kept == 0 || prints[kept - 1] != print)
                prints[kept++] = print;
        }
        return prints[..kept];
    }

    private void Keep(ulong entry)
    {
        while (_count == _mostEntries && _thinning >> Pieces.Bits == 0)
            Thin();
        if (_count == _mostEntries || (entry >> FileBits & _thinning) != 0)
            return;
        if (_count == _entries.Length)
            Grow();
        _entries.Span[_count++] = entry;
    }

    private void Grow()
    {
        var larger = new ScratchMemory<ulong>(Math.Min(_mostEntries, _entries.Length * 2));
        _entries.Span.CopyTo(larger.Span);
        _entries.Dispose();
        _entries = larger;
    }

    private SketchMatch Best(Dictionary<int, long> votes, int pieces, int length, Predicate<int>? isKin)
    {
        var (best, bestScore) = (-1, 0L);
        foreach (var (file, count) in votes)
        {
            var score = Score(count, _lengths[file], length);
            if (isKin is not null && isKin(file))
                score += score / 5;
            if (score > bestScore || (score == bestScore && file < best))
                (best, bestScore) = (file, score);
        }
        return best < 0 ? SketchMatch.None : new SketchMatch(best, (int)(bestScore / 1024 * 1000 / (pieces * Vote)));
    }

    private static long Score(long votes, int oldLength, int newLength)
    {
        long larger = Math.Max(1, Math.Max(oldLength, newLength));
        return votes * (1024 - (307L * Math.Abs(oldLength - newLength) / larger));
    }

    private void CountVotes(ulong print, Dictionary<int, long> votes)
    {
        var entries = _entries.Span[.._count];
        var first = FirstOf(print);
        var end = first;
        while (end < entries.Length && entries[end] >> FileBits == print)
            end++;
        for (var at = first; at < Math.Min(end, first + MostVoters); at++)
            CollectionsMarshal.GetValueRefOrAddDefault(votes, (int)(entries[at] & FileMask), out _)
                += Vote / (end - first);
    }

    /// <summary>The first entry of a fingerprint, or of the next that is there.</summary>
    private int FirstOf(ulong print)
    {
        var at = _entries.Span[.._count].BinarySearch(print << FileBits);
        return at < 0 ? ~at : at;
    }

    /// <summary>Gives up each second fingerprint.</summary>
    private void Thin()
    {
        _thinning = (_thinning << 1) | 1;
        var kept = 0;
        var entries = _entries.Span[.._count];
        foreach (var entry in entries)
        {
            if ((entry >> FileBits & _thinning) == 0)
                entries[kept++] = entry;
        }
        _count = kept;
    }

    private void Sort()
    {
        if (_isSorted)
            return;
        lock (_sorting)
        {
            if (!_isSorted)
                _entries.Span[.._count].Sort();
            _isSorted = true;
        }
    }
}
