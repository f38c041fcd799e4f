using System.Text;
using System.Text.Json;

namespace Diffah.Engine.Images.Comparison.Documents;

/// <summary>
/// Where a JSON document has spaces and lines. Two documents that say different things can have the same style.
/// </summary>
internal sealed class JsonStyle
{
    private readonly Dictionary<(int Depth, JsonTokenType Before, JsonTokenType Behind), HashSet<string>> _gaps = [];

    private JsonStyle()
    {
    }

    /// <summary>Looks at a document, which was parsed before.</summary>
    /// <param name="document">Its bytes.</param>
    public static JsonStyle Of(ReadOnlySpan<byte> document)
    {
        var style = new JsonStyle();
        var reader = new Utf8JsonReader(document);
        var (end, before) = (0, JsonTokenType.None);
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            style.Add(reader.CurrentDepth, before, reader.TokenType, document[end..start]);
            var quotes = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0;
            (end, before) = (start + reader.ValueSpan.Length + quotes, reader.TokenType);
        }
        style.Add(0, before, JsonTokenType.None, document[end..]);
        return style;
    }

    /// <summary>Whether both have the same between what both have.</summary>
    /// <param name="other">The other one.</param>
    public bool IsAlike(JsonStyle other) =>
        _gaps.All(g => !other._gaps.TryGetValue(g.Key, out var gaps) || g.Value.SetEquals(gaps));

    private void Add(int depth, JsonTokenType before, JsonTokenType behind, ReadOnlySpan<byte> gap)
    {
        if (!_gaps.TryGetValue((depth, before, behind), out var gaps))
            _gaps[(depth, before, behind)] = gaps = [];
        gaps.Add(Encoding.Latin1.GetString(gap));
    }
}
