namespace Diffah.Tests.Support.SecondReader;

/// <summary>The texts of headers: names, links and prefixes.</summary>
internal sealed class HeaderTexts(PatchStreams streams)
{
    private const int MostEdits = 16;

    private readonly List<(byte[] Old, byte[] New)> _edits = [];

    public byte[] Read(byte[] model, bool isOld)
    {
        var old = model.AsSpan().TrimEnd((byte)0).ToArray();
        var made = ReadText(old, isOld);
        if (made.Length > model.Length)
            throw new InvalidDataException("a text is longer than its field");
        return [.. made, .. new byte[model.Length - made.Length]];
    }

    private byte[] ReadText(byte[] old, bool isOld)
    {
        var code = streams[0, 5].Number();
        if (code > (ulong)_edits.Count)
            throw new InvalidDataException("a header names an edit that is not there");
        if (code > 0)
        {
            var edit = _edits[(int)code - 1];
            _edits.RemoveAt((int)code - 1);
            _edits.Insert(0, edit);
            return Apply(old, edit);
        }
        var lengths = streams[0, 6];
        var start = lengths.Count(old.Length);
        var end = lengths.Count(old.Length - start);
        byte[] made = [.. old[..start], .. streams[0, 7].Take(lengths.Count(512)), .. old[(old.Length - end)..]];
        if (isOld && EditOf(old, made) is { } found)
            Remember(found);
        return made;
    }

    private void Remember((byte[] Old, byte[] New) edit)
    {
        _edits.RemoveAll(e => e.Old.AsSpan().SequenceEqual(edit.Old) && e.New.AsSpan().SequenceEqual(edit.New));
        _edits.Insert(0, edit);
        if (_edits.Count > MostEdits)
            _edits.RemoveAt(MostEdits);
    }

    private static bool IsEnd(byte value) => value is (byte)'/' or (byte)'-' or (byte)'_';

    private static (byte[] Old, byte[] New)? EditOf(byte[] old, byte[] made)
    {
        var start = old.AsSpan().CommonPrefixLength(made);
        while (start > 0 && !IsEnd(old[start - 1]))
            start--;
        var end = 0;
        while (end < Math.Min(old.Length, made.Length) - start && old[^(end + 1)] == made[^(end + 1)])
            end++;
        while (end > 0 && !IsEnd(old[^end]))
            end--;
        var (from, to) = (old[start..^end], made[start..^end]);
        return from.Length > 0 && to.Length > 0 ? (from, to) : null;
    }

    private static byte[] Apply(byte[] text, (byte[] Old, byte[] New) edit)
    {
        for (var at = 0; at + edit.Old.Length <= text.Length; at++)
        {
            var end = at + edit.Old.Length;
            if ((at == 0 || IsEnd(text[at - 1])) && (end == text.Length || IsEnd(text[end]))
                && text.AsSpan(at, edit.Old.Length).SequenceEqual(edit.Old))
                return [.. text[..at], .. edit.New, .. text[end..]];
        }
        throw new InvalidDataException("an edit finds no place");
    }
}
