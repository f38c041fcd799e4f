namespace Diffah.Tests.Reports;

/// <summary>Names that nobody means well with.</summary>
internal static class Hostile
{
    /// <summary>Ends elements and attributes of HTML, and would run.</summary>
    public const string Html = "</td></code><script>alert('x')</script><img src=x onerror=\"y\">&lt;&#0;";

    /// <summary>Ends cells, code, links and fences of Markdown, and would notify people.</summary>
    public const string Markdown = "a|b`c``d\\|e[f](g)<b>*h*_i_~~j~~ @all #1 $k$ <!-- l";

    /// <summary>
    /// Would turn the direction of writing, hide, or break the line. A question mark stands for each.
    /// </summary>
    public const string Unseen = "a\u202Eb\u2066c\u0000d\u001B[31me\nf\u200Bg\u2028h";

    /// <summary>What is shown of it.</summary>
    public const string Seen = "a?b?c?d?[31me?f?g?h";

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => [Html, Markdown, Unseen];
}
