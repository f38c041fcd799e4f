using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison.Documents;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>
/// Compares manifests and configurations field by field. Digests and sizes of what they list are not compared: whatever
/// they stand for is.
/// </summary>
/// <param name="images">The images.</param>
/// <param name="pairs">The layers that are compared; none where all that tells of layers is left out.</param>
/// <param name="isSquashed">Whether all that tells of layers is left out.</param>
internal sealed class DocumentDifferences(
    ComparedImages images, IReadOnlyList<LayerPair> pairs, bool isSquashed)
{
    private readonly JsonElement[] _left = Layers(images.Reference);
    private readonly JsonElement[] _right = Layers(images.Difference);

    /// <summary>Differences of the manifests, but for the layers that they list.</summary>
    public IEnumerable<ClassedDifference> OfManifests()
    {
        var (mine, theirs) = (images.Reference.Manifest.Raw, images.Difference.Manifest.Raw);
        if (mine.Digest == theirs.Digest)
            yield break;
        if (mine.MediaType != theirs.MediaType)
            yield return Field(DifferenceKind.Manifest,
                new FieldDifference(MediaTypeTwins.Field, mine.MediaType, theirs.MediaType));
        var (left, right) = (Parse(mine.Bytes, "image manifest"), Parse(theirs.Bytes, "image manifest"));
        var fields = JsonComparison.Of(left, right, IsLeftOut);
        foreach (var field in fields.Differences)
            yield return Field(DifferenceKind.Manifest, field);
        var saysType = (JsonElement document) => OciJson.Has(document, MediaTypeTwins.Field);
        if (!fields.IsWrittenAlike || saysType(left) != saysType(right) || !AreStyled(mine.Bytes, theirs.Bytes)
            || !pairs.All(p => Compare(p) is null or { IsWrittenAlike: true }))
            yield return Format(DifferenceKind.Manifest, mine.Bytes, theirs.Bytes);
    }

    /// <summary>Differences of the configurations.</summary>
    public IEnumerable<ClassedDifference> OfConfigs()
    {
        var (mine, theirs) = (images.Reference, images.Difference);
        var (left, right) = (mine.Manifest.Config.Digest, theirs.Manifest.Config.Digest);
        if (left == right)
            return [];
        return mine.ConfigBytes is { } first && theirs.ConfigBytes is { } second
            && TryParse(first) is { } one && TryParse(second) is { } other
            ? OfConfigs(first, one, second, other)
            : [ClassedDifference.Of(new ImageDifference(
                DifferenceKind.Config, DifferenceProperty.Digest, left.ToString(), right.ToString()))];
    }

    /// <summary>What the manifests say of two layers that are compared.</summary>
    /// <param name="pair">The layers' places.</param>
    public IEnumerable<ClassedDifference> OfDescriptors(LayerPair pair)
    {
        if (Compare(pair) is not { } fields)
            yield break;
        foreach (var field in fields.Differences.Where(f => f.Path != MediaTypeTwins.Field || !IsCompression(f)))
            yield return Field(DifferenceKind.Layer, field, pair.Place);
    }

    /// <summary>
    /// A layer's media type that tells of another compression: told where nothing else tells of it.
    /// </summary>
    /// <param name="pair">The layers' places.</param>
    public ClassedDifference? OfMediaTypes(LayerPair pair)
    {
        if (pair is not { Left: { } left, Right: { } right })
            return null;
        var field = new FieldDifference(MediaTypeTwins.Field,
            images.Reference.Layers[left].MediaType, images.Difference.Layers[right].MediaType);
        return IsCompression(field)
            ? ClassedDifference.Of(
                new ImageDifference(DifferenceKind.Layer, field.Path, field.Reference, field.Difference)
                {
                    Layer = pair.Place,
                },
                IgnoredDifferences.Compression)
            : null;
    }

    private IEnumerable<ClassedDifference> OfConfigs(
        ReadOnlyMemory<byte> first, JsonElement one, ReadOnlyMemory<byte> second, JsonElement other)
    {
        var fields = JsonComparison.Of(one, other,
            p => p == "rootfs.diff_ids" || (isSquashed && p is "rootfs" or "history"));
        foreach (var field in fields.Differences)
            yield return ClassedDifference.Of(
                new ImageDifference(DifferenceKind.Config, field.Path, field.Reference, field.Difference),
                FieldClasses.OfConfig(field.Path));
        if (!fields.IsWrittenAlike || !AreStyled(first, second))
            yield return Format(DifferenceKind.Config, first, second);
    }

    private static JsonElement[] Layers(Image image) =>
        [.. OciJson.Array(Parse(image.Manifest.Raw.Bytes, "image manifest"), "layers", "image manifest")];

    private static bool IsLeftOut(string path) =>
        path is MediaTypeTwins.Field or "config.digest" or "config.size" or "config.data" or "layers";

    private static bool IsCompression(FieldDifference field) =>
        field is { Reference: { } mine, Difference: { } theirs }
        && MediaTypeTwins.AreSameButForCompression(mine, theirs);

    private static ClassedDifference Field(string kind, FieldDifference field, int? layer = null) =>
        ClassedDifference.Of(
            new ImageDifference(kind, field.Path, field.Reference, field.Difference) { Layer = layer },
            FieldClasses.OfManifest(field));

    private static ClassedDifference Format(
        string kind, ReadOnlyMemory<byte> mine, ReadOnlyMemory<byte> theirs) => ClassedDifference.Of(
        new ImageDifference(kind, DifferenceProperty.JsonFormat, Text(mine), Text(theirs)),
        IgnoredDifferences.JsonFormat);

    private static string Text(ReadOnlyMemory<byte> document) =>
        $"{document.Length} bytes, {Digest.Compute(document.Span)}";

    private JsonComparison? Compare(LayerPair pair) => pair is { Left: { } left, Right: { } right }
        ? JsonComparison.Of(_left[left], _right[right], p => p is "digest" or "size" or "data")
        : null;

    private static bool AreStyled(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        JsonStyle.Of(one.Span).IsAlike(JsonStyle.Of(other.Span));

    private static JsonElement Parse(ReadOnlyMemory<byte> bytes, string what) => OciJson.ParseObject(bytes, what);

    private static JsonElement? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return OciJson.Parse(bytes, "configuration");
        }
        catch (DiffahException)
        {
            return null; // an artifact's, which may be anything
        }
    }
}
