namespace Diffah.Engine.Deltas.Codecs.Content.Structure;

/// <summary>
/// A change of names: some words of one became others, as where a folder has a version in its name. Words end at
/// <c>/</c>, <c>-</c> and <c>_</c>.
/// </summary>
/// <param name="Old">The words that were there.</param>
/// <param name="New">Those that are there now.</param>
internal sealed record TextEdit(byte[] Old, byte[] New)
{
    /// <summary>The edit that makes one text of another; null where no word is left out, or none comes in.</summary>
    /// <param name="old">The old text.</param>
    /// <param name="new">The new one.</param>
    public static TextEdit? Between(ReadOnlySpan<byte> old, ReadOnlySpan<byte> @new)
    {
        var start = old.CommonPrefixLength(@new);
        while (start > 0 && !IsEnd(old[start - 1]))
            start--;
        var end = CommonSuffixLength(old[start..], @new[start..]);
        while (end > 0 && !IsEnd(old[^end]))
            end--;
        return old.Length - end == start || @new.Length - end == start
            ? null
            : new TextEdit(old[start..^end].ToArray(), @new[start..^end].ToArray());
    }

    /// <summary>How many bytes at the end of two texts are the same.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    public static int CommonSuffixLength(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var length = 0;
        while (length < a.Length && length < b.Length && a[^(length + 1)] == b[^(length + 1)])
            length++;
        return length;
    }

    /// <summary>Makes the same change in another text, where its words are first found.</summary>
    /// <param name="text">The text.</param>
    /// <param name="into">Where to; its length is the most that there may be.</param>
    /// <returns>The length of the new text; −1 where the words are not there, or there is no room.</returns>
    public int Apply(ReadOnlySpan<byte> text, Span<byte> into)
    {
        var at = Find(text);
        var length = text.Length - Old.Length + New.Length;
        if (at < 0 || length > into.Length)
            return -1;
        text[..at].CopyTo(into);
        New.CopyTo(into[at..]);
        text[(at + Old.Length)..].CopyTo(into[(at + New.Length)..]);
        return length;
    }

    /// <summary>The edit that takes this one back.</summary>
    public TextEdit Reverse() => new(New, Old);

    /// <summary>True for an edit of the same words.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(TextEdit? other) =>
        other is not null && Old.AsSpan().SequenceEqual(other.Old) && New.AsSpan().SequenceEqual(other.New);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Old.Length, New.Length);

    private int Find(ReadOnlySpan<byte> text)
    {
        for (var start = 0; start <= text.Length - Old.Length;)
        {
            var found = text[start..].IndexOf(Old);
            if (found < 0)
                return -1;
            var (at, end) = (start + found, start + found + Old.Length);
            if ((at == 0 || IsEnd(text[at - 1])) && (end == text.Length || IsEnd(text[end])))
                return at;
            start = at + 1;
        }
        return -1;
    }

    private static bool IsEnd(byte value) => value is (byte)'/' or (byte)'-' or (byte)'_';
}

/// <summary>The edits that were of use last, the most recent first.</summary>
internal sealed class RecentEdits
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 16;

    private readonly List<TextEdit> _edits = new(Capacity + 1);

    /// <summary>How many there are.</summary>
    public int Count => _edits.Count;

    /// <summary>An edit.</summary>
    /// <param name="index">Which, from 0, the most recent.</param>
    public TextEdit this[int index] => _edits[index];

    /// <summary>Makes an edit the most recent.</summary>
    /// <param name="edit">The edit.</param>
    public void Use(TextEdit edit)
    {
        _edits.Remove(edit);
        _edits.Insert(0, edit);
        if (_edits.Count > Capacity)
            _edits.RemoveAt(Capacity);
    }
}
