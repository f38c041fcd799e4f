using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Entries;

namespace Diffah.Tests.Images.Comparison;

/// <summary>Which paths a pattern stands for.</summary>
public sealed class ExcludedPathsTests
{
    [Theory]
    [InlineData("var/cache", "var/cache", true)]
    [InlineData("/var/cache/", "var/cache/apt/a.bin", true)]
    [InlineData("var/cache", "var/cached", false)]
    [InlineData("var/cache", "usr/var/cache", false)]
    [InlineData("./var/*/apt", "var/cache/apt", true)]
    [InlineData("var/*/apt", "var/a/b/apt", false)]
    [InlineData("var/*", "var", false)]
    [InlineData("*", "etc/passwd", true)]
    [InlineData("?.txt", "a.txt", true)]
    [InlineData("?.txt", "ab.txt", false)]
    [InlineData("?b", "/b", false)]
    [InlineData("**/*.pyc", "a.pyc", true)]
    [InlineData("**/*.pyc", "usr/lib/a.pyc", true)]
    [InlineData("**/*.pyc", "usr/lib/a.py", false)]
    [InlineData("usr/**/x", "usr/x", true)]
    [InlineData("usr/**/x", "usr/a/b/x", true)]
    [InlineData("usr/**", "usr/a/b", true)]
    [InlineData("usr/**", "usr", false)]
    [InlineData("usr/bin/[", "usr/bin/[", true)]
    [InlineData("a.b", "aXb", false)]
    [InlineData("a*", "a\nb", true)]
    [InlineData("etc/motd", "etc/.wh.motd", true)]
    [InlineData("etc", "etc/.wh..wh..opq", true)]
    [InlineData("etc/x", "etc/.wh..wh..opq", false)]
    public void Patterns(string glob, string path, bool isExcluded) =>
        Assert.Equal(isExcluded, ExcludedPaths.Parse([glob]).Contains(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("./")]
    [InlineData("../etc")]
    [InlineData("a/***/b")]
    [InlineData("a\0b")]
    public void What_is_no_pattern_is_refused(string glob)
    {
        var e = Assert.Throws<DiffahException>(() => ExcludedPaths.Parse(["etc", glob]));
        Assert.Equal(DiffahErrors.InvalidArgument, e.Error);
    }

    [Fact]
    public void A_long_path_takes_no_long_time()
    {
        var excluded = ExcludedPaths.Parse(["**/a**/a**/a**/a**/b"]);
        Assert.False(excluded.Contains(string.Concat(Enumerable.Repeat("a/", 20_000)) + "c"));
    }
}
