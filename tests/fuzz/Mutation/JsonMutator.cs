using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Fuzz.Building;

namespace Diffah.Fuzz.Mutation;

/// <summary>Damage to a JSON document that leaves most of its structure: what a parser lets through.</summary>
internal static class JsonMutator
{
    private const string Marker = "@raw@";
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] RawValues =
    [
        "null", "true", "false", "0", "-1", "1", "-0", "1.5", "1e400", "-1e400", "1E2", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551615", "4294967296", "2147483648",
        "17592186044417", "\"\"", "{}", "[]", "[[]]", "[null]", "{\"a\":null}", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\u001b[2J\"", "NaN", "01", "'a'", "\"unfinished",
    ];

    public static byte[] Mutate(byte[] json, Dice dice)
    {
        if (dice.OneIn(8))
            return ByteMutator.Mutate(json, dice);
        try
        {
            for (var times = 1 + dice.Length(5); times > 0; times--)
                json = Once(json, dice);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // What the last step made is no JSON any more.
        }
        return json;
    }

    private static byte[] Once(byte[] json, Dice dice)
    {
        var root = JsonNode.Parse(json)!;
        var nodes = new List<JsonNode>();
        Collect(root, nodes);
        var parents = nodes.Where(node => node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }).ToArray();
        if (parents.Length == 0)
            return Encoding.UTF8.GetBytes(RawValue(dice));
        var raw = Change(dice.Of<JsonNode>(parents), nodes, dice);
        var text = root.ToJsonString(Relaxed);
        return Encoding.UTF8.GetBytes(text.Replace($"\"{Marker}\"", raw, StringComparison.Ordinal));
    }

    /// <summary>Changes one child; gives the text that takes the marker's place.</summary>
    private static string Change(JsonNode parent, List<JsonNode> all, Dice dice)
    {
        var (index, key) = Child(parent, dice);
        switch (dice.Below(8))
        {
            case 0:
                Remove(parent, index, key);
                break;
            case 1:
                Set(parent, index, key, dice.Of<JsonNode>([.. all]).DeepClone());
                break;
            case 2:
                Set(parent, index, key, JsonValue.Create(HostileText.Of(dice)));
                break;
            case 3 when parent is JsonArray array:
                Repeat(array, index, dice.Of(1, 2, 30, 1000));
                break;
            case 4 when parent is JsonObject named:
                Rename(named, key!, HostileText.Of(dice));
                break;
            case 5 when parent is JsonObject twice:
                Set(twice, 0, key, JsonValue.Create(Marker));
                return $"{RawValue(dice)},{JsonSerializer.Serialize(key)}:{RawValue(dice)}";
            default:
                Set(parent, index, key, JsonValue.Create(Marker));
                break;
        }
        return RawValue(dice);
    }

    private static string RawValue(Dice dice) => dice.Below(24) switch
    {
        0 => Nested('[', ']', dice.Of(10, 63, 64, 65, 1000, 50_000)),
        1 => Nested('{', '}', dice.Of(10, 64, 1000)),
        2 => JsonSerializer.Serialize(HostileText.Of(dice)),
        3 => new string('9', dice.Of(20, 400, 20_000)),
        _ => dice.Of<string>(RawValues),
    };

    private static string Nested(char open, char close, int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
            text.Append(open == '{' ? "{\"a\":" : "[");
        return text.Append("null").Append(close, depth).ToString();
    }

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is null)
            return;
        nodes.Add(node);
        var children = node is JsonObject o ? o.Select(p => p.Value) : node is JsonArray a ? a : [];
        foreach (var child in children.Take(200))
            Collect(child, nodes);
    }

    private static (int Index, string? Key) Child(JsonNode parent, Dice dice) => parent is JsonArray array
        ? (dice.Below(array.Count), null)
        : (0, dice.Of<string>([.. ((JsonObject)parent).Select(p => p.Key)]));

    private static void Set(JsonNode parent, int index, string? key, JsonNode value)
    {
        if (key is null)
            parent.AsArray()[index] = value;
        else
            parent.AsObject()[key] = value;
    }

    private static void Remove(JsonNode parent, int index, string? key)
    {
        if (key is null)
            parent.AsArray().RemoveAt(index);
        else
            parent.AsObject().Remove(key);
    }

    private static void Repeat(JsonArray array, int index, int times)
    {
        for (; times > 0; times--)
            array.Add(array[index]?.DeepClone());
    }

    private static void Rename(JsonObject named, string key, string to)
    {
        var value = named[key]?.DeepClone();
        named.Remove(key);
        named[to] = value;
    }
}
