using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Diffah.Tests.Reports;

/// <summary>A page as a strict reader sees it: one of XML, which knows nothing of what wrote it.</summary>
internal sealed partial class ParsedPage
{
    private readonly XDocument _page;

    public ParsedPage(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        // The elements of a head without an end, and a style that is no markup; nothing of the body is touched.
        var end = html.IndexOf("</head>", StringComparison.Ordinal);
        var head = Style().Replace(Meta().Replace(html[15..end], ""), "");
        _page = XDocument.Parse(head + html[end..], LoadOptions.PreserveWhitespace);
    }

    /// <summary>The names of all elements.</summary>
    public IEnumerable<string> Elements => _page.Descendants().Select(e => e.Name.LocalName);

    /// <summary>The texts of all elements of a name, in order.</summary>
    public IEnumerable<string> Texts(string element) => _page.Descendants(element).Select(e => e.Value);

    /// <summary>The values of an attribute, in order.</summary>
    public IEnumerable<string> Values(string attribute) =>
        _page.Descendants().Attributes(attribute).Select(a => a.Value);

    /// <summary>The rows of the table of a name, as the texts of their cells.</summary>
    public IEnumerable<string[]> Rows(string table) => _page.Descendants("div")
        .Single(d => (string?)d.Attribute("aria-label") == table).Descendants("tr")
        .Select(r => r.Elements().Select(c => c.Value).ToArray());

    [GeneratedRegex("<meta [^>]*>")]
    private static partial Regex Meta();

    [GeneratedRegex("<style>.*</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
