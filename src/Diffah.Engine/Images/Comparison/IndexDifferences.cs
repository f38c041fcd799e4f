using System.Text.Json;
using Diffah.Engine.Images.Comparison.Documents;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.Comparison;

/// <summary>Images of one platform that two indexes list; null where one of them has none.</summary>
/// <param name="Left">The reference's image.</param>
/// <param name="Right">The other one.</param>
internal sealed record ListedPair(ListedImage? Left, ListedImage? Right)
{
    /// <summary>What differences are told with.</summary>
    public string Name => (Left ?? Right)!.Name;
}

/// <summary>Compares two indexes, but for the images that they list.</summary>
/// <param name="left">The reference's index.</param>
/// <param name="right">The other one.</param>
internal sealed class IndexDifferences(RawManifest left, RawManifest right)
{
    /// <summary>What the indexes say of themselves.</summary>
    public IEnumerable<ClassedDifference> OfIndexes()
    {
        if (left.MediaType != right.MediaType)
            yield return Field(new FieldDifference(MediaTypeTwins.Field, left.MediaType, right.MediaType), null);
        var (mine, theirs) =
            (OciJson.ParseObject(left.Bytes, "image index"), OciJson.ParseObject(right.Bytes, "image index"));
        var fields = JsonComparison.Of(mine, theirs, p => p is MediaTypeTwins.Field or "manifests");
        foreach (var field in fields.Differences)
            yield return Field(field, null);
        var isSaid = OciJson.Has(mine, MediaTypeTwins.Field) == OciJson.Has(theirs, MediaTypeTwins.Field);
        if (!fields.IsWrittenAlike || !isSaid
            || !JsonStyle.Of(left.Bytes.Span).IsAlike(JsonStyle.Of(right.Bytes.Span)))
            yield return Format(null, Text(left), Text(right));
    }

    /// <summary>What the indexes say of the images.</summary>
    /// <param name="pairs">The images.</param>
    public static IEnumerable<ClassedDifference> OfListed(IReadOnlyList<ListedPair> pairs)
    {
        foreach (var pair in pairs)
        {
            if (pair is not { Left: { } mine, Right: { } theirs })
            {
                yield return Of(pair.Name, DifferenceProperty.Presence,
                    pair.Left?.Descriptor.Digest.ToString(), pair.Right?.Descriptor.Digest.ToString());
                continue;
            }
            var fields = JsonComparison.Of(mine.Document, theirs.Document,
                p => p is "digest" or "size" or "data" or "annotations.vnd.docker.reference.digest");
            foreach (var field in fields.Differences)
                yield return Field(field, pair.Name);
            if (!fields.IsWrittenAlike)
                yield return Format(pair.Name, mine.Document.GetRawText(), theirs.Document.GetRawText());
        }
    }

    /// <summary>Pairs the images of two indexes by what they are for; of several for one platform, in order.</summary>
    /// <param name="mine">Those of the reference's index.</param>
    /// <param name="theirs">Those of the other one.</param>
    public static IReadOnlyList<ListedPair> Pair(IReadOnlyList<ListedImage> mine, IReadOnlyList<ListedImage> theirs)
    {
        var left = theirs.ToList();
        var partners = new Dictionary<ListedImage, ListedImage>(ReferenceEqualityComparer.Instance);
        Take((m, t) => m.Descriptor.Digest == t.Descriptor.Digest && m.Name == t.Name);
        Take((m, t) => m.Name == t.Name && OsVersion(m) == OsVersion(t));
        Take((m, t) => m.Name == t.Name);
        // The same platform by another name: arm64 is arm64/v8.
        Take((m, t) => m.Platform is { } p && t.Platform is { } q && PlatformFit.Rank(p, q) == 0);
        return
        [
            .. mine.Select(m => new ListedPair(m, partners.GetValueOrDefault(m))),
            .. left.Select(t => new ListedPair(null, t)),
        ];

        void Take(Func<ListedImage, ListedImage, bool> isPartner)
        {
            foreach (var image in mine.Where(m => !partners.ContainsKey(m)))
            {
                if (left.Find(t => isPartner(image, t)) is not { } partner)
                    continue;
                partners[image] = partner;
                left.Remove(partner);
            }
        }
    }

    /// <summary>An index and an image.</summary>
    public ClassedDifference OfKinds() => Of(null, MediaTypeTwins.Field, left.MediaType, right.MediaType);

    /// <summary>The indexes' digests, where nothing else is there to be told.</summary>
    public ClassedDifference OfDigests() =>
        Of(null, DifferenceProperty.Digest, left.Digest.ToString(), right.Digest.ToString());

    private static string? OsVersion(ListedImage image) =>
        image.Document.TryGetProperty("platform", out var platform) && platform.ValueKind == JsonValueKind.Object
        && platform.TryGetProperty("os.version", out var v)
            ? v.ToString()
            : null;

    private static ClassedDifference Field(FieldDifference field, string? platform) =>
        Of(platform, field.Path, field.Reference, field.Difference, FieldClasses.OfManifest(field));

    private static ClassedDifference Format(string? platform, string mine, string theirs) =>
        Of(platform, DifferenceProperty.JsonFormat, mine, theirs, IgnoredDifferences.JsonFormat);

    private static string Text(RawManifest index) => $"{index.Bytes.Length} bytes, {index.Digest}";

    private static ClassedDifference Of(
        string? platform, string property, string? mine, string? theirs,
        IgnoredDifferences classes = IgnoredDifferences.None) => ClassedDifference.Of(
            new ImageDifference(DifferenceKind.Index, property, mine, theirs) { Platform = platform }, classes);
}
