using System.Text;
using System.Text.Json;
using Diffah.Engine.Signing;

namespace Diffah.Tests.Signing;

/// <summary>The documents of RFC 8785, and those that its author publishes for testing.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    // RFC 8785, sections 3.2.2 to 3.2.4.
    [InlineData("""
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }
        """, """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""")]
    [InlineData("""[ 56, { "d": true, "10": null, "1": [ ] } ]""", """[56,{"1":[],"10":null,"d":true}]""")]
    [InlineData("""
        {
          "peach": "This sorting order",
          "péché": "is wrong according to French",
          "pêche": "but canonicalization MUST",
          "sin":   "ignore locale"
        }
        """, """{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}""")]
    [InlineData("""
        {
          "1": {"f": {"f": "hi","F": 5} ,"\n": 56.0},
          "10": { },
          "": "empty",
          "a": { },
          "111": [ {"e": "yes","E": "no" } ],
          "A": { }
        }
        """, """{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}""")]
    [InlineData("""{ "Unnormalized Unicode":"A\u030a" }""", "{\"Unnormalized Unicode\":\"A\u030a\"}")]
    [InlineData("\"\\b\\t\\n\\f\\r\\u0000\\u001F\\u007f\\u2028<>&\"",
        "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028<>&\"")]
    [InlineData(" -0 ", "0")]
    [InlineData("true", "true")]
    public void A_document_has_one_form(string document, string expected) =>
        Assert.Equal(expected, Canonical(document));

    [Fact]
    public void Properties_are_sorted_by_their_utf16_code_units()
    {
        // RFC 8785, section 3.2.3; the expected bytes as published with the scheme's test data.
        const string document = """
            { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One", "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley",
              "\u00f6": "Latin Small Letter O With Diaeresis", "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge" }
            """;
        const string expected = """
            7b 22 5c 6e 22 3a 22 4e 65 77 6c 69 6e 65 22 2c 22 5c 72 22 3a 22 43 61 72 72 69 61 67 65 20 52
            65 74 75 72 6e 22 2c 22 31 22 3a 22 4f 6e 65 22 2c 22 3c 2f 73 63 72 69 70 74 3e 22 3a 22 42 72
            6f 77 73 65 72 20 43 68 61 6c 6c 65 6e 67 65 22 2c 22 c2 80 22 3a 22 43 6f 6e 74 72 6f 6c 7f 22
            2c 22 c3 b6 22 3a 22 4c 61 74 69 6e 20 53 6d 61 6c 6c 20 4c 65 74 74 65 72 20 4f 20 57 69 74 68
            20 44 69 61 65 72 65 73 69 73 22 2c 22 e2 82 ac 22 3a 22 45 75 72 6f 20 53 69 67 6e 22 2c 22 f0
            9f 98 82 22 3a 22 53 6d 69 6c 65 79 22 2c 22 ef ac b3 22 3a 22 48 65 62 72 65 77 20 4c 65 74 74
            65 72 20 44 61 6c 65 74 20 57 69 74 68 20 44 61 67 65 73 68 22 7d
            """;
        Assert.Equal(Convert.FromHexString(string.Concat(expected.Where(char.IsAsciiHexDigit))),
            CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(document)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("[01]")]
    [InlineData("[1e400]")]
    [InlineData("[NaN]")]
    [InlineData("// a comment\n{}")]
    [InlineData("\ufeff{}")]
    [InlineData("""{"a":1,"b":2,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":1}""")]
    [InlineData("""{"x":{"a":{},"a":{}}}""")]
    [InlineData("""["\ud83d"]""")]
    [InlineData("""{"\ude02":1}""")]
    public void What_has_no_canonical_form_is_refused(string document) =>
        Assert.ThrowsAny<JsonException>(() => Canonical(document));

    [Fact]
    public void Text_that_is_not_utf8_is_refused() => Assert.ThrowsAny<JsonException>(
        () => CanonicalJson.Canonicalize(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }));

    [Fact]
    public void Nesting_is_bounded()
    {
        var deepest = new string('[', CanonicalJson.MaximumDepth) + new string(']', CanonicalJson.MaximumDepth);
        Assert.Equal(deepest, Canonical(deepest));
        Assert.ThrowsAny<JsonException>(() => Canonical($"[{deepest}]"));
    }

    [Fact]
    public void The_canonical_form_is_its_own()
    {
        const string document = """{ "b": [1.0, {"z": 1, "y": "\u00e9"}], "a": "\/" }""";
        Assert.Equal(Canonical(document), Canonical(Canonical(document)));
    }

    private static string Canonical(string document) =>
        Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(document)));
}
