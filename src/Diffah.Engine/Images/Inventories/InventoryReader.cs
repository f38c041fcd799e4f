using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Inventories;

/// <summary>
/// Reads inventories, which come from elsewhere: bounded, and strict in what it knows. Fields that it does not know are
/// passed over.
/// </summary>
internal sealed class InventoryReader
{
    /// <summary>The field that makes a JSON file an inventory.</summary>
    public const string VersionField = "diffah_inventory";

    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>How times are written.</summary>
    public const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private const int MaximumSize = 64 * 1024 * 1024;
    private const int MaximumDepth = 8;
    private const int MaximumTokens = 4_000_000;
    private const int MaximumText = 1024;

    private readonly string _path;

    private InventoryReader(string path) => _path = path;

    /// <summary>Reads an inventory.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, InventoryInvalid.</exception>
    public static async Task<Inventory> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var reader = new InventoryReader(path);
        var bytes = await SmallFile.ReadAsync(path, MaximumSize, why => reader.Invalid($"it {why}"), cancellationToken)
            ?? throw new DiffahException(DiffahErrors.FileNotFound, $"The inventory '{path}' does not exist.");
        try
        {
            using var document = UntrustedJson.Parse(bytes, MaximumDepth, allowTwice: false, MaximumTokens);
            return reader.Read(document.RootElement) with { Digest = Digest.Compute(bytes) };
        }
        catch (JsonException e)
        {
            throw reader.Invalid($"it is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
    }

    private Inventory Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(VersionField, out var version))
            throw Invalid($"it has no field {VersionField}");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != Version)
            throw new DiffahException(DiffahErrors.InventoryInvalid,
                $"'{_path}' is an inventory of a version that this build does not read; it reads {Version}.",
                "Upgrade Diffah, or export the inventory with a version that this build reads.");
        var created = Text(root, "", "created_at");
        if (!DateTimeOffset.TryParseExact(created, TimeForm, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var at))
            throw Invalid($"created_at is no time in the form {TimeForm.Replace("'", "", StringComparison.Ordinal)}");
        var images = Array(root, "", "images", Inventory.MaximumImages)
            .Select((image, i) => ReadImage(image, $"images[{i}]")).ToImmutableArray();
        return new Inventory(at, images)
        {
            Files = root.TryGetProperty("files", out var files) ? ReadFiles(files) : null,
        };
    }

    private InventoryImage ReadImage(JsonElement image, string place)
    {
        var manifest = Object(image, place, "manifest");
        var mediaType = Text(manifest, $"{place}.manifest", "media_type");
        if (!MediaTypes.IsManifest(mediaType))
            throw Invalid($"{place}.manifest is not of an image: '{ShortText.Cut(mediaType, 80)}'");
        var platform = OptionalText(image, place, "platform");
        if (platform is not null && !Platform.TryParse(platform, out _))
            throw Invalid($"{place}.platform is no platform");
        return new InventoryImage(Text(image, place, "name"), platform,
            new InventoryManifest(
                manifest.TryGetProperty("digest", out _) ? ReadDigest(manifest, $"{place}.manifest", "digest") : null,
                mediaType),
            ReadBlob(Object(image, place, "config"), $"{place}.config"),
            [.. Array(image, place, "layers", InventoryImage.MaximumLayers)
                .Select((layer, i) => ReadLayer(layer, $"{place}.layers[{i}]"))]);
    }

    private InventoryLayer ReadLayer(JsonElement layer, string place) => new(ReadBlob(layer, place),
        layer.TryGetProperty("diff_id", out _) ? ReadDigest(layer, place, "diff_id") : null);

    private InventoryBlob ReadBlob(JsonElement blob, string place)
    {
        if (blob.ValueKind != JsonValueKind.Object)
            throw Invalid($"{place} is no object");
        var digest = ReadDigest(blob, place, "digest");
        return blob.TryGetProperty("size", out var size)
            ? new InventoryBlob(digest, ReadSize(size, $"{place}.size"), Text(blob, place, "media_type"))
            : throw Invalid($"{place}.size is missing");
    }

    private ImmutableSortedDictionary<Digest, long> ReadFiles(JsonElement files)
    {
        if (files.ValueKind != JsonValueKind.Object)
            throw Invalid("files is no object");
        var read = ImmutableSortedDictionary.CreateBuilder<Digest, long>();
        foreach (var file in files.EnumerateObject())
        {
            if (!Digest.TryParse(file.Name, out var digest))
                throw Invalid($"files has '{ShortText.Cut(file.Name, 80)}', which is no digest");
            read[digest] = ReadSize(file.Value, "a size in files");
            if (read.Count > Inventory.MaximumFiles)
                throw Invalid($"it has more than {Inventory.MaximumFiles} files");
        }
        return read.ToImmutable();
    }

    private long ReadSize(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var size)
            && size is >= 0 and <= Descriptor.MaximumSize
            ? size
            : throw Invalid($"{what} is no number of bytes that a blob may have");

    private Digest ReadDigest(JsonElement value, string place, string name) =>
        Digest.TryParse(Text(value, place, name), out var digest)
            ? digest
            : throw Invalid($"{At(place, name)} is no digest");

    private JsonElement Object(JsonElement value, string place, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found)
            && found.ValueKind == JsonValueKind.Object
            ? found
            : throw Invalid($"{At(place, name)} is no object");

    private JsonElement.ArrayEnumerator Array(JsonElement value, string place, string name, int maximum)
    {
        if (!value.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.Array)
            throw Invalid($"{At(place, name)} is no list");
        return found.GetArrayLength() <= maximum
            ? found.EnumerateArray()
            : throw Invalid($"{At(place, name)} has more than {maximum} entries");
    }

    private string Text(JsonElement value, string place, string name) =>
        OptionalText(value, place, name) is { Length: > 0 } text
            ? text
            : throw Invalid($"{At(place, name)} is missing");

    private string? OptionalText(JsonElement value, string place, string name)
    {
        if (!value.TryGetProperty(name, out var found))
            return null;
        return found.ValueKind == JsonValueKind.String && found.GetString() is { Length: <= MaximumText } text
            ? text
            : throw Invalid($"{At(place, name)} is no text of at most {MaximumText} characters");
    }

    private static string At(string place, string name) => place.Length == 0 ? name : $"{place}.{name}";

    private DiffahException Invalid(string why, Exception? inner = null) =>
        new(DiffahErrors.InventoryInvalid, $"'{_path}' is not an inventory of a site: {why}.", inner: inner);
}
