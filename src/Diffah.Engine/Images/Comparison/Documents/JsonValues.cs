using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison.Documents;

/// <summary>Values of JSON documents, whatever way they are written.</summary>
internal static class JsonValues
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>False for what says nothing: null, false, and what is empty.</summary>
    /// <param name="value">The value.</param>
    public static bool IsSaid(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    /// <summary>Whether two values are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool AreSame(JsonElement left, JsonElement right) => Canonical(left) == Canonical(right);

    /// <summary>What people are shown: a text as it is, all else as JSON; null where there is no value.</summary>
    /// <param name="value">The value.</param>
    public static string? Text(JsonElement? value) => value is not { } element
        ? null
        : element.ValueKind == JsonValueKind.String ? element.GetString() : Compact(element);

    /// <summary>An array as JSON.</summary>
    /// <param name="values">Its values.</param>
    public static string Text(IEnumerable<JsonElement> values) => $"[{string.Join(',', values.Select(Compact))}]";

    /// <summary>An array of texts as JSON.</summary>
    /// <param name="values">Its values.</param>
    public static string Text(IEnumerable<string> values) => $"[{string.Join(',', values.Select(JsonText.Quote))}]";

    /// <summary>One form for all ways to write a value: fields by name, numbers by what they are.</summary>
    /// <param name="value">The value.</param>
    /// <param name="without">A field of an object that is left out; null for none.</param>
    public static string Canonical(JsonElement value, string? without = null)
    {
        var text = new StringBuilder();
        Append(text, value, without);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement value, string? without)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var field in value.EnumerateObject().Where(f => f.Name != without && IsSaid(f.Value))
                    .GroupBy(f => f.Name, StringComparer.Ordinal).OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    text.Append(JsonText.Quote(field.Key)).Append(':');
                    Append(text, field.Last().Value, null);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var element in value.EnumerateArray())
                {
                    Append(text, element, null);
                    text.Append(',');
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(JsonText.Quote(value.GetString()!));
                break;
            case JsonValueKind.Number when value.TryGetDecimal(out var number):
                text.Append(number.ToString("G29", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static string Compact(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
