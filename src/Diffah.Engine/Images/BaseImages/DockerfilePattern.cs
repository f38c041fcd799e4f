namespace Diffah.Engine.Images.BaseImages;

/// <summary>A pattern as shells have it: <c>*</c> is any text, <c>?</c> any character, all else itself.</summary>
internal sealed class DockerfilePattern
{
    private enum Kind
    {
        Character,
        AnyCharacter,
        AnyText,
    }

    private readonly (Kind Kind, char Character)[] _parts;

    private DockerfilePattern((Kind, char)[] parts) => _parts = parts;

    /// <summary>Reads a pattern; null where it escapes what need not be.</summary>
    public static DockerfilePattern? TryParse(string text)
    {
        var parts = new List<(Kind, char)>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (++i >= text.Length || !"*?\\/}".Contains(text[i], StringComparison.Ordinal))
                    return null;
                parts.Add((Kind.Character, text[i]));
            }
            else
                parts.Add((text[i] switch { '*' => Kind.AnyText, '?' => Kind.AnyCharacter, _ => Kind.Character },
                    text[i]));
        }
        return new DockerfilePattern([.. parts]);
    }

    /// <summary>The steps that matching at one place of a value takes at the most.</summary>
    public long Cost(string value) => (_parts.Length + 1L) * (value.Length + 1L);

    /// <summary>Leaves out what fits at one end.</summary>
    /// <param name="value">The value.</param>
    /// <param name="fromEnd">Whether it is the end, or else the beginning.</param>
    /// <param name="isLongest">Whether the most that fits is left out, or else the least.</param>
    public string Trim(string value, bool fromEnd, bool isLongest)
    {
        if (!fromEnd)
            return FindEnd(value, 0, isLongest) is { } end ? value[end..] : value;
        var reversed = new DockerfilePattern([.. _parts.AsEnumerable().Reverse()]);
        return reversed.FindEnd(Reverse(value), 0, isLongest) is { } length ? value[..^length] : value;
    }

    /// <summary>Puts another text in the place of what fits.</summary>
    /// <param name="value">The value.</param>
    /// <param name="replacement">The other text.</param>
    /// <param name="isAll">Whether all that fits is replaced, or else the first.</param>
    /// <returns>The pieces of the new value.</returns>
    public IEnumerable<string> Replace(string value, string replacement, bool isAll)
    {
        var done = 0;
        for (var at = 0; at <= value.Length; at++)
        {
            if (FindEnd(value, at, isLongest: true) is not { } end)
                continue;
            yield return value[done..at];
            yield return replacement;
            done = end;
            if (!isAll)
                break;
            // What fits nothing must not fit again at the same place.
            at = Math.Max(at, end - 1);
        }
        yield return value[done..];
    }

    /// <summary>Where what fits ends that begins at a place; null where nothing fits.</summary>
    private int? FindEnd(string value, int start, bool isLongest)
    {
        // Which parts may come next, after each character: each is tried at once.
        var next = new bool[_parts.Length + 1];
        Enter(next, 0);
        int? found = null;
        for (var at = start; ; at++)
        {
            if (next[^1])
                found = at;
            if (at == value.Length || (found is not null && !isLongest) || !next.Contains(true))
                return found;
            next = Step(next, value[at]);
        }
    }

    private bool[] Step(bool[] from, char c)
    {
        var to = new bool[from.Length];
        for (var i = 0; i < _parts.Length; i++)
        {
            if (!from[i])
                continue;
            if (_parts[i].Kind == Kind.AnyText)
                Enter(to, i);
            else if (_parts[i].Kind == Kind.AnyCharacter || _parts[i].Character == c)
                Enter(to, i + 1);
        }
        return to;
    }

    // Any text may be none. What is entered already has all that follows from it.
    private void Enter(bool[] states, int part)
    {
        for (; !states[part]; part++)
        {
            states[part] = true;
            if (part == _parts.Length || _parts[part].Kind != Kind.AnyText)
                return;
        }
    }

    private static string Reverse(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }
}
