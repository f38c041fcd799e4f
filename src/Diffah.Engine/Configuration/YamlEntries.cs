using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Diffah.Engine.Configuration;

/// <summary>
/// Reads the little of YAML that a configuration file needs: one flat mapping. The parser works lazily, and nothing is
/// asked of it after the first thing that is not allowed, however large or deep the rest may be.
/// </summary>
internal static class YamlEntries
{
    /// <summary>The entries, in order.</summary>
    /// <param name="text">The text of the file.</param>
    /// <exception cref="YamlFaultException">It is no YAML, or has something in it that a configuration file must not have.</exception>
    public static IEnumerable<YamlEntry> Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        Next<StreamStart>(parser);
        if (Next(parser) is StreamEnd)
            yield break;
        foreach (var entry in ReadDocument(parser))
            yield return entry;
        Next<DocumentEnd>(parser);
        if (Next(parser) is { } rest and not StreamEnd)
            throw new YamlFaultException(Line(rest.Start), "There is a second document, and the file must have one.");
    }

    private static IEnumerable<YamlEntry> ReadDocument(Parser parser)
    {
        var root = Next(parser);
        if (root is Scalar { Value: "", Style: ScalarStyle.Plain } nothing && IsBare(nothing))
            yield break;
        if (root is not MappingStart)
            throw new YamlFaultException(Line(root.Start), "There must be lines of the form 'key: value', and nothing else.");
        RequireBare(root);
        while (Next(parser) is var key and not MappingEnd)
            yield return ReadEntry(key, Next(parser));
    }

    private static YamlEntry ReadEntry(ParsingEvent key, ParsingEvent value)
    {
        RequireBare(key);
        var line = Line(key.Start);
        if (key is not Scalar name)
            throw new YamlFaultException(line, "A key must be a word.");
        RequireBare(value);
        return new YamlEntry(name.Value, line, value is Scalar scalar ? YamlValue.Of(scalar.Value, scalar.Style == ScalarStyle.Plain) : null);
    }

    private static void RequireBare(ParsingEvent found)
    {
        if (found is AnchorAlias)
            throw new YamlFaultException(Line(found.Start), "Aliases (*name) are not allowed.");
        if (found is NodeEvent node && !IsBare(node))
            throw new YamlFaultException(Line(found.Start), node.Anchor.IsEmpty ? "Tags (!name) are not allowed." : "Anchors (&name) are not allowed.");
    }

    private static bool IsBare(NodeEvent node) => node.Anchor.IsEmpty && node.Tag.IsEmpty;

    private static void Next<T>(Parser parser)
        where T : ParsingEvent
    {
        if (Next(parser) is var found and not T)
            throw new YamlFaultException(Line(found.Start), "This is not expected here.");
    }

    private static ParsingEvent Next(Parser parser)
    {
        try
        {
            return parser.MoveNext() ? parser.Current! : throw new YamlFaultException(null, "The file ends too early.");
        }
        catch (YamlException e)
        {
            throw new YamlFaultException(Line(e.Start), $"This is no YAML: {e.Message}");
        }
    }

    private static int Line(Mark mark) => (int)mark.Line;
}

/// <summary>A file is not what <see cref="YamlEntries"/> reads.</summary>
/// <param name="line">The line, counted from 1; null where it is no matter of a line.</param>
/// <param name="message">What is wrong.</param>
internal sealed class YamlFaultException(int? line, string message) : Exception(message)
{
    public int? Line { get; } = line;
}
