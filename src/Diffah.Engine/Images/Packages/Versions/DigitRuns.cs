namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>Numbers in versions: they may be of any length.</summary>
internal static class DigitRuns
{
    /// <summary>How many digits of ASCII a text begins with.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    /// <summary>Takes the digits off the start of a text.</summary>
    public static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> text)
    {
        var length = Length(text);
        var digits = text[..length];
        text = text[length..];
        return digits;
    }

    /// <summary>True for a text of one or more digits.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && Length(text) == text.Length;

    /// <summary>Compares digits by the number that they are; none are 0.</summary>
    public static int Compare(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var left = one.TrimStart('0');
        var right = other.TrimStart('0');
        return left.Length != right.Length
            ? left.Length.CompareTo(right.Length)
            : left.SequenceCompareTo(right);
    }
}
