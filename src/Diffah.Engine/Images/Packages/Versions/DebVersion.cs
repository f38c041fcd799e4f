namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>Versions of Debian packages (Debian policy, 5.6.12): <c>[epoch:]upstream[-revision]</c>.</summary>
internal static class DebVersion
{
    /// <summary>Compares two versions.</summary>
    public static int? Compare(string one, string other)
    {
        var (left, right) = (Split(one), Split(other));
        var order = DigitRuns.Compare(left.Epoch, right.Epoch);
        if (order == 0)
            order = CompareParts(left.Upstream, right.Upstream);
        return order != 0 ? order : CompareParts(left.Revision, right.Revision);
    }

    private static (string Epoch, string Upstream, string Revision) Split(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        var isEpoch = colon > 0 && DigitRuns.IsNumber(version.AsSpan(0, colon));
        var rest = isEpoch ? version[(colon + 1)..] : version;
        var dash = rest.LastIndexOf('-');
        return (isEpoch ? version[..colon] : "0", dash < 0 ? rest : rest[..dash], dash < 0 ? "0" : rest[(dash + 1)..]);
    }

    // Texts and numbers in turn, a text first. An end is less than a letter, and a tilde less than an end.
    private static int CompareParts(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        while (one.Length > 0 || other.Length > 0)
        {
            while ((one.Length > 0 && !char.IsAsciiDigit(one[0])) || (other.Length > 0 && !char.IsAsciiDigit(other[0])))
            {
                var order = Rank(one).CompareTo(Rank(other));
                if (order != 0)
                    return order;
                one = one[1..]; // equal ranks: neither is at an end
                other = other[1..];
            }
            var numbers = DigitRuns.Compare(DigitRuns.Take(ref one), DigitRuns.Take(ref other));
            if (numbers != 0)
                return numbers;
        }
        return 0;
    }

    private static int Rank(ReadOnlySpan<char> text) => text switch
    {
        [] => 0,
        ['~', ..] => -1,
        [var c, ..] when char.IsAsciiDigit(c) => 0,
        [var c, ..] when char.IsAsciiLetter(c) => c,
        [var c, ..] => c + 256,
    };
}
