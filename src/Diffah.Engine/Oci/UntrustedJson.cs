using System.Text.Json;
using System.Text.Unicode;

namespace Diffah.Engine.Oci;

/// <summary>Parses JSON from outside. Every text in what it gives can be read.</summary>
internal static class UntrustedJson
{
    /// <summary>Parses a document.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="maximumDepth">How deep it may be nested.</param>
    /// <param name="allowTwice">Whether an object may have the same property twice, as images of other tools
    /// may.</param>
    /// <param name="maximumTokens">How many names, values and brackets it may have: memory is taken by these, not by
    /// bytes.</param>
    /// <exception cref="JsonException">Not JSON, nested too deep, with too much in it, with text that is not Unicode,
    /// or with a property twice where that is not allowed.</exception>
    public static JsonDocument Parse(
        ReadOnlyMemory<byte> bytes, int maximumDepth, bool allowTwice = true, int maximumTokens = int.MaxValue)
    {
        // The base library parses text that is not Unicode without an error, and throws another exception when the text
        // is read.
        if (!Utf8.IsValid(bytes.Span))
            throw new JsonException("it is not UTF-8.");
        CheckTokens(bytes.Span, maximumDepth, maximumTokens);
        return JsonDocument.Parse(
            bytes, new JsonDocumentOptions { MaxDepth = maximumDepth, AllowDuplicateProperties = allowTwice });
    }

    private static void CheckTokens(ReadOnlySpan<byte> bytes, int maximumDepth, int maximumTokens)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = maximumDepth });
        try
        {
            for (var count = 1; reader.Read(); count++)
            {
                if (count > maximumTokens)
                    throw new JsonException($"it holds more than {maximumTokens} names and values.");
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("it holds half of a surrogate pair.", e);
        }
    }
}
