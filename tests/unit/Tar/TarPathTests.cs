using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Tests.Tar;

public sealed class TarPathTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("/a", "a")]
    [InlineData("//a/./b//", "a/b")]
    [InlineData("a/../b", "b")]
    [InlineData("..a/b..", "..a/b..")]
    [InlineData("back\\slash", "back\\slash")]
    public void A_name_begins_at_the_root(string name, string expected) =>
        Assert.Equal(expected, TarPath.Normalize(name));

    public static TheoryData<string> Refused =>
        new("", ".", "/", "..", "../a", "a/../../b", "/..", "a\0b", new string('a', 5000));

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_name_that_climbs_or_is_none_is_refused(string name)
    {
        Assert.Null(TarPath.TryNormalize(name));
        Assert.Equal(DiffahErrors.InvalidImage, Assert.Throws<DiffahException>(() => TarPath.Normalize(name)).Error);
    }

    [Theory]
    [InlineData("a/layer.tar", "../b.tar", "b.tar")]
    [InlineData("a/layer.tar", "b.tar", "a/b.tar")]
    [InlineData("layer.tar", "x/./y", "x/y")]
    [InlineData("a/b/c", "../../d/../e", "e")]
    [InlineData("a/b/c", "/d", "d")]
    public void Links_are_followed_inside(string link, string target, string expected) =>
        Assert.Equal(expected, TarPath.Follow(link, target));

    [Theory]
    [InlineData("layer.tar", "../b")]
    [InlineData("a/layer.tar", "x/../../../a/b")]
    [InlineData("a", "")]
    [InlineData("a", ".")]
    [InlineData("a/b", "..")]
    public void Links_that_lead_out_are_refused(string link, string target) =>
        Assert.Equal(
            DiffahErrors.InvalidImage, Assert.Throws<DiffahException>(() => TarPath.Follow(link, target)).Error);
}
