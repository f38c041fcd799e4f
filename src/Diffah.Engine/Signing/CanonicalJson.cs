using System.Buffers;
using System.Text;
using System.Text.Json;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Signing;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one form for all documents with the same content. What I-JSON (RFC
/// 7493) does not allow has no such form and is refused.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>How deep a document may be nested.</summary>
    public const int MaximumDepth = 64;

    // What is signed is small; memory is taken by names and values, not by bytes.
    private const int MaximumTokens = 1_000_000;

    /// <summary>The canonical form of a document, in UTF-8.</summary>
    /// <param name="document">The document, in UTF-8.</param>
    /// <exception cref="JsonException">
    /// Not JSON, nested too deep, too much in it, a property twice, a number that no double holds, or text that is
    /// not Unicode.
    /// </exception>
    public static byte[] Canonicalize(ReadOnlyMemory<byte> document)
    {
        using var parsed = UntrustedJson.Parse(document, MaximumDepth, allowTwice: false, MaximumTokens);
        var output = new ArrayBufferWriter<byte>(document.Length);
        Write(parsed.RootElement, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement value, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, output);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                Encoding.UTF8.GetBytes(CanonicalNumber.Format(value.GetDouble()), output);
                break;
            default:
                output.Write(
                    value.ValueKind switch
                    {
                        JsonValueKind.True =>
                        "true"u8,
                        JsonValueKind.False => "false"u8,
                        _ => "null"u8
                    });
                break;
        }
    }

    private static void WriteObject(JsonElement value, ArrayBufferWriter<byte> output)
    {
        // Ordinal order is that of UTF-16 code units, which the scheme asks for (section 3.2.3).
        var properties = value.EnumerateObject().Select(p => (p.Name, p.Value))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ToArray();
        output.Write("{"u8);
        for (var i = 0; i < properties.Length; i++)
        {
            if (i > 0)
                output.Write(","u8);
            WriteText(properties[i].Name, output);
            output.Write(":"u8);
            Write(properties[i].Value, output);
        }
        output.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, ArrayBufferWriter<byte> output)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                output.Write(","u8);
            Write(item, output);
            first = false;
        }
        output.Write("]"u8);
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output) =>
        Encoding.UTF8.GetBytes(JsonText.Quote(text), output);
}
