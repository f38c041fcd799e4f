using System.Runtime.InteropServices;
using Diffah.Engine.Content;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>
/// A content that is rebuilt only to be compared: a producer has what is to come out, and needs no second file of it.
/// </summary>
/// <param name="expected">What is to come out; not owned.</param>
internal sealed class ComparedContent(MappedFile expected) : IContentOutput
{
    private const int ZerosAtATime = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<Range> _written = [];

    // What was written wrongly, and may be read and written again.
    private readonly List<(long Start, byte[] Bytes)> _wrong = [];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var right = expected.Span(offset, bytes.Length);
        var same = bytes.CommonPrefixLength(right);
        lock (_lock)
        {
            Add(new Range(offset, offset + bytes.Length));
            if (same == bytes.Length)
                return;
            var end = bytes.Length;
            while (bytes[end - 1] == right[end - 1])
                end--;
            _wrong.Add((offset + same, bytes[same..end].ToArray()));
        }
    }

    public void Overwrite(long offset, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.SequenceEqual(expected.Span(offset, bytes.Length)))
            throw Differs(offset);
        var end = offset + bytes.Length;
        lock (_lock)
        {
            for (var index = _wrong.Count - 1; index >= 0; index--)
            {
                var (start, wrong) = _wrong[index];
                if (start >= end || start + wrong.Length <= offset)
                    continue;
                _wrong.RemoveAt(index);
                AddWrong(start, wrong.AsSpan(0, (int)Math.Max(0, offset - start)));
                AddWrong(end, wrong.AsSpan((int)Math.Min(wrong.Length, end - start)));
            }
        }
    }

    /// <summary>What was written wrongly is read so; all else is as expected, or the comparison fails in the end.
    /// </summary>
    public void Read(long offset, Span<byte> bytes)
    {
        expected.Span(offset, bytes.Length).CopyTo(bytes);
        var end = offset + bytes.Length;
        lock (_lock)
        {
            foreach (var (start, wrong) in _wrong)
            {
                var (from, to) = (Math.Max(start, offset), Math.Min(start + wrong.Length, end));
                if (from < to)
                    wrong.AsSpan((int)(from - start), (int)(to - from)).CopyTo(bytes[(int)(from - offset)..]);
            }
        }
    }

    // What is left of a piece may be right by itself.
    private void AddWrong(long start, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty && !bytes.SequenceEqual(expected.Span(start, bytes.Length)))
            _wrong.Add((start, bytes.ToArray()));
    }

    /// <summary>Says whether all came out.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public void Finish()
    {
        if (_wrong.Count > 0)
            throw Differs(_wrong.Min(w => w.Start));
        _written.Sort((a, b) => a.Start.CompareTo(b.Start));
        var end = 0L;
        foreach (var (start, next) in CollectionsMarshal.AsSpan(_written))
        {
            RequireZeros(end, start);
            end = Math.Max(end, next);
        }
        RequireZeros(end, expected.Length);
    }

    private void Add(Range range)
    {
        if (_written.Count > 0 && _written[^1].End == range.Start)
            _written[^1] = _written[^1] with { End = range.End };
        else
            _written.Add(range);
    }

    private void RequireZeros(long start, long end)
    {
        for (; start < end; start += ZerosAtATime)
        {
            if (expected.Span(start, (int)Math.Min(ZerosAtATime, end - start)).ContainsAnyExcept((byte)0))
                throw Differs(start);
        }
    }

    private static InvalidDataException Differs(long offset) =>
        new($"The content that comes out differs behind byte {offset}.");

    private readonly record struct Range(long Start, long End);
}
