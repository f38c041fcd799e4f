using System.Globalization;
using System.Text;
using Diffah.Engine.Diagnostics;

namespace Diffah.Tests.Diagnostics;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("é 中 😀 ¼", "é 中 😀 ¼")]
    [InlineData("a\u001b[31mb\r\n\u0085", "a?[31mb???")]
    [InlineData("app\u202Egpj.tar", "app?gpj.tar")] // turns the direction (Trojan Source, CVE-2021-42574)
    [InlineData("\u2066a\u2069\u200F\u061C", "?a???")]
    [InlineData("a\u2028b\u2029c", "a?b?c")]
    [InlineData("a\u200Bb\uFEFFc\u00AD", "a?b?c?")]
    [InlineData("a\U000E0041\U0001D173b", "a??b")]
    [InlineData("", "")]
    public void What_is_not_seen_is_made_visible(string text, string shown) =>
        Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void Half_a_character_is_shown_as_none() => Assert.Equal("half \uFFFD!", Printable.Line("half \ud83d!"));

    /// <summary>The classes are Unicode's own, as the base library knows them.</summary>
    [Fact]
    public void Nothing_of_the_invisible_classes_is_left()
    {
        var all = new StringBuilder();
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (Rune.IsValid(code))
                all.Append(new Rune(code));
        }
        Assert.DoesNotContain(Printable.Line(all.ToString()).EnumerateRunes(), r => Rune.GetUnicodeCategory(r)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
    }
}
