using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Packages.Formats;

/// <summary>Reads JSON files that tell of packages.</summary>
internal static class JsonFiles
{
    private const int MaximumDepth = 64;
    private const int MaximumTokens = 1_000_000;

    /// <summary>Parses a file whose document is an object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maximum">The most bytes.</param>
    /// <exception cref="InvalidDataException">It is longer, or no such document.</exception>
    public static JsonDocument Parse(PackageFile file, int maximum)
    {
        var bytes = TextBytes.ToUtf8(file.ReadAll(maximum)) ?? throw new InvalidDataException("it is not Unicode");
        try
        {
            var document = UntrustedJson.Parse(bytes, MaximumDepth, maximumTokens: MaximumTokens);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"it is not the JSON that is read: {e.Message}", e);
        }
        throw new InvalidDataException("its JSON is no object");
    }

    /// <summary>A property that is a text; null where it is something else, or is not there.</summary>
    public static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
