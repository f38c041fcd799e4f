using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.BaseImages;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Images.BaseImages;

/// <summary>ARG before the first FROM, what a build is given, and what substitution makes of both.</summary>
public sealed class DockerfileVariableTests
{
    [Theory]
    [InlineData("ARG V=3.19\nFROM alpine:$V", "", "alpine:3.19")]
    [InlineData("ARG V=3.19\nFROM alpine:$V", "V=3.20", "alpine:3.20")]
    [InlineData("ARG V\nFROM alpine:$V", "V=3.20", "alpine:3.20")]
    [InlineData("ARG V=1\nFROM alpine:3", "V=2", "alpine:3")]
    [InlineData("arg A=b:1 C='d'\nFROM a/$C-$A", "", "a/d-b:1")]
    [InlineData("ARG A=\"x\"y\nFROM $A", "", "xy")]
    [InlineData("ARG R=reg.example\nARG I=$R/app\nFROM ${I}:1", "", "reg.example/app:1")]
    [InlineData("ARG R=reg.example\nARG I=$R/app\nFROM ${I}:1", "R=other.example", "other.example/app:1")]
    [InlineData("ARG V=1\nARG V=2\nFROM a:$V", "", "a:2")]
    [InlineData("ARG V=1\nARG V\nFROM a:$V", "", "a:1")]
    [InlineData("ARG v=1\nARG V=2\nFROM a:$v", "", "a:1")]
    // An ARG of a stage is the stage's, and no FROM's.
    [InlineData("ARG V=1\nFROM a:0\nARG V=2\nFROM b:$V", "", "b:1")]
    [InlineData("ARG V=$TARGETARCH\nFROM a:$V", "", "a:amd64")]
    [InlineData("FROM a:$TARGETARCH", "TARGETARCH=riscv64", "a:riscv64")]
    [InlineData("ARG S=\nFROM a$S", "", "a")]
    // What a build is given is taken as it is.
    [InlineData("ARG V=1\nARG W=2\nFROM a:1", "V=$W", "a:1")]
    public void Variables_have_what_is_given_or_their_default(string file, string given, string image) =>
        Assert.Equal(image, BaseOf(file, given));

    [Theory]
    [InlineData("a:${SET}", "a:one")]
    [InlineData("a:${SET:-d}", "a:one")]
    [InlineData("a:${SET-d}", "a:one")]
    [InlineData("a:${NONE:-d}", "a:d")]
    [InlineData("a:${NONE-d}", "a:d")]
    [InlineData("a:${EMPTY:-d}", "a:d")]
    [InlineData("a:1${EMPTY-d}", "a:1")]
    [InlineData("a:1${SET:+x}", "a:1x")]
    [InlineData("a:1${SET+x}", "a:1x")]
    [InlineData("a:1${EMPTY:+x}", "a:1")]
    [InlineData("a:1${EMPTY+x}", "a:1x")]
    [InlineData("a:1${NONE:+x}", "a:1")]
    [InlineData("a:1${NONE+x}", "a:1")]
    [InlineData("a:${SET:?must}", "a:one")]
    [InlineData("a:1${EMPTY?must}", "a:1")]
    [InlineData("a:${NONE:-${EMPTY:-${SET}}}", "a:one")]
    [InlineData("a:${NONE:-\"q\"}", "a:q")]
    [InlineData("a:'1'\"$SET\"", "a:1one")]
    [InlineData("a:$SET.2", "a:one.2")]
    [InlineData("a:${SET}_2", "a:one_2")]
    [InlineData("a\\:1", "a:1")]
    // The reference's own values: str=foobarbaz, then string=foobarbaz with a pattern replaced.
    [InlineData("a:${STR#f*b}", "a:arbaz")]
    [InlineData("a:${STR##f*b}", "a:az")]
    [InlineData("a:${STR%b*}", "a:foobar")]
    [InlineData("a:${STR%%b*}", "a:foo")]
    [InlineData("a:${STR/ba/fo}", "a:fooforbaz")]
    [InlineData("a:${STR//ba/fo}", "a:fooforfoz")]
    [InlineData("a:${VERSION%.*}", "a:20.11")]
    [InlineData("a:${VERSION%%.*}", "a:20")]
    [InlineData("a:${VERSION#??.}", "a:11.1")]
    [InlineData("a:${VERSION/./-}", "a:20-11.1")]
    [InlineData("a:${VERSION//./}", "a:20111")]
    [InlineData("a:${VERSION#x}", "a:20.11.1")]
    public void Substitution_is_the_shells(string from, string image) => Assert.Equal(image, BaseOf(
        $"ARG SET=one EMPTY= NONE STR=foobarbaz VERSION=20.11.1\nFROM {from}", ""));

