namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>Versions of rpm packages (rpm-version(7)): <c>[epoch:]version[-release]</c>.</summary>
internal static class RpmVersion
{
    /// <summary>Compares two versions.</summary>
    public static int? Compare(string one, string other)
    {
        var (left, right) = (Split(one), Split(other));
        var order = DigitRuns.Compare(left.Epoch, right.Epoch);
        if (order == 0)
            order = CompareParts(left.Version, right.Version);
        return order != 0 ? order : CompareParts(left.Release, right.Release);
    }

    /// <summary>
    /// Compares two parts by their segments, letters or digits; what stands between them only parts them, but a tilde
    /// and a caret. A tilde sorts before the end, a caret behind it and before all else.
    /// </summary>
    public static int CompareParts(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        while (true)
        {
            one = PassSeparators(one);
            other = PassSeparators(other);
            if (StartsWithEither(one, other, '~'))
            {
                if (!StartWithBoth(one, other, '~'))
                    return one.StartsWith("~") ? -1 : 1;
                one = one[1..];
                other = other[1..];
                continue;
            }
            if (StartsWithEither(one, other, '^'))
            {
                if (!StartWithBoth(one, other, '^'))
                    return one.IsEmpty ? -1 : other.IsEmpty ? 1 : one[0] == '^' ? -1 : 1;
                one = one[1..];
                other = other[1..];
                continue;
            }
            if (one.IsEmpty || other.IsEmpty)
                return one.Length.CompareTo(other.Length);
            var order = CompareSegments(ref one, ref other);
            if (order != 0)
                return order;
        }
    }

    private static (string Epoch, string Version, string Release) Split(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        var rest = version[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        return (colon > 0 ? version[..colon] : "0", dash < 0 ? rest : rest[..dash], dash < 0 ? "" : rest[(dash + 1)..]);
    }

    private static int CompareSegments(ref ReadOnlySpan<char> one, ref ReadOnlySpan<char> other)
    {
        if (char.IsAsciiDigit(one[0]))
        {
            // A number is later than letters.
            return !char.IsAsciiDigit(other[0])
                ? 1
                : DigitRuns.Compare(DigitRuns.Take(ref one), DigitRuns.Take(ref other));
        }
        return char.IsAsciiDigit(other[0]) ? -1 : TakeLetters(ref one).SequenceCompareTo(TakeLetters(ref other));
    }

    private static ReadOnlySpan<char> TakeLetters(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetter(text[length]))
            length++;
        var letters = text[..length];
        text = text[length..];
        return letters;
    }

    private static ReadOnlySpan<char> PassSeparators(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !char.IsAsciiLetterOrDigit(text[start]) && text[start] is not ('~' or '^'))
            start++;
        return text[start..];
    }

    private static bool StartsWithEither(ReadOnlySpan<char> one, ReadOnlySpan<char> other, char mark) =>
        (one.Length > 0 && one[0] == mark) || (other.Length > 0 && other[0] == mark);

    private static bool StartWithBoth(ReadOnlySpan<char> one, ReadOnlySpan<char> other, char mark) =>
        one.Length > 0 && other.Length > 0 && one[0] == mark && other[0] == mark;
}
