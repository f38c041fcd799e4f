using Diffah.Engine.Images.Packages.Versions;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.Packages.Versions;

/// <summary>
/// Orders of versions. The right values are those of dpkg and rpm, which are asked where they are installed; of
/// apk-tools' own test data; of Python's packaging; and of the documents that define the others.
/// </summary>
public sealed class VersionOrderTests
{
    public static TheoryData<string, char, string> Deb => Pairs(
        "1.0 < 1.0.1", "1.0-1 < 1.0-2", "1.0-1 < 1.0-1+deb12u1", "1.0~rc1 < 1.0", "1.0~~ < 1.0~", "1.0~ < 1.0",
        "1:0.1 > 2.0", "0:1.0 = 1.0", "1.0a < 1.0b", "1.0a < 1.0+", "1.0 < 1.0a", "9 < 10", "1.09 = 1.9",
        "2.36-9+deb12u9 < 2.36-9+deb12u14", "1.0-1-1 > 1.0-1", "1.2.3 < 1.2.3-0.1", "1.0-0 = 1.0",
        "20230311+deb12u1 < 20250419~deb12u2", "3:3.2.25-0+deb12u3 < 3:3.2.25-0+deb12u7",
        "17.0.19+10-1~deb12u2 < 17.0.21.1+2-1~deb12u1", "1.2.13.dfsg-1 < 1.2.13.dfsg-1+b1",
        "99999999999999999999 > 99999999999999999998");

    public static TheoryData<string, char, string> Rpm => Pairs(
        "1.0 = 1.0", "1.0 < 2.0", "2.0.1 < 2.0.1a", "5.5p1 < 5.5p2", "5.5p10 > 5.5p1", "10xyz < 10.1xyz",
        "xyz10 < xyz10.1", "xyz.4 < 8", "xyz.4 < 2", "5.5p2 < 5.6p1", "6.0 < 6.0.rc1", "10b2 > 10a1", "1.0aa > 1.0a",
        "10.0001 = 10.1", "10.0001 < 10.0039", "4.999.9 < 5.0", "20101121 < 20101122", "2_0 = 2.0", "2.0 = 2_0",
        "1.0~rc1 < 1.0", "1.0~rc1 < 1.0~rc2", "1.0~rc1~git123 < 1.0~rc1", "1.0^ > 1.0", "1.0^git1 > 1.0",
        "1.0^git1 < 1.0^git2", "1.0^git1 < 1.01", "1.0^20160101 < 1.0.1", "1.0^20160101^git1 > 1.0^20160101",
        "1.0~rc1^git1 > 1.0~rc1", "1.0^git1~pre < 1.0^git1", "1b.fc17 < 1.fc17", "1g.fc17 > 1.fc17",
        "1.1.α = 1.1.β", "00 = 0", "+ = _");

    // Of apk-tools, test/unit/version.data.
    public static TheoryData<string, char, string> Apk => Pairs(
        "2.34 > 0.1.0_alpha", "0.1.0_alpha = 0.1.0_alpha", "0.1.0_alpha < 0.1.3_alpha", "0.1.0_alpha2 > 0.1.0_alpha",
        "0.1.0_alpha < 2.2.39-r1", "1.0.4-r3 < 1.0.4-r4", "1.6 > 1.0.2", "1.1 > 1.1_alpha1", "1.2.1 > 1.2",
        "1.2 < 1.3_alpha", "4.8-r1 > 3.10.18-r1", "2.3.0b-r1 < 2.3.0b-r2", "3.1_p16 < 3.1_p17", "3.1_p17 > 1.06-r6",
        "1.06-r6 < 006", "006 > 1.0.0", "1.2.2-r1 > 1.2.2", "2.16.1-r3 = 2.16.1-r3", "2.01.01_alpha10 > 0.94",
        "1.0 > 0.99.3.20040818", "1.02 < 1.03-r1", "1.02.07 < 1.02.10-r1", "2.5.1-r8 < 2.5.1a-r1", "2.0.2 > 1.1a",
        "1.8.5 < 1.8.5_p2", "1.6.8_p12-r1 > 1.6.8_p9-r2", "7.0.17 < 7.0.174", "1.2.07.8 < 1.2.12.04", "1.3-r0 < "
            + "1.3.1-r0", "1.3_pre1-r1 < 1.3.2", "1.0_p10-r0 > 1.0_p9-r0", "0.1.0_alpha_pre2 < 0.1.0_alpha",
        "1.0.0_pre20191002222144-r0 < 1.0.0_pre20210530193627-r0", "3.0.20060720 < 20060720", "1.0~1234 < 1.0~2345",
        "1.0~1234-r1 < 1.0~2345-r0");

