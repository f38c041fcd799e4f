using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations.Requests;

namespace Diffah.Engine.Operations.Specs;

/// <summary>
/// A JSON file that people write, read strictly: what is not known or there twice is a slip, and is told by file, field
/// and rule.
/// </summary>
internal sealed class SpecFile
{
    private const int MaximumSize = 4 * 1024 * 1024;
    private const int MaximumDepth = 16;
    private const string WholeFile = "";

    private readonly string _path;

    private SpecFile(string path, CancellationToken cancellationToken)
    {
        _path = path; // first: errors of parsing name it
        Root = Parse(cancellationToken);
    }

    /// <summary>The document.</summary>
    public JsonElement Root { get; }

    /// <exception cref="DiffahException">InvalidArgument (a relative path), FileNotFound, SpecFileInvalid.</exception>
    public static SpecFile Read(string path, CancellationToken cancellationToken)
    {
        RequestGuard.AbsolutePath(path);
        if (!File.Exists(path))
            throw Missing(path);
        return new SpecFile(path, cancellationToken);
    }

    /// <summary>The one field that an object has.</summary>
    public JsonElement Field(JsonElement value, string place, string name) =>
        Object(value, place, name).TryGetValue(name, out var field) ? field : throw Invalid(name, "it is missing");

    /// <summary>The fields of an object, each there once.</summary>
    /// <param name="value">The object.</param>
    /// <param name="place">Where it is in the file.</param>
    /// <param name="known">The fields it may have; none lets it have any.</param>
    public IReadOnlyDictionary<string, JsonElement> Object(JsonElement value, string place, params string[] known)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Invalid(place, "it must be an object");
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (known.Length > 0 && !known.Contains(property.Name))
                throw Invalid(
                    At(place, property.Name), $"the field is not known; known here: {string.Join(", ", known)}");
            if (!fields.TryAdd(property.Name, property.Value))
                throw Invalid(At(place, property.Name), "it is there twice");
        }
        return fields;
    }

    public ImmutableArray<JsonElement> Array(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : throw Invalid(place, "it must be an array");

    public string Text(IReadOnlyDictionary<string, JsonElement> fields, string place, string name) =>
        fields.TryGetValue(name, out var value)
            ? value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw Invalid(At(place, name), "it must be a string")
            : throw Invalid(At(place, name), "it is missing");

    public void RequireName(string name, string place)
    {
        if (!ImageNames.IsAllowed(name))
            throw Invalid(place, $"'{ImageNames.Shown(name)}' is not allowed: {ImageNames.Rule}");
    }

    /// <summary>An image reference; a relative path in it starts from the file's folder.</summary>
    public ImageReference Reference(string text, string place)
    {
        ImageReference reference;
        try
        {
            reference = ImageReference.Parse(text).ResolveAgainst(Path.GetDirectoryName(_path)!);
        }
        catch (DiffahException e)
        {
            throw Invalid(place, e.Message.TrimEnd('.'), e.NextAction, e);
        }
        return reference.IsStandardStream
            ? throw Invalid(place, $"'{text}' means a standard stream, which one image alone can be",
                $"Name a file; {reference.Traits.Prefix}./{StandardStreams.Name} is one of that name.")
            : reference;
    }

    public DiffahException Invalid(string place, string rule, string? nextAction = null, Exception? inner = null) =>
        new(DiffahErrors.SpecFileInvalid, $"'{_path}'{(place == WholeFile ? "" : $", {place}")}: {rule}.",
            nextAction, inner);

    private static string At(string place, string name) =>
        place.Length == 0 ? ImageNames.Shown(name) : $"{place}.{ImageNames.Shown(name)}";

    private JsonElement Parse(CancellationToken cancellationToken)
    {
        try
        {
            using var document = UntrustedJson.Parse(ReadBytes(cancellationToken), MaximumDepth);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw Invalid(WholeFile, $"it is not valid JSON: {e.Message.TrimEnd('.')}", inner: e);
        }
    }

    private ReadOnlyMemory<byte> ReadBytes(CancellationToken cancellationToken)
    {
        var bytes = SmallFile.Read(_path, MaximumSize, why => Invalid(WholeFile, $"it {why}"), cancellationToken)
            ?? throw Missing(_path);
        return TextBytes.ToUtf8(bytes) ?? throw Invalid(WholeFile, "it is no Unicode text");
    }

    private static DiffahException Missing(string path) =>
        new(DiffahErrors.FileNotFound, $"The file '{path}' does not exist.");
}