    [Theory]
    [InlineData("# escape=`\nARG V=1\nFROM a:`1$V", "a:11")]
    [InlineData("ARG V='$X'1\nFROM a:${V#?X}", "a:1")]
    [InlineData("ARG V=\"\\$X\"1\nFROM a:${V#?X}", "a:1")]
    [InlineData("ARG V=\\$X1\nFROM a:${V#?X}", "a:1")]
    [InlineData("ARG V=b\\ c\nFROM a:${V#b?}", "a:c")]
    [InlineData("ARG V=x*y\nFROM a:${V#x\\*}", "a:y")]
    public void Escapes_and_quotes_keep_signs_as_they_are(string file, string image) =>
        Assert.Equal(image, BaseOf(file, ""));

    [Theory]
    [InlineData("FROM a:$V", 1, "'V', which no ARG before the first FROM declares")]
    [InlineData("ARG V\nFROM a:${V}", 2, "'V', which has no value here")]
    [InlineData("ARG V\nARG W=x$V\nFROM a:${W}", 3, "'V', which has no value here")]
    [InlineData("FROM a:1\nARG V=2\nFROM a:$V", 3, "'V', which has no value here")]
    [InlineData("FROM ${V:?say-which}", 1, "'V' has no value: 'say-which'")]
    [InlineData("ARG V\nFROM ${V?}", 2, "'V' has no value: the file wants one")]
    [InlineData("FROM ${V", 1, "lacks its '}'")]
    [InlineData("FROM ${V:-x", 1, "lacks its '}'")]
    [InlineData("FROM ${}", 1, "names no variable")]
    [InlineData("FROM ${V:=x}", 1, "a modifier that is not known: ':='")]
    [InlineData("FROM ${V^}", 1, "a modifier that is not known: '^'")]
    [InlineData("FROM 'a", 1, "a single quote is never closed")]
    [InlineData("FROM \"a", 1, "a double quote is never closed")]
    [InlineData("ARG V=\"a\nFROM b", 1, "a quote is never closed")]
    [InlineData("ARG V=a\nFROM ${V#\\a}", 2, "is no pattern")]
    public void What_has_no_value_is_named_with_its_line(string file, int line, string rule)
    {
        var e = Errors.Throws(DiffahErrors.DockerfileInvalid, () => BaseOf(file, ""));
        Assert.StartsWith($"'/src/Dockerfile', line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(rule, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_grow_without_end_are_refused()
    {
        var doubled = "ARG A0=0123456789\n"
            + string.Concat(Enumerable.Range(0, 60).Select(i => $"ARG A{i + 1}=$A{i}$A{i}\n")) + "FROM a:1";
        Assert.Contains("a value has more than 65536 characters",
            Errors.Throws(DiffahErrors.DockerfileInvalid, () => BaseOf(doubled, "")).Message, StringComparison.Ordinal);
        var copied = $"ARG A={new string('x', 60_000)}\n"
            + string.Concat(Enumerable.Repeat("ARG A=$A\n", 20_000)) + "FROM a:1";
        Assert.Contains("more work than is done for a file",
            Errors.Throws(DiffahErrors.DockerfileInvalid, () => BaseOf(copied, "")).Message, StringComparison.Ordinal);
        var nested = string.Concat(Enumerable.Repeat("${A:-", 100_000));
        Assert.Contains("too many substitutions within one another", Errors.Throws(
            DiffahErrors.DockerfileInvalid, () => BaseOf($"FROM {nested}", "")).Message, StringComparison.Ordinal);
    }

    private static string BaseOf(string file, string given) => Dockerfile.Parse(file, "/src/Dockerfile")
        .FindBase(Platform.Default, given.Length == 0
            ? []
            : new Dictionary<string, string> { [given.Split('=')[0]] = given.Split('=')[1] }).Name;
}
