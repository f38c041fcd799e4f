namespace Diffah.Tests.Docs;

/// <summary>A fenced block of commands on a page.</summary>
/// <param name="Line">The line of its fence, counted from 1.</param>
/// <param name="Language">What the fence says.</param>
/// <param name="Script">The commands, ready for a shell.</param>
/// <param name="NotRun">Why the page says it can't be run; null where it says nothing.</param>
internal sealed record DocumentedBlock(int Line, string Language, string Script, string? NotRun)
{
    private const string Fence = "```";
    private const string Mark = "<!-- not run:";

    /// <summary>The blocks of shell commands on a page, in order.</summary>
    public static IEnumerable<DocumentedBlock> ReadShell(string[] page) =>
        Read(page).Where(block => block.Language is "sh" or "console" or "bash" or "shell");

    private static IEnumerable<DocumentedBlock> Read(string[] page)
    {
        for (var i = 0; i < page.Length; i++)
        {
            if (!page[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var (start, language) = (i, page[i][Fence.Length..].Trim());
            while (++i < page.Length && !page[i].StartsWith(Fence, StringComparison.Ordinal))
            {
            }
            yield return new DocumentedBlock(
                start + 1, language, Commands(language, page[(start + 1)..i]), Reason(page, start));
        }
    }

    /// <summary>In a console block the lines after a prompt are commands, and the others what they say.</summary>
    private static string Commands(string language, string[] lines) => string.Join('\n', language == "console"
        ? lines.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..])
        : lines);

    private static string? Reason(string[] page, int fence)
    {
        var above = fence > 0 ? page[fence - 1].Trim() : "";
        return above.StartsWith(Mark, StringComparison.Ordinal)
            ? above[Mark.Length..].Replace("-->", "", StringComparison.Ordinal).Trim()
            : null;
    }
}
