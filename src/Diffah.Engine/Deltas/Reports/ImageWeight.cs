using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>What images weigh, whole and on their way.</summary>
internal static class ImageWeight
{
    /// <summary>Bytes of images as they are: manifests, configurations and layers, each distinct blob once.</summary>
    public static long Of(IEnumerable<ImageManifest> manifests) =>
        ByteSize.Sum(manifests.SelectMany(Blobs).DistinctBy(b => b.Digest).Select(b => b.Size));

    /// <summary>
    /// Bytes that travel for an image: the whole file for an archive's only one, else what is stored of its blobs.
    /// </summary>
    public static long InArchive(ArchiveReader archive, ImageManifest manifest)
    {
        if (archive.Manifest.Images.Length == 1)
            return archive.FileBytes;
        var stored = archive.Manifest;
        var digests = Blobs(manifest).Select(b => b.Digest).Distinct().ToArray();
        var own = digests.Select(d => stored.Blobs.GetValueOrDefault(d)?.OwnSize
            ?? stored.Reused.GetValueOrDefault(d)?.Form.Wrapping.StoredRecipe ?? 0);
        var contents = digests.Select(d => stored.Blobs.GetValueOrDefault(d)?.Form?.Content)
            .OfType<Digest>().Distinct();
        return ByteSize.Sum(
            [.. own, .. contents.Select(c => stored.Contents.GetValueOrDefault(c)?.StoredSize ?? 0)]);
    }

    private static IEnumerable<(Digest Digest, long Size)> Blobs(ImageManifest manifest) => manifest.Layers
        .Append(manifest.Config).Select(d => (d.Digest, d.Size)).Append((manifest.Digest, manifest.Raw.Bytes.Length));
}
