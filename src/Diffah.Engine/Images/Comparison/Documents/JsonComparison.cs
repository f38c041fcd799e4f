using System.Text.Json;

namespace Diffah.Engine.Images.Comparison.Documents;

/// <summary>A field that says different things in two documents.</summary>
/// <param name="Path">Where it is: <c>config.Labels.version</c>, <c>history[3].created_by</c>.</param>
/// <param name="Reference">What it says in the first one: a text as it is, all else as JSON; null where it is not
/// there.</param>
/// <param name="Difference">What it says in the other one.</param>
internal sealed record FieldDifference(string Path, string? Reference, string? Difference);

/// <summary>
/// Compares two JSON documents field by field. A field that is null, empty or false says as much as one that is not
/// there: writers leave such fields out, or do not. In a map of names (labels, ports) each name says something.
/// </summary>
internal sealed class JsonComparison
{
    // Their members are names, whatever values they have (OCI image spec, config.md, annotations.md).
    private static readonly string[] Maps = ["Labels", "ExposedPorts", "Volumes", "annotations"];

    private readonly Func<string, bool> _isLeftOut;
    private readonly List<FieldDifference> _differences = [];

    private JsonComparison(Func<string, bool> isLeftOut) => _isLeftOut = isLeftOut;

    /// <summary>Fields that differ, in the order of the first document.</summary>
    public IReadOnlyList<FieldDifference> Differences => _differences;

    /// <summary>
    /// False where something that says the same is written in another way: the order of fields, escapes, what is empty.
    /// </summary>
    public bool IsWrittenAlike { get; private set; } = true;

    /// <summary>Compares two documents, or parts of them.</summary>
    /// <param name="reference">The first one; null where there is none.</param>
    /// <param name="difference">The other one.</param>
    /// <param name="isLeftOut">Whether the field of a path is not compared.</param>
    public static JsonComparison Of(JsonElement? reference, JsonElement? difference, Func<string, bool> isLeftOut)
    {
        var comparison = new JsonComparison(isLeftOut);
        comparison.Compare("", reference, difference);
        return comparison;
    }

    private void Compare(string path, JsonElement? reference, JsonElement? difference, bool isName = false)
    {
        if (_isLeftOut(path))
            return;
        var (left, right) = isName ? (reference, difference) : (Said(reference), Said(difference));
        if (left is null && right is null)
            IsWrittenAlike &= reference is null == difference is null && reference?.ValueKind == difference?.ValueKind;
        else if (IsObject(left ?? right) && IsObject(right ?? left) && !(isName && (left is null || right is null)))
            CompareObjects(path, left, right);
        else if (left?.ValueKind == JsonValueKind.Array && right?.ValueKind == JsonValueKind.Array)
            CompareArrays(path, [.. left.Value.EnumerateArray()], [.. right.Value.EnumerateArray()]);
        else if (left is null || right is null || !JsonValues.AreSame(left.Value, right.Value))
            Add(path, left, right);
        else
            IsWrittenAlike &= left.Value.GetRawText() == right.Value.GetRawText();
    }

    private void CompareObjects(string path, JsonElement? left, JsonElement? right)
    {
        var (first, second) = (Fields(left), Fields(right));
        var isMap = Array.Exists(
            Maps, m => path == m || path.EndsWith($".{m}", StringComparison.Ordinal));
        foreach (var (name, value) in first.Values)
            Compare(Join(path, name), value, Find(second.Values, name), isMap);
        foreach (var (name, value) in second.Values.Where(f => !first.Values.ContainsKey(f.Key)))
            Compare(Join(path, name), null, value, isMap);
        IsWrittenAlike &= first.Names.Where(second.Values.ContainsKey)
            .SequenceEqual(second.Names.Where(first.Values.ContainsKey));
    }

    private void CompareArrays(string path, JsonElement[] left, JsonElement[] right)
    {
        if (left.Concat(right).All(IsObject))
            CompareObjects(path, left, right);
        else if (left.Length == right.Length && left.Zip(right, JsonValues.AreSame).All(same => same))
            IsWrittenAlike &= left.Zip(right, (l, r) => l.GetRawText() == r.GetRawText()).All(same => same);
        else if (path.EndsWith(".Env", StringComparison.Ordinal) && Variables(left) is { } mine
            && Variables(right) is { } others)
            CompareVariables(path, mine, others);
        else
            _differences.Add(new FieldDifference(path, JsonValues.Text(left), JsonValues.Text(right)));
    }

    /// <summary>Objects that are the same but for when they were made stand for each other, from both ends.</summary>
    private void CompareObjects(string path, JsonElement[] left, JsonElement[] right)
    {
        var (first, second) = (left.Select(Core).ToArray(), right.Select(Core).ToArray());
        var shorter = Math.Min(left.Length, right.Length);
        var before = first.Zip(second).TakeWhile(p => p.First == p.Second).Count();
        var behind = first.Reverse().Zip(second.Reverse()).Take(shorter - before)
            .TakeWhile(p => p.First == p.Second).Count();
        var paired = shorter - behind;
        for (var i = 0; i < paired; i++)
            Compare($"{path}[{i}]", left[i], right[i]);
        for (var i = paired; i < left.Length - behind; i++)
            Add($"{path}[{i}]", left[i], null);
        for (var i = paired; i < right.Length - behind; i++)
            Add($"{path}[{i}]", null, right[i]);
        for (var i = behind; i > 0; i--)
            Compare($"{path}[{left.Length - i}]", left[^i], right[^i]);

        static string Core(JsonElement element) => JsonValues.Canonical(element, "created");
    }

    private void CompareVariables(
        string path, Dictionary<string, string> left, Dictionary<string, string> right)
    {
        var count = _differences.Count;
        foreach (var (name, value) in left.Where(v => right.GetValueOrDefault(v.Key) != v.Value))
            _differences.Add(new FieldDifference(path, value, right.GetValueOrDefault(name)));
        foreach (var (_, value) in right.Where(v => !left.ContainsKey(v.Key)))
            _differences.Add(new FieldDifference(path, null, value));
        // All are there, in another order.
        if (_differences.Count == count)
            _differences.Add(new FieldDifference(path, JsonValues.Text(left.Values), JsonValues.Text(right.Values)));
    }

    /// <summary>Variables by their names; null where a name is there twice, or something is no variable.</summary>
    private static Dictionary<string, string>? Variables(JsonElement[] array)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in array)
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() is not { } text
                || !variables.TryAdd(text.Split('=')[0], text))
                return null;
        }
        return variables;
    }

    private void Add(string path, JsonElement? left, JsonElement? right) =>
        _differences.Add(new FieldDifference(path, JsonValues.Text(left), JsonValues.Text(right)));

    private static (List<string> Names, Dictionary<string, JsonElement> Values) Fields(JsonElement? element)
    {
        var (names, values) = (new List<string>(), new Dictionary<string, JsonElement>(StringComparer.Ordinal));
        if (element is { } value)
        {
            foreach (var field in value.EnumerateObject())
            {
                names.Add(field.Name);
                values[field.Name] = field.Value; // the last one counts, as most readers have it
            }
        }
        return (names, values);
    }

    private static JsonElement? Find(Dictionary<string, JsonElement> fields, string name) =>
        fields.TryGetValue(name, out var value) ? value : null;

    private static bool IsObject(JsonElement? element) => element?.ValueKind == JsonValueKind.Object;

    private static bool IsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    private static JsonElement? Said(JsonElement? element) => element is { } value && JsonValues.IsSaid(value)
        ? value
        : null;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
