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

    [Fact]
    public void A_digest_is_short_with_and_without_its_algorithm()
    {
        var digest = "sha256:" + new string('a', 64);
        Assert.Equal(
            ("aaaaaaaaaaaa", "sha256:aaaaaaaaaaaa"), (ShortText.Digest(digest), ShortText.DigestAndAlgorithm(digest)));
        Assert.Equal(("", "sha256:ab"), (ShortText.Digest(null), ShortText.DigestAndAlgorithm("sha256:ab")));
    }

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
