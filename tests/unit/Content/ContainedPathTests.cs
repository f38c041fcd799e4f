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
}
