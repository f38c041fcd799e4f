using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>Reads what a sidecar says of indexes, and of what says something of images.</summary>
internal static class IndexSection
{
    private const int MaximumShown = 80;

    /// <summary>Reads the indexes; none where the sidecar has no such list.</summary>
    /// <param name="root">The sidecar.</param>
    /// <param name="fields">Opens an object of it.</param>
    public static ImmutableArray<ArchiveIndex> ReadIndexes(
        SidecarFields root, Func<JsonElement, string, SidecarFields> fields) =>
        [.. root.OptionalArray("indexes").Select(i => ReadIndex(fields(i, "an index"), fields))];

    /// <summary>Reads what says something of images; none where the sidecar has no such list.</summary>
    /// <param name="root">The sidecar.</param>
    /// <param name="fields">Opens an object of it.</param>
    public static ImmutableArray<ArchiveReferrer> ReadReferrers(
        SidecarFields root, Func<JsonElement, string, SidecarFields> fields) =>
        [.. root.OptionalArray("referrers").Select(r => ReadReferrer(fields(r, "a referrer")))];

    /// <summary>Judges what was read, beside the rest of the sidecar.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <exception cref="DiffahException">ArchiveInvalid.</exception>
    public static void Validate(ArchiveManifest sidecar)
    {
        var names = sidecar.Images.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        if (sidecar.Indexes.Length > sidecar.Images.Length)
            throw SidecarFields.Invalid("it lists more indexes than images");
        if (sidecar.Indexes.Select(i => i.Name).Distinct(StringComparer.Ordinal).Count() != sidecar.Indexes.Length)
            throw SidecarFields.Invalid("two indexes have the same name");
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var index in sidecar.Indexes)
        {
            if (!SidecarReader.IsImageName(index.Name))
                throw SidecarFields.Invalid("an index has a name that is not allowed");
            RequireWhole(index.Target.ManifestDigest, index.Target.ManifestSize, $"index {Shown(index.Name)}", sidecar);
            if (!MediaTypes.IsIndex(index.Target.MediaType))
                throw SidecarFields.Invalid($"index {Shown(index.Name)} is of a type that is no index");
            if (index.Images.IsEmpty)
                throw SidecarFields.Invalid($"index {Shown(index.Name)} lists no image");
            foreach (var image in index.Images)
            {
                if (!names.Contains(image.Name))
                    throw SidecarFields.Invalid(
                        $"index {Shown(index.Name)} lists {Shown(image.Name)}, which is not among the images");
                if (!listed.Add(image.Name))
                    throw SidecarFields.Invalid($"image {Shown(image.Name)} is listed by two indexes, or twice");
            }
        }
        ValidateReferrers(sidecar);
    }

    private static void ValidateReferrers(ArchiveManifest sidecar)
    {
        if (sidecar.Referrers.Length > ArchiveReferrer.MaximumCount)
            throw SidecarFields.TooMuch($"it lists more than {ArchiveReferrer.MaximumCount} referrers");
        var seen = new HashSet<Digest>();
        foreach (var referrer in sidecar.Referrers)
        {
            var what = $"referrer {referrer.Manifest.Digest}";
            RequireWhole(referrer.Manifest.Digest, referrer.Manifest.Size, what, sidecar);
            if (!seen.Add(referrer.Manifest.Digest))
                throw SidecarFields.Invalid($"{what} is listed twice");
            if (!sidecar.Blobs.ContainsKey(referrer.Subject) || referrer.Subject == referrer.Manifest.Digest)
                throw SidecarFields.Invalid($"{what} says something of what is not in the archive");
        }
        var bytes = ByteSize.Sum(
            [.. sidecar.Referrers.Select(r => r.Manifest.Size), .. sidecar.Indexes.Select(i => i.Target.ManifestSize)]);
        if (bytes > SidecarReader.MaximumManifests)
            throw SidecarFields.TooMuch($"the manifests of its indexes and referrers have {bytes} bytes together, "
                + $"more than {SidecarReader.MaximumManifests}");
    }

    private static void RequireWhole(Digest digest, long size, string what, ArchiveManifest sidecar)
    {
        if (sidecar.Blobs.GetValueOrDefault(digest) is not { Origin: BlobOrigin.Full } blob || blob.Size != size)
            throw SidecarFields.Invalid($"the manifest of {what} is not stored whole with its size");
    }

    private static ArchiveIndex ReadIndex(
        SidecarFields index, Func<JsonElement, string, SidecarFields> fields)
    {
        var name = index.Text("name");
        var what = $"index {Shown(name)}";
        var result = new ArchiveIndex(name,
            new ArchiveTarget(
                Digest.Parse(index.Text("manifest_digest")), index.Size("manifest_size"), index.Text("media_type"))
            { Tag = index.NullableText("tag") },
            [.. index.Array("images").Select(i => ReadImage(fields(i, $"an image of {what}"), what))]);
        index.TellUnknown();
        return result;
    }

    private static ArchiveIndexImage ReadImage(SidecarFields image, string what)
    {
        var result = new ArchiveIndexImage(
            image.Text("name"), ReadPlatform("platform"), ReadPlatform("baseline_platform"));
        image.TellUnknown();
        return result;

        Platform? ReadPlatform(string field) => image.NullableText(field) is not { } text ? null
            : Platform.TryParse(text, out var platform) ? platform
            : throw SidecarFields.Invalid($"'{ShortText.Cut(text, MaximumShown)}' in {what} is not a platform");
    }

    private static ArchiveReferrer ReadReferrer(SidecarFields referrer)
    {
        var result = new ArchiveReferrer(
            new Descriptor(referrer.Text("media_type"), Digest.Parse(referrer.Text("manifest_digest")),
                referrer.Size("manifest_size")),
            Digest.Parse(referrer.Text("subject")), referrer.OptionalText("artifact_type"));
        referrer.TellUnknown();
        return result;
    }

    private static string Shown(string name) => $"'{ShortText.Cut(name, MaximumShown)}'";
}
