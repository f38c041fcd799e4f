using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Diagnostics;

public sealed partial class WordingTests
{
    public static TheoryData<string> Codes => [.. DiffahErrors.All.Select(error => error.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void An_error_of_a_cmdlet_names_no_option_of_the_command_line(string code)
    {
        var hint = Hint(Face.PowerShell, code);
        Assert.DoesNotMatch(Option(), hint);
        Assert.DoesNotContain("diffah ", hint, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void An_error_of_the_command_line_names_no_parameter(string code)
    {
        var hint = Hint(Face.CommandLine, code);
        Assert.DoesNotMatch(Parameter(), hint);
        Assert.DoesNotContain("-Diffah", hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Use Credential (--creds), or log in.", "Use -Credential, or log in.", "Use --creds, or log in.")]
    [InlineData("Use SkipTlsVerification (--tls-verify=false).", "Use -SkipTlsVerification.",
        "Use --tls-verify=false.")]
    [InlineData("Use IntraLayer Required (--intra-layer required).", "Use -IntraLayer Required.",
        "Use --intra-layer required.")]
    [InlineData("Leave Platform (--platform) out.", "Leave -Platform out.", "Leave --platform out.")]
    [InlineData("Look with Get-DiffahImage (diffah image).", "Look with Get-DiffahImage.", "Look with diffah image.")]
    [InlineData("By name: Restore-DiffahImage -BaselineSpec (diffah unbundle).",
        "By name: Restore-DiffahImage -BaselineSpec.", "By name: diffah unbundle.")]
    [InlineData("Install libzstd (Debian: apt-get install libzstd1).",
        "Install libzstd (Debian: apt-get install libzstd1).", "Install libzstd (Debian: apt-get install libzstd1).")]
    public void A_hint_speaks_the_words_of_the_face(string hint, string cmdlet, string line)
    {
        Assert.Equal(cmdlet, Say(Face.PowerShell, hint));
        Assert.Equal(line, Say(Face.CommandLine, hint));
        Assert.Equal(hint, Say(Face.Library, hint));
    }

    // What is written straight into the code, beside the table.
    [Fact]
    public void No_text_of_the_engine_names_an_option_that_can_not_be_put_into_other_words()
    {
        var texts = Texts("src/Diffah.Engine")
            .Where(text => Option().IsMatch(text) && !text.Contains("skopeo", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.DoesNotMatch(Option(), Say(Face.PowerShell, text)));
        Assert.All(texts, text => Assert.DoesNotMatch(Parameter(), Say(Face.CommandLine, text)));
    }

    [Fact]
    public void No_text_of_the_module_names_an_option() =>
        Assert.All(Texts("src/Diffah.PowerShell"), text => Assert.DoesNotMatch(Option(), text));

    [Fact]
    public void No_text_of_the_command_line_names_a_parameter() =>
        Assert.All(Texts("src/Diffah.Cli"), text => Assert.DoesNotMatch(Parameter(), text));

    private static string Hint(Face face, string code) =>
        As(face,
            () => new DiffahException(
                DiffahErrors.All.Single(error => error.Code == code), "it went wrong").NextAction);

    private static string Say(Face face, string hint) => As(face, () => Wording.Of(hint));

    private static string As(Face face, Func<string> say)
    {
        Wording.Use(face);
        return say();
    }

    private static IEnumerable<string> Texts(string folder) =>
        from file in Directory.EnumerateFiles(
            Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
        from line in File.ReadLines(file)
        where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && !line.Contains("GeneratedRegex", StringComparison.Ordinal)
        from Match text in Literal().Matches(line)
        select text.Value;

    [GeneratedRegex(@"(?<![\w-])--[a-z]")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<![\w-])-[A-Z][a-z]+|\b[A-Z][a-z]+[A-Z]\w+ \(--")]
    private static partial Regex Parameter();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literal();
}
