using System.Text.RegularExpressions;

namespace Diffah.Engine.Images.Packages.Versions;

/// <summary>Versions of Python packages (PEP 440).</summary>
internal static partial class PythonVersion
{
    private static readonly string[] BeforeRelease = ["a", "b", "rc"];

    /// <summary>Compares two versions; null where one is none.</summary>
    public static int? Compare(string one, string other)
    {
        var (left, right) = (Pattern().Match(one), Pattern().Match(other));
        if (!left.Success || !right.Success)
            return null;
        var order = DigitRuns.Compare(Group(left, "epoch"), Group(right, "epoch"));
        if (order == 0)
            order = CompareReleases(Group(left, "release").Split('.'), Group(right, "release").Split('.'));
        if (order == 0)
            order = CompareMarks(PreRank(left), PreRank(right), Group(left, "preNumber"), Group(right, "preNumber"));
        if (order == 0)
            order = CompareMarks(PostRank(left), PostRank(right), PostNumber(left), PostNumber(right));
        if (order == 0)
            order = CompareMarks(DevRank(left), DevRank(right), Group(left, "devNumber"), Group(right, "devNumber"));
        return order != 0 ? order : CompareLocals(Group(left, "local"), Group(right, "local"));
    }

    private static string Group(Match version, string name) => version.Groups[name].Value;

    private static int CompareReleases(string[] one, string[] other)
    {
        for (var i = 0; i < Math.Max(one.Length, other.Length); i++)
        {
            var order = DigitRuns.Compare(one.ElementAtOrDefault(i) ?? "", other.ElementAtOrDefault(i) ?? "");
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static int CompareMarks(int one, int other, string oneNumber, string otherNumber) =>
        one != other ? one.CompareTo(other) : DigitRuns.Compare(oneNumber, otherNumber);

    // A version in development alone stands before all that is of the same release.
    private static int PreRank(Match version)
    {
        if (version.Groups["pre"].Success)
        {
            var mark = Group(version, "pre").ToLowerInvariant() switch
            {
                "alpha" => "a",
                "beta" => "b",
                "c" or "pre" or "preview" => "rc",
                var other => other,
            };
            return Array.IndexOf(BeforeRelease, mark);
        }
        return PostRank(version) == 0 && DevRank(version) == 0 ? -1 : BeforeRelease.Length;
    }

    private static int PostRank(Match version) =>
        version.Groups["post"].Success || version.Groups["plainPost"].Success ? 1 : 0;

    private static string PostNumber(Match version) => Group(version, "plainPost") + Group(version, "postNumber");

    private static int DevRank(Match version) => version.Groups["dev"].Success ? 0 : 1;

    private static int CompareLocals(string one, string other)
    {
        var (left, right) = (LocalParts(one), LocalParts(other));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = (DigitRuns.IsNumber(left[i]), DigitRuns.IsNumber(right[i])) switch
            {
                (true, true) => DigitRuns.Compare(left[i], right[i]),
                (true, false) => 1,
                (false, true) => -1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0)
                return order;
        }
        return left.Length.CompareTo(right.Length);
    }

    private static string[] LocalParts(string local) =>
        local.Length == 0 ? [] : local.ToLowerInvariant().Split('.', '-', '_');

    [GeneratedRegex(
        @"^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)"
            + @"(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>[0-9]*))?"
            + @"(?:-(?<plainPost>[0-9]+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>[0-9]*))?"
            + @"(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>[0-9]*))?"
            + @"(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
