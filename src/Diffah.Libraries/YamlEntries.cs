using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Diffah.Libraries;

/// <summary>
/// Reads the little of YAML that a configuration file needs: one flat mapping. The parser works lazily, and nothing is
/// asked of it after the first thing that is not allowed, however large or deep the rest may be.
/// </summary>
/// <param name="text">The text of the file.</param>
internal sealed class YamlEntries(string text)
{
    private readonly Parser _parser = new(new StringReader(text));

    /// <summary>The entries, in order. To be read once.</summary>
    /// <exception cref="YamlFaultException">It is no YAML, or has something in it that a configuration file must not
    /// have.</exception>
    public IEnumerable<YamlEntry> Read()
    {
        Next<StreamStart>();
        if (Next() is StreamEnd)
            yield break;
        foreach (var entry in ReadDocument())
            yield return entry;
        Next<DocumentEnd>();
        if (Next() is { } rest and not StreamEnd)
            throw new YamlFaultException(Line(rest.Start), "There is a second document, and the file must have one.");
    }

    private IEnumerable<YamlEntry> ReadDocument()
    {
        var root = Next();
        if (root is Scalar { Value: "", Style: ScalarStyle.Plain } nothing && IsBare(nothing))
            yield break;
        if (root is not MappingStart)
            throw new YamlFaultException(
                Line(root.Start), "There must be lines of the form 'key: value', and nothing else.");
        RequireBare(root);
        while (Next() is var key and not MappingEnd)
            yield return ReadEntry(key, Next());
    }

    private static YamlEntry ReadEntry(ParsingEvent key, ParsingEvent value)
    {
        RequireBare(key);
        var line = Line(key.Start);
        if (key is not Scalar name)
            throw new YamlFaultException(line, "A key must be a word.");
        RequireBare(value);
        return new YamlEntry(name.Value, line,
            value is Scalar scalar ? YamlValue.Of(scalar.Value, scalar.Style == ScalarStyle.Plain) : null);
    }

    private static void RequireBare(ParsingEvent found)
    {
        if (found is AnchorAlias)
            throw new YamlFaultException(Line(found.Start), "Aliases (*name) are not allowed.");
        if (found is NodeEvent node && !IsBare(node))
            throw new YamlFaultException(Line(found.Start),
                node.Anchor.IsEmpty ? "Tags (!name) are not allowed." : "Anchors (&name) are not allowed.");
    }

    private static bool IsBare(NodeEvent node) => node.Anchor.IsEmpty && node.Tag.IsEmpty;

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is var found and not T)
            throw new YamlFaultException(Line(found.Start), "This is not expected here.");
    }

    private ParsingEvent Next()
    {
        try
        {
            return _parser.MoveNext()
                ? _parser.Current!
                : throw new YamlFaultException(null, "The file ends too early.");
        }
        catch (YamlException e)
        {
            throw new YamlFaultException(Line(IsQuoted(e.Start) ? e.Start : e.End), $"This is no YAML. {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The parser has no error of its own for some of what it can't read.
            throw new YamlFaultException(
                _parser.Current is { } last ? Line(last.End) : 1, "This is no YAML, here or in the line after.");
        }
    }

    // A quote that is missing is missed far below; all else is wrong where the parser stopped.
    private bool IsQuoted(Mark mark) => mark.Index < text.Length && text[(int)mark.Index] is '"' or '\'';

    private static int Line(Mark mark) => (int)mark.Line;
}

/// <summary>A file is not what <see cref="YamlEntries"/> reads.</summary>
/// <param name="line">The line, counted from 1; null where it is no matter of a line.</param>
/// <param name="message">What is wrong.</param>
internal sealed class YamlFaultException(int? line, string message) : Exception(message)
{
    public int? Line { get; } = line;
}
