using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>The fields of one object of a sidecar; remembers which were asked for.</summary>
internal sealed class SidecarFields
{
    // References, media types and digests are texts of some hundred characters.
    private const int MaximumText = 4096;

    private readonly JsonElement _value;
    private readonly string _what;
    private readonly UnknownFields _unknown;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SidecarFields(JsonElement value, string what, UnknownFields unknown)
    {
        (_value, _what, _unknown) = (value, what, unknown);
        if (value.ValueKind != JsonValueKind.Object)
            throw Invalid($"{what} is not an object");
    }

    public string Text(string name) =>
        NullableText(name) is { Length: > 0 } text ? text : throw Invalid($"{_what} has no {name}");

    public string OptionalText(string name) => NullableText(name) ?? "";

    public string? NullableText(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => Bounded(name, text.GetString()!),
        _ => throw Invalid($"{name} of {_what} is not a string"),
    };

    /// <summary>A count of bytes that a blob can have.</summary>
    public long Size(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt64(out var size) && size is >= 0 and <= Descriptor.MaximumSize
        ? size
        : throw Invalid($"{name} of {_what} is not a number of bytes");

    /// <summary>A count of bytes; null where it is not there.</summary>
    public long? OptionalSize(string name) => Find(name) is null ? null : Size(name);

    public JsonElement Object(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value ? value : throw Invalid($"{_what} has no {name}");

    /// <summary>An object; null where it is not there.</summary>
    public JsonElement? OptionalObject(string name) => Find(name) is null ? null : Object(name);

    public IEnumerable<JsonElement> Array(string name) => Find(name) is { ValueKind: JsonValueKind.Array } value
        ? value.EnumerateArray()
        : throw Invalid($"{_what} has no {name}");

    /// <summary>What an array has; nothing where it is not there.</summary>
    public IEnumerable<JsonElement> OptionalArray(string name) => Find(name) is null ? [] : Array(name);

    public void TellUnknown()
    {
        foreach (var property in _value.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
                _unknown.Tell(property.Name, _what);
        }
    }

    public static DiffahException Invalid(string why) =>
        new(DiffahErrors.ArchiveInvalid, $"The sidecar is not valid: {why}.");

    /// <summary>More than is read; copying the archive again would not help.</summary>
    public static DiffahException TooMuch(string why, string what = "The sidecar") =>
        new(DiffahErrors.ArchiveInvalid, $"{what} is not valid: {why}.",
            "Make several archives of fewer images. If the archive came from somebody else, "
                + "do not use it before you know why it is so large.");

    private string Bounded(string name, string text) => text.Length <= MaximumText
        ? text
        : throw Invalid($"{name} of {_what} is longer than {MaximumText} characters");

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return _value.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
