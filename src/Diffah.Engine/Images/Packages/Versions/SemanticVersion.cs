namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>
/// Versions of npm and NuGet packages (Semantic Versioning 2.0, section 11): numbers, and what stands before a release.
/// NuGet has a fourth number.
/// </summary>
internal static class SemanticVersion
{
    /// <summary>Compares two versions; null where one is none.</summary>
    public static int? Compare(string one, string other)
    {
        if (Parse(one) is not { } left || Parse(other) is not { } right)
            return null;
        for (var i = 0; i < Math.Max(left.Numbers.Length, right.Numbers.Length); i++)
        {
            var order = DigitRuns.Compare(
                left.Numbers.ElementAtOrDefault(i) ?? "", right.Numbers.ElementAtOrDefault(i) ?? "");
            if (order != 0)
                return order;
        }
        return ComparePreReleases(left.PreRelease, right.PreRelease);
    }

    private static (string[] Numbers, string[] PreRelease)? Parse(string version)
    {
        var text = version.StartsWith('v') ? version[1..] : version;
        if (text.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus)
            text = text[..plus];
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? text : text[..dash]).Split('.');
        return numbers.All(n => DigitRuns.IsNumber(n))
            ? (numbers, dash < 0 ? [] : text[(dash + 1)..].Split('.'))
            : null;
    }

    private static int ComparePreReleases(string[] one, string[] other)
    {
        if (one.Length == 0 || other.Length == 0)
            return other.Length.CompareTo(one.Length); // a release is later than what stands before it
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            var order = CompareIdentifiers(one[i], other[i]);
            if (order != 0)
                return order;
        }
        return one.Length.CompareTo(other.Length);
    }

    private static int CompareIdentifiers(string one, string other) =>
        (DigitRuns.IsNumber(one), DigitRuns.IsNumber(other)) switch
        {
            (true, true) => DigitRuns.Compare(one, other),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(one, other),
        };
}
