using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>
/// What an image says itself of the image that it is built on: annotations of its manifest, or labels of its
/// configuration (OCI image spec, annotations.md).
/// </summary>
internal sealed class BaseImageMarks
{
    private const string NameKey = "org.opencontainers.image.base.name";
    private const string DigestKey = "org.opencontainers.image.base.digest";
    private const int MaximumQuoted = 200;

    private readonly Image _image;
    private readonly string _kind;
    private readonly string _name;
    private readonly string? _digest;

    private BaseImageMarks(Image image, string kind, string name, string? digest) =>
        (_image, _kind, _name, _digest) = (image, kind, name, digest);

    /// <summary>What an image says.</summary>
    /// <exception cref="DiffahException">BaselineUnknown: nothing, or what can't be used.</exception>
    public static BaseImage Read(Image image)
    {
        // An image inherits the labels of the one below it, and so what that one says of itself. Annotations are its
        // own.
        var marks = Find(image, "annotation", AnnotationsOf(image)) ?? Find(image, "label", LabelsOf(image));
        return marks?.ToBaseImage() ?? throw new DiffahException(DiffahErrors.BaselineUnknown,
            $"{image.Source.Reference} does not say which image it is built on: it has no {NameKey}, neither as an "
                + "annotation of its manifest nor as a label.");
    }

    private static BaseImageMarks? Find(Image image, string kind, JsonElement? marks) =>
        Text(marks, NameKey) is { } name ? new BaseImageMarks(image, kind, name, Text(marks, DigestKey)) : null;

    private static JsonElement? AnnotationsOf(Image image) =>
        Field(OciJson.ParseObject(image.Manifest.Raw.Bytes, "image manifest"), "annotations");

    private static JsonElement? LabelsOf(Image image) => image.ConfigBytes is { } bytes
        ? Field(Field(OciJson.ParseObject(bytes, "image configuration"), "config"), "Labels")
        : null;

    private static JsonElement? Field(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? marks, string key) =>
        Field(marks, key) is { ValueKind: JsonValueKind.String } value ? OciJson.NullIfEmpty(value.GetString()) : null;

    private BaseImage ToBaseImage()
    {
        // What is before an @ may be somebody's password.
        var name = ImageName.Read(_name, out var fault) ?? throw Unusable(
            $"says in its {_kind} {NameKey} what is no name of an image: the {fault!.Part.ToString().ToLowerInvariant()} "
                + $"is '{ShortText.Cut(fault.Text, MaximumQuoted)}'");
        var origin = $"{_kind} {NameKey} of the target";
        return _digest is null
            ? new BaseImage(_name, origin)
            : new BaseImage(
                (name with { Tag = null, Digest = DigestFor(name, _digest) }).ToString(), $"{origin}, with its digest");
    }

    private Digest DigestFor(ImageName name, string text)
    {
        if (!Digest.TryParse(text, out var digest))
            throw Unusable($"says in its {_kind} {DigestKey} what is no digest: "
                + $"'{ShortText.Cut(text, MaximumQuoted)}'");
        return name.Digest is { } own && own != digest
            ? throw Unusable($"says of the image it is built on two digests: {own} in its {_kind} {NameKey}, and "
                + $"{digest} in {DigestKey}")
            : digest;
    }

    private DiffahException Unusable(string what) =>
        new(DiffahErrors.BaselineUnknown, $"{_image.Source.Reference} {what}.");
}
