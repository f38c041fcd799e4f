using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffah.Tests.Deltas.Support;

/// <summary>
/// What the rules of sidecars are told with: fields in their order, texts, numbers, digests, and the layout of a
/// document.
/// </summary>
internal abstract partial class StrictJson(List<string> problems)
{
    protected List<string> Problems => problems;

    public static bool IsDigest(string? text) => text is not null && DigestForm().IsMatch(text);

    /// <summary>A sidecar's text: two spaces an indent, no other white space, escapes for what needs them.</summary>
    protected void CheckText(JsonElement root, byte[] bytes)
    {
        if (!Encoding.UTF8.GetBytes(Pretty(root, "")).AsSpan().SequenceEqual(bytes))
            Tell("the sidecar is not indented by two spaces");
        foreach (Match escape in Escape().Matches(Encoding.UTF8.GetString(bytes)))
        {
            // Go's encoding/json escapes these too.
            var code = escape.Groups["code"];
            Require(escape.Value is "\\\"" or "\\\\" or "\\b" or "\\f" or "\\n" or "\\r" or "\\t"
                || (code.Success && !code.Value.Any(char.IsAsciiLetterUpper)
                    && (char)Convert.ToInt32(code.Value, 16) is < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029'),
                $"{escape.Value} need not be escaped, or not so");
        }
    }

    protected bool HasFields(JsonElement value, string[] fields, string what)
    {
        var right = value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().Select(p => p.Name).SequenceEqual(fields);
        Require(right, $"{what} does not have exactly the fields {string.Join(", ", fields)} in this order");
        return right;
    }

    /// <summary>The same where the last fields may be there or not.</summary>
    protected bool HasFields(JsonElement value, string[] fields, string what, params string[] optional) => HasFields(
        value, value.ValueKind == JsonValueKind.Object
            ? [.. fields, .. optional.Where(f => value.TryGetProperty(f, out _))]
            : fields, what);

    /// <summary>Whether a value is an object of objects; tells of names that are there twice or not in order.</summary>
    protected bool Objects(JsonElement value, string what)
    {
        var right = value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Object);
        Require(right, $"{what} is not a map of objects");
        if (!right)
            return false;
        var names = value.EnumerateObject().Select(p => p.Name).ToArray();
        Require(names.Distinct().Count() == names.Length, $"{what} names something twice");
        Require(names.Order(StringComparer.Ordinal).SequenceEqual(names), $"{what} is not in ascending order");
        return true;
    }

    protected static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A number that is written as whole numbers are: digits, and nothing that could be left out.</summary>
    protected static long? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) && value.GetRawText() == $"{number}" ? number : null;

    protected void Require(bool condition, string problem)
    {
        if (!condition)
            Tell(problem);
    }

    protected void Tell(string problem) => problems.Add(problem);

    /// <summary>The document as an indenting writer puts it, with every string as it is in the document.</summary>
    private static string Pretty(JsonElement value, string indent)
    {
        var inner = indent + "  ";
        return value.ValueKind switch
        {
            JsonValueKind.Object => Group('{', '}', indent,
                [.. value.EnumerateObject().Select(p => $"{inner}\"{p.Name}\": {Pretty(p.Value, inner)}")]),
            JsonValueKind.Array =>
                Group('[', ']', indent, [.. value.EnumerateArray().Select(v => inner + Pretty(v, inner))]),
            _ => value.GetRawText(),
        };
    }

    private static string Group(char open, char close, string indent, string[] items) =>
        items.Length == 0 ? $"{open}{close}" : $"{open}\n{string.Join(",\n", items)}\n{indent}{close}";

    [GeneratedRegex(@"\A(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})\z")]
    private static partial Regex DigestForm();

    [GeneratedRegex(@"\\(u(?<code>[0-9a-fA-F]{4})|.)")]
    private static partial Regex Escape();
}