    // What packaging.version of Python says.
    public static TheoryData<string, char, string> Python => Pairs(
        "1.0 = 1.0.0", "1.0.dev1 < 1.0a1", "1.0a1 < 1.0b1", "1.0b1 < 1.0rc1", "1.0rc1 < 1.0", "1.0 < 1.0.post1",
        "1.0.post1.dev2 < 1.0.post1", "1.0a1.dev1 < 1.0a1", "1!0.1 > 2.0", "1.0+local < 1.0.post1", "1.0 < 1.0+local",
        "1.0+a < 1.0+1", "1.0+1 < 1.0+1.2", "1.10 > 1.9", "v1.0-alpha.1 = 1.0a1", "1.0-1 = 1.0.post1", "1.0c1 = 1.0rc1",
        "2024.2.2 < 2024.12.14", "1.0.post1.dev2 > 1.0", "1.0.dev1 < 1.0.dev2");

    // Semantic Versioning 2.0, section 11; the fourth number is NuGet's.
    public static TheoryData<string, char, string> Npm => Pairs(
        "1.0.0 < 2.0.0", "2.0.0 < 2.1.0", "2.1.0 < 2.1.1", "1.0.0-alpha < 1.0.0", "1.0.0-alpha < 1.0.0-alpha.1",
        "1.0.0-alpha.1 < 1.0.0-alpha.beta", "1.0.0-alpha.beta < 1.0.0-beta", "1.0.0-beta < 1.0.0-beta.2",
        "1.0.0-beta.2 < 1.0.0-beta.11", "1.0.0-beta.11 < 1.0.0-rc.1", "1.0.0-rc.1 < 1.0.0", "1.0.0+a = 1.0.0+b",
        "4.0.0.1 > 4.0.0", "10.0.0 > 9.0.0");

    // The documentation of Maven's ComparableVersion.
    public static TheoryData<string, char, string> Maven => Pairs(
        "1.0 = 1", "1.0.0 = 1.0-ga", "1.0-alpha-1 < 1.0-beta-1", "1.0-beta-1 < 1.0-milestone-1", "1.0-m1 < 1.0-rc1",
        "1.0-cr1 = 1.0-rc1", "1.0-rc1 < 1.0-SNAPSHOT", "1.0-SNAPSHOT < 1.0", "1.0 < 1.0-sp", "1.0-sp < 1.0-xyz",
        "1.0-xyz < 1.0-1", "1.10 > 1.9", "1.0a1 = 1.0-alpha-1", "5.3.9.RELEASE < 5.3.10.RELEASE", "2.0.Final = 2.0",
        "31.0-jre < 32.1.2-jre");

    [Theory]
    [MemberData(nameof(Deb))]
    public void Deb_is_in_order(string one, char order, string other) => AssertOrder("deb", one, order, other);

    [Theory]
    [MemberData(nameof(Rpm))]
    public void Rpm_is_in_order(string one, char order, string other) => AssertOrder("rpm", one, order, other);

    [Theory]
    [MemberData(nameof(Apk))]
    public void Apk_is_in_order(string one, char order, string other) => AssertOrder("apk", one, order, other);

    [Theory]
    [MemberData(nameof(Python))]
    public void Python_is_in_order(string one, char order, string other) => AssertOrder("pypi", one, order, other);

