using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>
/// Reads a sidecar and checks every rule of the format; what is there twice is refused anywhere. Unknown fields are
/// told of and passed over.
/// </summary>
/// <param name="events">Whom to tell of unknown fields.</param>
internal partial class SidecarReader(EventSink events)
{
    /// <summary>The entry's name in the archive; it is always the first.</summary>
    public const string EntryName = ArchiveMarks.DeltaSidecar;

    /// <summary>The largest sidecar that is read, in bytes: that of some fifty thousand blobs.</summary>
    public const int MaximumSize = 16 * 1024 * 1024;

    /// <summary>How many names, values and brackets a sidecar may have.</summary>
    public const int MaximumTokens = 1_000_000;

    /// <summary>
    /// What the manifests of all images may have together, in bytes; one that several share counts for each, since each
    /// is described.
    /// </summary>
    public const long MaximumManifests = 16 * 1024 * 1024;

    private const int MaximumDepth = 16;
    private const int MaximumShown = 40;

    private readonly UnknownFields _unknown = new(events);

    /// <summary>Parses a sidecar of any version.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = UntrustedJson.Parse(bytes, MaximumDepth, allowTwice: false, MaximumTokens);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw Invalid("it is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new DiffahException(
                DiffahErrors.ArchiveInvalid, $"The sidecar is not valid JSON: {e.Message}", inner: e);
        }
    }

    /// <summary>Reads a sidecar.</summary>
    /// <param name="document">What was parsed, of the version of this reader.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, InvalidDigest.</exception>
    public ArchiveManifest Read(JsonElement document)
    {
        var root = new SidecarFields(document, "the sidecar", _unknown);
        var sidecar = ReadRoot(root);
        root.TellUnknown();
        return Validate(sidecar);
    }

    /// <summary>Reads what the document says; <see cref="Validate"/> judges it as a whole.</summary>
    protected virtual ArchiveManifest ReadRoot(SidecarFields root) => new(
        root.Text("version"), root.Text("feature"), root.OptionalText("tool"), root.OptionalText("tool_version"),
        Time(root.Text("created_at")), root.Text("platform"),
        ReadBlobs(root.Object("blobs")),
        [.. root.Array("images").Select(i => ReadImage(new SidecarFields(i, "an image", _unknown)))]);

    private ImmutableSortedDictionary<Digest, StoredBlob> ReadBlobs(JsonElement blobs)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<Digest, StoredBlob>();
        foreach (var property in blobs.EnumerateObject())
            result.Add(Digest.Parse(property.Name), ReadBlob(property));
        return result.ToImmutable();
    }

    private StoredBlob ReadBlob(JsonProperty property)
    {
        var what = $"blob {property.Name}";
        var fields = new SidecarFields(property.Value, what, _unknown);
        var encoding = fields.Text("encoding");
        var blob = ReadBlob(fields, what, encoding)
            ?? throw Invalid($"{what} has the unknown encoding '{ShortText.Cut(encoding, MaximumShown)}'");
        fields.TellUnknown();
        return blob;
    }

    /// <summary>Reads a blob; null where its encoding is not one of this version.</summary>
    protected virtual StoredBlob? ReadBlob(SidecarFields fields, string what, string encoding)
    {
        var (size, stored) = (fields.Size("size"), fields.Size("archive_size"));
        var (codec, from) = (fields.NullableText("codec"), fields.NullableText("patch_from_digest"));
        var mediaType = fields.Text("media_type");
        switch (encoding)
        {
            case "full" when codec is not null || from is not null:
                throw Invalid($"{what} is stored whole and yet has a codec or a baseline blob");
            case "full" when stored != size:
                throw Invalid($"{what} is stored whole, but {stored} bytes are not its {size}");
            case "full":
                return new StoredBlob(size, mediaType, stored);
            case "patch" when codec is null || from is null:
                throw Invalid($"{what} is a patch without codec or baseline blob");
            case "patch" when stored <= 0 || stored >= size:
                throw Invalid($"{what} is a patch of {stored} bytes for a blob of {size}");
            case "patch":
                return new StoredBlob(size, mediaType, stored, LayerCodecs.Get(codec).Name, Digest.Parse(from));
            default:
                return null;
        }
    }

    private ArchiveImage ReadImage(SidecarFields image)
    {
        var name = image.Text("name");
        if (!ImageName().IsMatch(name))
            throw Invalid("an image has a name that is not allowed");
        var baseline = new SidecarFields(image.Object("baseline"), $"the baseline of image '{name}'", _unknown);
        var target = new SidecarFields(image.Object("target"), $"the target of image '{name}'", _unknown);
        var result = new ArchiveImage(name,
            ReadBaseline(baseline),
            new ArchiveTarget(Digest.Parse(target.Text("manifest_digest")), target.Size("manifest_size"),
                target.Text("media_type"))
            { Tag = target.NullableText("tag") });
        result = ReadMore(image, result);
        baseline.TellUnknown();
        target.TellUnknown();
        image.TellUnknown();
        return result;
    }

    /// <summary>Reads what the version says more of an image.</summary>
    /// <param name="fields">The image.</param>
    /// <param name="image">What was read of it.</param>
    protected virtual ArchiveImage ReadMore(SidecarFields fields, ArchiveImage image) => image;

    /// <summary>Reads what an image was made from.</summary>
    protected virtual ArchiveBaseline ReadBaseline(SidecarFields fields) => new(
        Digest.Parse(fields.Text("manifest_digest")), fields.Text("media_type"), fields.OptionalText("source_hint"));

    /// <summary>Judges what was read.</summary>
    protected virtual ArchiveManifest Validate(ArchiveManifest sidecar)
    {
        if (!Platform.TryParse(sidecar.Platform, out _))
            throw Invalid($"'{ShortText.Cut(sidecar.Platform, MaximumShown)}' is not a platform");
        if (sidecar.Images.IsEmpty)
            throw Invalid("it lists no image");
        if (sidecar.Images.Length > ArchiveManifest.MaximumImages)
            throw SidecarFields.TooMuch(
                $"it lists {sidecar.Images.Length} images, more than {ArchiveManifest.MaximumImages}");
        if (sidecar.Images.Select(i => i.Name).Distinct(StringComparer.Ordinal).Count() != sidecar.Images.Length)
            throw Invalid("two images have the same name");
        foreach (var image in sidecar.Images)
            ValidateImage(image, sidecar);
        // No sum overflows: neither of sizes that a blob can have, nor of as many images.
        if (sidecar.Images.Sum(i => i.Target.ManifestSize) is > MaximumManifests and var bytes)
            throw SidecarFields.TooMuch(
                $"the manifests of its images have {bytes} bytes together, more than {MaximumManifests}");
        return sidecar;
    }

    private static void ValidateImage(ArchiveImage image, ArchiveManifest sidecar)
    {
        if (!sidecar.Blobs.TryGetValue(image.Target.ManifestDigest, out var manifest))
            throw Invalid($"the manifest of image '{image.Name}' is not among the blobs");
        if (manifest.Origin == BlobOrigin.Patch || manifest.Size != image.Target.ManifestSize)
            throw Invalid($"the manifest of image '{image.Name}' is not stored whole with its size");
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw Invalid("created_at is not a time");

    /// <summary>True for what may be the name of an image.</summary>
    internal static bool IsImageName(string name) => ImageName().IsMatch(name);

    /// <summary>The fields of an object that is part of the sidecar.</summary>
    protected SidecarFields Fields(JsonElement value, string what) => new(value, what, _unknown);

    protected static DiffahException Invalid(string why) => SidecarFields.Invalid(why);

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}\z")]
    private static partial Regex ImageName();
}
