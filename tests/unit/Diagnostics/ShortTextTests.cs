using System.Globalization;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Diagnostics;

public sealed partial class ShortTextTests
{
    [Theory]
    [InlineData(null, 3, "")]
    [InlineData("", 3, "")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc…")]
    [InlineData("abcd", 0, "…")]
    [InlineData("ab😀cd", 3, "ab…")]
    [InlineData("ab😀cd", 4, "ab😀…")]
    public void A_text_is_cut_between_characters_and_says_so(string? text, int length, string expected) =>
        Assert.Equal(expected, ShortText.Cut(text, length));

    [Theory]
    [InlineData(0, ", ", "")]
    [InlineData(2, " or ", "0 or 1")]
    [InlineData(50, ",", "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,"
        + "34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49")]
    public void A_short_list_is_shown_whole(int count, string separator, string expected) =>
        Assert.Equal(expected, ShortText.List(Names(count), separator));

    [Theory]
    [InlineData(51, "49 and 1 more")]
    [InlineData(200_000, "49 and 199950 more")]
    public void Of_a_long_list_fifty_are_shown_and_the_others_counted(int count, string end)
    {
        var shown = ShortText.List(Names(count));
        Assert.Equal(50, shown.Split(", ").Length);
        Assert.EndsWith(", " + end, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("0644", "0644")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "0123456789ab")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "0123456789ab")]
    [InlineData("0123456789abcdef0123456789abcdef", "0123456789a…")]
    [InlineData("PATH=/usr/local/bin:/bin", "PATH=/usr/l…")]
    [InlineData("time:00000000000000000000000000000000000000000000000000000000000000zz", "time:000000…")]
    public void A_value_is_short_whether_it_is_a_digest_or_not(string? value, string expected) =>
        Assert.Equal(expected, ShortText.Value(value, 11));

    [Fact]
    public void A_digest_is_short_with_and_without_its_algorithm()
    {
        var digest = "sha256:" + new string('a', 64);
        Assert.Equal(
            ("aaaaaaaaaaaa", "sha256:aaaaaaaaaaaa"), (ShortText.Digest(digest), ShortText.DigestAndAlgorithm(digest)));
        Assert.Equal(("", "sha256:ab"), (ShortText.Digest(null), ShortText.DigestAndAlgorithm("sha256:ab")));
    }

    private static string[] Names(int count) =>
        [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    [Fact]
    public void Nobody_cuts_texts_for_people_by_themselves()
    {
        var cuts = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(
                path => !path.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(path) != "ShortText.cs")
            .SelectMany(path =>
                OwnCut().Matches(File.ReadAllText(path)).Select(match => $"{Path.GetFileName(path)}: {match.Value}"));
        Assert.Empty(cuts);
    }

    // text.Length > 40 ? text[..40] : and its kin with an ellipsis.
    [GeneratedRegex(@"\.Length > (\w+) \? \w+\[\.\.\1\]")]
    private static partial Regex OwnCut();
}
