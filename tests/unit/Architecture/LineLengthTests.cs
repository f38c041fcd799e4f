using System.Text.RegularExpressions;
using Diffah.Tests.Support;

namespace Diffah.Tests.Architecture;

/// <summary>
/// Lines of code have at most 120 characters (.editorconfig says so too), so that two files fit side by side.
/// </summary>
public sealed partial class LineLengthTests
{
    private const int Maximum = 120;

    private static readonly string[] Folders = ["src", "tests", "bench", "build", "docs"];
    private static readonly string[] Extensions = [".cs", ".ps1", ".psm1", ".sh"];

    [Fact]
    public void No_line_is_longer_than_the_limit()
    {
        var files = Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*", All))
            .Concat(Directory.EnumerateFiles(Repository.Root))
            .Where(f => Extensions.Contains(Path.GetExtension(f)) && !Built().IsMatch(f));
        var found = files.SelectMany(LongLines).ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("x", false)]
    [InlineData("    x = \"x\" + \"", true)]
    [InlineData("    \"no code beside it", false)]
    [InlineData("        + $\"no code beside it", false)]
    [InlineData("        throw new InvalidOperationException(\"more than a name before it", true)]
    public void Only_a_literal_alone_may_be_longer(string start, bool found)
    {
        var line = start + (start == "x" ? "" : new string('x', Maximum) + "\";");
        Assert.Equal(found, LongLines("a.cs", [line]).Any());
    }

    [Fact]
    public void What_is_inside_a_raw_literal_may_be_longer() =>
        Assert.Equal(
            ["a.cs:4"], LongLines("a.cs", ["x = \"\"\"", new string('x', 200), "\"\"\";", new string('y', 121)]));

    private static IEnumerable<string> LongLines(string path) =>
        LongLines(Path.GetRelativePath(Repository.Root, path), File.ReadAllLines(path));

    private static IEnumerable<string> LongLines(string name, string[] lines)
    {
        var inside = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var starts = inside;
            inside ^= Fence(Path.GetExtension(name)).Count(lines[i]) % 2 != 0;
            if (lines[i].Length > Maximum && !(starts && inside) && !Alone(name).IsMatch(lines[i]))
                yield return $"{name}:{i + 1}";
        }
    }

    private static EnumerationOptions All => new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    private static Regex Alone(string name) =>
        name.EndsWith(".cs", StringComparison.Ordinal) ? LiteralAlone() : ScriptLiteralAlone();

    // Where a literal of several lines begins or ends.
    private static Regex Fence(string extension) => extension == ".cs" ? RawLiteral() : HereString();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawLiteral();

    [GeneratedRegex("@['\"]$|^['\"]@")]
    private static partial Regex HereString();

    // A literal with at most a short name before it and a few characters after it can't be broken any further. In C# it
    // is one literal: quotes inside are escaped, or it is raw, verbatim or interpolated.
    [GeneratedRegex("""
        ^\ *(\+\ |"{3},\ )?[^"' ]{0,16}\ ?([$@]+".*|"{3}.*|"([^"\\]|\\.)*)"[\])},;:.\ ]*$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LiteralAlone();

    [GeneratedRegex("""^\ *[^"' ]{0,16}\ ?\(?["'].*["'].{0,26}$""", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ScriptLiteralAlone();

    [GeneratedRegex("/(bin|obj|out)/")]
    private static partial Regex Built();
}
