using System.Text.RegularExpressions;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>
/// Reads the lines of a Dockerfile as instructions: parser directives, comments, lines that go on in the next one, and
/// heredocs, whose lines are no instructions. The rules are those of the Dockerfile reference.
/// </summary>
internal sealed partial class DockerfileReader
{
    private const char DefaultEscape = '\\';

    private readonly string[] _lines;
    private readonly DockerfileFaults _faults;
    private readonly HashSet<string> _directives = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<DockerfileInstruction> _instructions = [];
    private int _at;

    private DockerfileReader(string text, DockerfileFaults faults)
    {
        _faults = faults;
        _lines = text.Split('\n');
        ReadDirectives();
        while (_at < _lines.Length)
            ReadInstruction();
    }

    /// <summary>The character that escapes, and that lines end in which go on: <c>\</c> or <c>`</c>.</summary>
    public char Escape { get; private set; } = DefaultEscape;

    /// <summary>The instructions, in the file's order.</summary>
    public IReadOnlyList<DockerfileInstruction> Instructions => _instructions;

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text, without a byte order mark.</param>
    /// <param name="faults">Makes the errors.</param>
    /// <exception cref="Diagnostics.DiffahException">DockerfileInvalid.</exception>
    public static DockerfileReader Read(string text, DockerfileFaults faults) => new(text, faults);

    // They are known only before anything else: the first line that is none of them ends them.
    private void ReadDirectives()
    {
        for (; _at < _lines.Length && Directive().Match(_lines[_at]) is { Success: true } match; _at++)
        {
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value.Trim());
            if (!_directives.Add(name))
                throw _faults.At(_at + 1, $"the parser directive '{name.ToLowerInvariant()}' is there twice");
            if (name.Equals("escape", StringComparison.OrdinalIgnoreCase))
                Escape = value is "\\" or "`"
                    ? value[0]
                    : throw _faults.At(
                        _at + 1, $"the parser directive 'escape' is {DockerfileFaults.Quoted(value)}, and only \\ "
                            + "or ` can be");
        }
    }

    private void ReadInstruction()
    {
        var first = _at + 1;
        var line = _lines[_at++].TrimStart();
        if (IsComment(line))
            return;
        var text = new System.Text.StringBuilder();
        var goesOn = AddLine(text, line);
        while (goesOn && _at < _lines.Length)
        {
            line = _lines[_at++];
            // These don't end what goes on.
            if (!IsComment(line) && !string.IsNullOrWhiteSpace(line))
                goesOn = AddLine(text, line);
        }
        if (DockerfileInstruction.Of(text.ToString(), first) is not { } instruction)
            return;
        _instructions.Add(instruction);
        if (instruction.MayHaveHeredocs)
            SkipHeredocs(instruction);
    }

    private void SkipHeredocs(DockerfileInstruction instruction)
    {
        foreach (var heredoc in Heredoc.FindAll(instruction.Arguments))
        {
            while (_at < _lines.Length && !heredoc.EndsIn(_lines[_at]))
                _at++;
            if (_at++ >= _lines.Length)
                throw _faults.At(instruction.Line, $"no line ends the heredoc {DockerfileFaults.Quoted(heredoc.Name)}");
        }
    }

    /// <summary>Adds a line, and answers whether it goes on in the next one.</summary>
    private bool AddLine(System.Text.StringBuilder text, string line)
    {
        line = line.TrimEnd('\r');
        var end = line.AsSpan().TrimEnd(" \t");
        // Two of them are one that is escaped.
        var goesOn = end.Length > 0 && end[^1] == Escape && (end.Length == 1 || end[^2] != Escape);
        text.Append(goesOn ? end[..^1] : line);
        return goesOn;
    }

    private static bool IsComment(string line) => line.AsSpan().TrimStart() is ['#', ..];

    [GeneratedRegex(
        @"\A\s*#\s*(?<name>syntax|escape|check)\s*=\s*(?<value>\S.*)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Directive();
}
