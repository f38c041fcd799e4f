using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Content;

public sealed class ContainedPathTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a/b", "a/b")]
    [InlineData("./a//b/./c", "a/b/c")]
    [InlineData("a/", "a")]
    [InlineData("..a/b..", "..a/b..")]
    [InlineData("a b/ü", "a b/ü")]
    public void RelativeNamesAreNormalised(string name, string expected)
    {
        Assert.Equal(expected, ContainedPath.Normalize(name));
        Assert.Equal($"/root/{expected}", ContainedPath.Resolve("/root", name));
    }

    public static TheoryData<string> Refused => new("", ".", "./", "/", "/a", "..", "../a", "a/..", "a/../b", "a/../../b", "a\\b", "..\\a", "a\0b", new string('a', 5000));

    [Theory]
    [MemberData(nameof(Refused))]
    public void NamesThatLeadOutOrNowhereAreRefused(string name)
    {
        var error = Assert.Throws<DiffahException>(() => ContainedPath.Normalize(name));
        Assert.Equal(DiffahErrors.InvalidImage, error.Error);
        Assert.DoesNotContain('\0', error.Message);
        Assert.True(error.Message.Length < 250);
    }

    [Theory]
    [InlineData("a/layer.tar", "../b.tar", "b.tar")]
    [InlineData("a/layer.tar", "b.tar", "a/b.tar")]
    [InlineData("layer.tar", "x/./y", "x/y")]
    [InlineData("a/b/c", "../../d/../e", "e")]
    public void LinksAreFollowedInside(string link, string target, string expected) => Assert.Equal(expected, ContainedPath.FollowLink(link, target));

    [Theory]
    [InlineData("layer.tar", "../b")]
    [InlineData("a/layer.tar", "../../b")]
    [InlineData("a/layer.tar", "x/../../../a/b")]
    [InlineData("a", "/etc/passwd")]
    [InlineData("a", "")]
    [InlineData("a", ".")]
    [InlineData("a/b", "..")]
    [InlineData("a", "b\\c")]
    public void LinksThatLeadOutAreRefused(string link, string target) =>
        Assert.Equal(DiffahErrors.InvalidImage, Assert.Throws<DiffahException>(() => ContainedPath.FollowLink(link, target)).Error);
}
