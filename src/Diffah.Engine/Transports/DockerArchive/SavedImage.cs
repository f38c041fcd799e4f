using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerArchive;

/// <summary>One image of an archive's manifest.json, as <c>docker save</c> writes it.</summary>
/// <param name="Config">Name of the configuration's entry.</param>
/// <param name="RepoTags">The image's names.</param>
/// <param name="Layers">Names of the layers' entries, base first.</param>
internal sealed record SavedImage(string Config, ImmutableArray<string> RepoTags, ImmutableArray<string> Layers)
{
    public const string FileName = ArchiveMarks.DockerManifest;

    private const string What = "manifest.json of the Docker archive";

    /// <summary>Parses a manifest.json.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest.</exception>
    public static ImmutableArray<SavedImage> ParseAll(ReadOnlyMemory<byte> bytes) =>
        [.. OciJson.ParseArray(bytes, What).Select(Parse)];

    /// <summary>The same for entries that are one image under several names.</summary>
    public string Identity => string.Join('\n', Layers.Prepend(Config));

    /// <summary>The full name that a reference means the image by, or its first one; null where it has none.</summary>
    /// <param name="reference">The reference.</param>
    public string? FullName(ImageReference reference) =>
        reference.Name is { } name && !name.StartsWith('@')
            ? ImageName.Normalize(name)
            : RepoTags.Select(ImageName.Normalize).FirstOrDefault(t => t is not null);

    /// <summary>The manifest.json of an archive that holds this image alone.</summary>
    public byte[] ToManifest()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString(nameof(Config), Config);
            if (RepoTags.IsEmpty)
                json.WriteNull(nameof(RepoTags));
            else
                WriteStrings(json, nameof(RepoTags), RepoTags);
            WriteStrings(json, nameof(Layers), Layers);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    private static SavedImage Parse(JsonElement image)
    {
        if (image.ValueKind != JsonValueKind.Object)
            throw OciJson.Invalid($"An image of the {What} is not an object.");
        var config = OciJson.NullIfEmpty(OciJson.OptionalString(image, nameof(Config), What))
            ?? throw OciJson.Invalid($"An image of the {What} has no Config.");
        return new SavedImage(config, Strings(image, nameof(RepoTags)), Strings(image, nameof(Layers)));
    }

    private static ImmutableArray<string> Strings(JsonElement image, string field) =>
        [.. OciJson.Array(image, field, What)
            .Select(e => e.ValueKind == JsonValueKind.String
                ? e.GetString()!
                : throw OciJson.Invalid($"'{field}' of the {What} holds something other than strings."))];

    private static void WriteStrings(Utf8JsonWriter json, string field, ImmutableArray<string> values)
    {
        json.WriteStartArray(field);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
