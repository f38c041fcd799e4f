
namespace Diffah.Samples;

/// <summary>
/// Writes small images in every shape, the same bytes each time. Independent of the engine but for its zstd: what it
/// writes, and the digests it gives, are a second opinion.
/// </summary>
public static class SampleImages
{
    private const int MiB = 1 << 20;
    private const string DockerArchive = "docker-archive:";
    private const string OciArchive = "oci-archive:";

    /// <summary>Writes all samples, and samples.json, which lists them.</summary>
    /// <param name="folder">Folder to write to; made where it is missing.</param>
    /// <param name="mebibytes">About the size of each image, uncompressed.</param>
    public static SampleSet WriteAll(string folder, double mebibytes = 1)
    {
        var root = Directory.CreateDirectory(folder).FullName;
        var bytes = (int)(mebibytes * MiB);
        var (v1, v2) = (SampleImage.V1(bytes), SampleImage.V2(bytes));
        var pairs = Archives(root, v1, v2)
            .Append(Layout(root, v1, v2))
            .Append(MultiPlatform(root, bytes, v1, v2))
            .Append(Pair(SampleFormat.Directory, v1, v2, image => WriteDirectory(root, image)));
        var both = Path.Combine(root, "both.docker.tar");
        ImageFiles.DockerArchive(v1.Pack(LayerPacking.DockerPlain), v2.Pack(LayerPacking.DockerPlain)).WriteTar(both);
        var set = new SampleSet(root, [.. pairs], both);
        SampleList.Write(set);
        return set;
    }

    /// <summary>Writes the release after those of the samples, as a Docker archive.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="mebibytes">About its size, uncompressed.</param>
    public static void WriteThird(string path, double mebibytes = 1) =>
        ImageFiles.DockerArchive(SampleImage.V3((int)(mebibytes * MiB)).Pack(LayerPacking.DockerPlain)).WriteTar(path);

    private static IEnumerable<SamplePair> Archives(string root, SampleImage v1, SampleImage v2)
    {
        yield return Archive(SampleFormat.DockerArchive, DockerArchive, "docker.tar", LayerPacking.DockerPlain,
            image => ImageFiles.DockerArchive(image));
        yield return Archive(
            SampleFormat.OciGzip, OciArchive, "oci.tar", LayerPacking.OciGzip, image => ImageFiles.OciLayout(image));
        yield return Archive(SampleFormat.OciPlain, OciArchive, "plain.oci.tar", LayerPacking.OciPlain,
            image => ImageFiles.OciLayout(image));
        yield return Archive(
            SampleFormat.DockerSave, DockerArchive, "save.tar", LayerPacking.OciPlain, ImageFiles.DockerSave);
        yield return Archive(
            SampleFormat.DockerSaveGzip, DockerArchive, "save-gzip.tar", LayerPacking.OciGzip, ImageFiles.DockerSave);
        yield return Archive(SampleFormat.OciZstd, OciArchive, "zstd.oci.tar", LayerPacking.OciZstd,
            image => ImageFiles.OciLayout(image));

        SamplePair Archive(
            SampleFormat format, string transport, string suffix, LayerPacking packing,
            Func<PackedImage, ImageFiles> arrange) => Pair(format, v1, v2, image =>
        {
            var packed = image.Pack(packing);
            var path = Path.Combine(root, $"{image.Name}.{suffix}");
            arrange(packed).WriteTar(path);
            return Describe(
                path, transport + path, transport == DockerArchive ? image.Pack(LayerPacking.DockerPlain) : packed);
        });
    }

    private static SamplePair Layout(string root, SampleImage v1, SampleImage v2)
    {
        var folder = Path.Combine(root, "layout");
        ImageFiles.OciLayout(v1.Pack(LayerPacking.OciGzip), v2.Pack(LayerPacking.OciGzip)).WriteFolder(folder);
        return Pair(SampleFormat.OciLayout, v1, v2,
            image => Describe(folder, $"oci:{folder}:{image.Name}", image.Pack(LayerPacking.OciGzip)));
    }

    private static SamplePair MultiPlatform(string root, int bytes, SampleImage v1, SampleImage v2)
    {
        var folder = Path.Combine(root, "multi");
        var sets = new[] { (v1, SampleImage.V1(bytes, "arm64")), (v2, SampleImage.V2(bytes, "arm64")) };
        ImageFiles.OciMultiPlatform(
            [.. sets.Select(s => new[] { s.Item1.Pack(LayerPacking.OciGzip), s.Item2.Pack(LayerPacking.OciGzip) })])
            .WriteFolder(folder);
        return Pair(SampleFormat.OciMultiPlatform, v1, v2,
            image => Describe(folder, $"oci:{folder}:{image.Name}", image.Pack(LayerPacking.OciGzip)));
    }

    private static SampleFile WriteDirectory(string root, SampleImage image)
    {
        var (folder, packed) = (Path.Combine(root, image.Name + ".dir"), image.Pack(LayerPacking.OciGzip));
        ImageFiles.Directory(packed).WriteFolder(folder);
        return Describe(folder, "dir:" + folder, packed);
    }

    private static SamplePair Pair(
        SampleFormat format, SampleImage v1, SampleImage v2, Func<SampleImage, SampleFile> write) =>
        new(format, write(v1), write(v2));

    private static SampleFile Describe(string path, string reference, PackedImage image) =>
        new(path, reference, image.Manifest.Digest, image.Configuration.Digest,
            [.. image.Layers.Select(layer => layer.Digest)], image.DiffIds);
}
