using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Oci;

/// <summary>
/// What a configuration's history says of the layers (OCI image spec, config.md). Nothing depends on it but what people
/// are shown.
/// </summary>
internal static partial class LayerHistory
{
    private const int MaximumLength = 1000;

    /// <summary>
    /// The build step of each layer in the history, base first. Entries without a layer (<c>empty_layer</c>) are left
    /// out. A history of another form is not an error and gives no steps.
    /// </summary>
    /// <param name="config">The configuration.</param>
    public static ImmutableArray<string?> Read(JsonElement config)
    {
        if (!config.TryGetProperty("history", out var history) || history.ValueKind != JsonValueKind.Array)
            return [];
        return [.. history.EnumerateArray().Where(MadeLayer).Select(CreatedBy)];
    }

    private static bool MadeLayer(JsonElement entry) =>
        entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("empty_layer", out var empty)
            || empty.ValueKind != JsonValueKind.True;

    private static string? CreatedBy(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("created_by", out var text)
            && text.ValueKind == JsonValueKind.String
            ? OciJson.NullIfEmpty(Clean(text.GetString()!))
            : null;

    // The image's builder wrote it, so it is cut to one line of a length that fits a table and a log.
    private static string Clean(string text)
    {
        var line = Printable.Line(Spaces().Replace(text, " ").Trim());
        return line.Length > MaximumLength ? string.Concat(line.AsSpan(0, MaximumLength - 1), "…") : line;
    }

    [GeneratedRegex(@"[ \t\r\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