    [Theory]
    [MemberData(nameof(Npm))]
    public void Npm_is_in_order(string one, char order, string other) => AssertOrder("npm", one, order, other);

    [Theory]
    [MemberData(nameof(Maven))]
    public void Maven_is_in_order(string one, char order, string other) => AssertOrder("maven", one, order, other);

    [Theory]
    [InlineData("apk", "1.0", "abc")]
    [InlineData("apk", "1.0_new", "1.0")]
    [InlineData("npm", "latest", "1.0.0")]
    [InlineData("npm", "1.0.0", "git-2")]
    [InlineData("pypi", "1.0", "unknown")]
    public void What_is_no_version_has_no_order(string type, string one, string other) =>
        Assert.Null(VersionOrder.Compare(type, one, other));

    [Theory]
    [InlineData("rpm", "1:1.0-1", "2.0-1", 1)]
    [InlineData("rpm", "2.0-1", "1:1.0-1", -1)]
    [InlineData("rpm", "1.0-2.el9", "1.0-10.el9", -1)]
    [InlineData("rpm", "0:1.0-1", "1.0-2", -1)]
    public void Epoch_and_release_count(string type, string one, string other, int order) =>
        Assert.Equal(order, Math.Sign(VersionOrder.Compare(type, one, other)!.Value));

    [SkippableFact]
    public async Task Dpkg_says_the_same()
    {
        var random = new Random(16);
        for (var i = 0; i < 60; i++)
        {
            var (one, other) = (RandomDeb(random), RandomDeb(random));
            var isEarlier =
                (await ExternalTool.TryRunAsync("dpkg", "--compare-versions", one, "lt", other)).ExitCode == 0;
            var isLater =
                (await ExternalTool.TryRunAsync("dpkg", "--compare-versions", one, "gt", other)).ExitCode == 0;
            Assert.True((isLater ? 1 : isEarlier ? -1 : 0) == Math.Sign(VersionOrder.Compare("deb", one, other) ?? 0),
                $"{one} {other}");
        }
    }

    [SkippableFact]
    public async Task Rpm_says_the_same()
    {
        var random = new Random(16);
        var pairs = Enumerable.Range(0, 400)
            .Select(_ => (One: Random(random, "019ab~^."), Other: Random(random, "019ab~^."))).ToList();
        var script = string.Concat(pairs.Select(p => $"print(rpm.vercmp('{p.One}', '{p.Other}'), ' ')"));
        var answers = (await ExternalTool.RunAsync("rpm", "--eval", $"%{{lua:{script}}}"))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(pairs.Count, answers.Length);
        for (var i = 0; i < pairs.Count; i++)
            Assert.True(answers[i] == $"{Math.Sign(RpmVersion.CompareParts(pairs[i].One, pairs[i].Other))}",
                $"{pairs[i]}: {answers[i]}");
    }

    private static string RandomDeb(Random random) =>
        $"{(random.Next(4) == 0 ? "1:" : "")}{random.Next(3)}{Random(random, "019ab~+.")}-"
            + $"{random.Next(3)}{Random(random, "01a~+.")}";

    private static string Random(Random random, string characters) =>
        new([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => characters[random.Next(characters.Length)])]);

    private static void AssertOrder(string type, string one, char order, string other)
    {
        int? sign = order switch { '<' => -1, '>' => 1, _ => null };
        Assert.Equal(sign, Sign(VersionOrder.Compare(type, one, other)));
        Assert.Equal(-sign, Sign(VersionOrder.Compare(type, other, one)));
    }

    private static int? Sign(int? order) => order is { } number ? Math.Sign(number) : null;

    private static TheoryData<string, char, string> Pairs(params string[] pairs)
    {
        var data = new TheoryData<string, char, string>();
        foreach (var pair in pairs.Select(p => p.Split(' ')))
            data.Add(pair[0], pair[1][0], pair[2]);
        return data;
    }
}
