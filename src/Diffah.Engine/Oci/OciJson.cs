using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>Reading of the JSON documents of images, with every field checked.</summary>
internal static class OciJson
{
    private const int MaximumDepth = 64;

    public static JsonElement ParseObject(ReadOnlyMemory<byte> bytes, string what)
    {
        var root = Parse(bytes, what);
        return root.ValueKind == JsonValueKind.Object ? root : throw Invalid($"The {what} is not a JSON object.");
    }

    public static ImmutableArray<JsonElement> ParseArray(ReadOnlyMemory<byte> bytes, string what)
    {
        var root = Parse(bytes, what);
        return root.ValueKind == JsonValueKind.Array
            ? [.. root.EnumerateArray()]
            : throw Invalid($"The {what} is not a JSON array.");
    }

    public static string? OptionalString(JsonElement parent, string name, string what) =>
        parent.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null => null,
                _ => throw Invalid($"'{name}' of the {what} is not a string."),
            }
            : null;

    public static ImmutableArray<JsonElement> Array(JsonElement parent, string name, string what)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return [];
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : throw Invalid($"'{name}' of the {what} is not an array.");
    }

    public static Descriptor Descriptor(JsonElement value, string what)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Invalid($"A descriptor of the {what} is not an object.");
        var mediaType = OptionalString(value, "mediaType", what)
            ?? throw Invalid($"A descriptor of the {what} has no mediaType.");
        var digest = Digest.Parse(OptionalString(value, "digest", what));
        if (!value.TryGetProperty("size", out var s) || s.ValueKind != JsonValueKind.Number
            || !s.TryGetInt64(out var size) || size is < 0 or > Oci.Descriptor.MaximumSize)
            throw Invalid($"A descriptor of the {what} has no valid size.");
        return new Descriptor(mediaType, digest, size, Platform(value, what), Annotations(value, what),
            HasUrls(value, what));
    }

    /// <summary>True for a field that says something.</summary>
    public static bool Has(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>
    /// What a manifest says that it is, or the media type of its configuration, which says it of one that does not.
    /// Empty where there is neither.
    /// </summary>
    public static string ArtifactType(JsonElement manifest)
    {
        const string what = "manifest";
        if (NullIfEmpty(OptionalString(manifest, "artifactType", what)) is { } said)
            return said;
        return manifest.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object
            ? OptionalString(config, "mediaType", what) ?? ""
            : "";
    }

    public static DiffahException Invalid(string message, Exception? inner = null) =>
        new(DiffahErrors.InvalidManifest, message, inner: inner);

    public static JsonElement Parse(ReadOnlyMemory<byte> bytes, string what)
    {
        try
        {
            using var document = UntrustedJson.Parse(bytes, MaximumDepth);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw Invalid($"The {what} is not valid JSON: {e.Message}", e);
        }
    }

    private static Platform? Platform(JsonElement value, string what)
    {
        if (!value.TryGetProperty("platform", out var p) || p.ValueKind != JsonValueKind.Object)
            return null;
        var os = OptionalString(p, "os", what);
        var architecture = OptionalString(p, "architecture", what);
        return os is null || architecture is null
            ? null
            : new Platform(os, architecture, NullIfEmpty(OptionalString(p, "variant", what)));
    }

    /// <summary>Annotations of a descriptor, or of a whole manifest; null where there are none.</summary>
    public static ImmutableSortedDictionary<string, string>? Annotations(JsonElement value, string what)
    {
        if (!value.TryGetProperty("annotations", out var a) || a.ValueKind != JsonValueKind.Object)
            return null;
        var annotations = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var property in a.EnumerateObject())
            annotations[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString()!,
                JsonValueKind.Null => "", // as the writers of the specification's own language read it
                _ => throw Invalid($"An annotation of the {what} is not a string."),
            };
        return annotations.ToImmutable();
    }

    private static bool HasUrls(JsonElement value, string what) =>
        Array(value, "urls", what).Any(u => u.ValueKind == JsonValueKind.String && u.GetString()!.Length > 0);

    internal static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
