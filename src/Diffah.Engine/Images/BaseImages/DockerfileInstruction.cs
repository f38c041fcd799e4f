namespace Diffah.Engine.Images.BaseImages;

/// <summary>One instruction of a Dockerfile, its lines put together.</summary>
/// <param name="Keyword">The instruction in upper case.</param>
/// <param name="Arguments">What follows it, as written.</param>
/// <param name="Line">The line that it begins in, from 1.</param>
internal sealed record DockerfileInstruction(string Keyword, string Arguments, int Line)
{
    /// <summary>Begins a stage.</summary>
    public const string From = "FROM";

    /// <summary>Declares variables.</summary>
    public const string Arg = "ARG";

    private const string OnBuild = "ONBUILD";

    private static readonly string[] WithHeredocs = ["ADD", "COPY", "RUN"];

    /// <summary>True where heredocs may follow.</summary>
    public bool MayHaveHeredocs => WithHeredocs.Contains(Keyword)
        || (Keyword == OnBuild && WithHeredocs.Contains(Of(Arguments, Line)?.Keyword));

    /// <summary>Takes an instruction apart; null for none.</summary>
    /// <param name="text">Its lines, put together.</param>
    /// <param name="line">The line that it begins in, from 1.</param>
    public static DockerfileInstruction? Of(string text, int line)
    {
        text = text.Trim();
        if (text.Length == 0)
            return null;
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return new DockerfileInstruction(text[..end].ToUpperInvariant(), text[end..].Trim(), line);
    }
}
