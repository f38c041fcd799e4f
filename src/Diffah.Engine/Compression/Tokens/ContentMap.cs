namespace Diffah.Engine.Compression.Tokens;

/// <summary>Equal bytes of the content and of the reference's content.</summary>
/// <param name="Start">Where in the content.</param>
/// <param name="Reference">Where in the reference's content.</param>
/// <param name="Length">How many.</param>
internal readonly record struct Alignment(int Start, int Reference, int Length)
{
    public int End => Start + Length;

    /// <summary>The place of the reference that stands for a place of the content.</summary>
    public int ToReference(int position) => position - Start + Reference;
}

/// <summary>
/// Which place of the reference's content stands for which place of the content, made from both contents from left to
/// right. Where bytes differ the last alignment is taken up again as soon as a few bytes are equal; else a new one is
/// found by the sums of blocks.
/// </summary>
internal sealed class ContentMap
{
    private const int Resumed = 16;
    private const int MostAlignments = 1 << 22;
    private const int BucketLog = 12;
    private const int Tries = 16;

    private readonly ContentBuffer _content;
    private readonly ReferenceBytes _reference;
    private readonly ReferenceBlocks _blocks;
    private readonly List<Alignment> _alignments = [];

    // For each bucket of the reference the last entry: an alignment, and the entry before.
    private readonly int[] _buckets;
    private readonly List<(int Alignment, int Before)> _entries = [];
    private int _mapped;
    private int _cursor;
    private ulong _sum;
    private int _sumAt = -1;

    public ContentMap(ContentBuffer content, ReferenceBytes reference, ReferenceBlocks blocks)
    {
        (_content, _reference, _blocks) = (content, reference, blocks);
        _buckets = new int[(reference.Length >> BucketLog) + 1];
    }

    public int Count => _alignments.Count;

    public Alignment this[int index] => _alignments[index];

    /// <summary>Maps what is before a place; the content must be at hand with
    /// <see cref="ContentBuffer.Ahead"/>.</summary>
    public void Extend(int until)
    {
        if (_mapped == 0 && until > 0 && _alignments.Count == 0)
            TryResume(0, 0);
        while (_mapped < until)
        {
            if (_alignments.Count > 0 && _alignments[^1].End == _mapped && Continue(until))
                continue;
            Step();
        }
    }

    /// <summary>The first alignment that ends behind a place; its index may be <see cref="Count"/>.</summary>
    public int Find(int position)
    {
        while (_cursor > 0 && _alignments[_cursor - 1].End > position)
            _cursor--;
        while (_cursor < _alignments.Count && _alignments[_cursor].End <= position)
            _cursor++;
        return _cursor;
    }

    /// <summary>The nearest place before another one that a place of the reference stands for; -1 for none.</summary>
    public int ToContent(int reference, int before)
    {
        if ((uint)reference >= (uint)_reference.Length)
            return -1;
        var best = -1;
        var entry = _buckets[reference >> BucketLog];
        for (var tries = 0; entry > 0 && tries < Tries; tries++)
        {
            (var index, entry) = _entries[entry - 1];
            var alignment = _alignments[index];
            var place = reference - alignment.Reference + alignment.Start;
            if (place >= alignment.Start && place < alignment.End && place < before && place > best)
                best = place;
        }
        return best;
    }

    /// <summary>Goes on with the last alignment; false where it ends here.</summary>
    private bool Continue(int until)
    {
        var last = _alignments[^1];
        var most = Math.Min(until, _content.Length) - _mapped;
        var more = _reference.Equal(last.Reference + last.Length, _content.Span(_mapped, most));
        if (more == 0)
            return false;
        var grown = last with { Length = last.Length + more };
        _alignments[^1] = grown;
        Enter(_alignments.Count - 1, last.Reference + last.Length, grown.Reference + grown.Length);
        _mapped += more;
        return true;
    }

    /// <summary>Passes a byte, unless an alignment begins at it.</summary>
    private void Step()
    {
        if (_alignments.Count < MostAlignments && !_reference.IsSpent)
        {
            if (_alignments.Count > 0 && TryResume(_mapped, _alignments[^1].ToReference(_mapped)))
                return;
            if (TryFind())
                return;
        }
        _mapped++;
    }

    private bool TryResume(int position, int reference)
    {
        var length = Math.Min(Resumed, _content.Length - position);
        if (length < Resumed || (uint)reference >= (uint)_reference.Length
            || _reference.At(reference) != _content[position]
            || _reference.Equal(reference, _content.Span(position, length)) < length)
            return false;
        Begin(position, reference, length);
        return true;
    }

    private bool TryFind()
    {
        var length = _blocks.Length;
        if (_mapped + length > _content.Length)
            return false;
        _sum = _sumAt == _mapped - 1 && _sumAt >= 0 && _sumAt >= _content.Origin
            ? _blocks.Roll(_sum, _content[_sumAt], _content[_sumAt + length])
            : ReferenceBlocks.Sum(_content.Span(_mapped, length));
        _sumAt = _mapped;
        var place = _blocks.Find(_sum);
        if (place < 0 || _reference.Equal(place, _content.Span(_mapped, length)) < length)
            return false;
        // As far back as bytes are equal that belong to no alignment yet.
        var least = Math.Max(_content.Origin, _alignments.Count == 0 ? 0 : _alignments[^1].End);
        var back = 0;
        while (_mapped - back > least && place - back > 0 && back < ContentBuffer.Ahead
            && _content[_mapped - back - 1] == _reference.At(place - back - 1))
            back++;
        Begin(_mapped - back, place - back, length + back);
        return true;
    }

    private void Begin(int start, int reference, int length)
    {
        _alignments.Add(new(start, reference, length));
        Enter(_alignments.Count - 1, reference - 1, reference + length);
        _mapped = start + length;
    }

    /// <summary>Enters an alignment into the buckets that it has reached.</summary>
    private void Enter(int index, int from, int to)
    {
        var first = from < _alignments[index].Reference ? _alignments[index].Reference >> BucketLog
            : ((from - 1) >> BucketLog) + 1;
        for (var bucket = first; bucket <= (to - 1) >> BucketLog; bucket++)
        {
            _entries.Add((index, _buckets[bucket]));
            _buckets[bucket] = _entries.Count;
        }
    }
}
