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
    public void Relative_names_are_normalised(string name, string expected)
    {
        Assert.Equal(expected, ContainedPath.Normalize(name));
        Assert.Equal($"/root/{expected}", ContainedPath.Resolve("/root", name));
    }

    public static TheoryData<string> Refused => new("", ".", "./", "/", "/a", "..", "../a", "a/..", "a/../b",
        "a/../../b", "a\\b", "..\\a", "a\0b", new string('a', 5000));

    [Theory]
    [MemberData(nameof(Refused))]
    public void Names_that_lead_out_or_nowhere_are_refused(string name)
    {
        var error = Assert.Throws<DiffahException>(() => ContainedPath.Normalize(name));
        Assert.Equal(DiffahErrors.InvalidImage, error.Error);
        Assert.DoesNotContain('\0', error.Message);
        Assert.True(error.Message.Length < 250);
    }
}
