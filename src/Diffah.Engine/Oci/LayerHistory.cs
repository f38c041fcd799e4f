using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>What a configuration's history says of the layers (OCI image spec, config.md). Nothing depends on it but what people are shown.</summary>
internal static partial class LayerHistory
{
    private const int MaximumLength = 1000;

    /// <summary>
    /// What made each layer that the history tells of, base first: entries that made none (<c>empty_layer</c>) are left out. A history
    /// of another form is no fault of the image, and tells of none.
    /// </summary>
    /// <param name="config">The configuration.</param>
    public static ImmutableArray<string?> Read(JsonElement config)
    {
        if (!config.TryGetProperty("history", out var history) || history.ValueKind != JsonValueKind.Array)
            return [];
        return [.. history.EnumerateArray().Where(MadeLayer).Select(CreatedBy)];
    }

    private static bool MadeLayer(JsonElement entry) =>
        entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("empty_layer", out var empty) || empty.ValueKind != JsonValueKind.True;

    private static string? CreatedBy(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("created_by", out var text) && text.ValueKind == JsonValueKind.String
            ? OciJson.NullIfEmpty(Clean(text.GetString()!))
            : null;

    // Whoever built the image wrote it: on one line, and of a length that a table and a log can take.
    private static string Clean(string text)
    {
        var line = Printable.Line(Spaces().Replace(text, " ").Trim());
        return line.Length > MaximumLength ? string.Concat(line.AsSpan(0, MaximumLength - 1), "…") : line;
    }

    [GeneratedRegex(@"[ \t\r\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
