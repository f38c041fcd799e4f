namespace Diffah.Samples;

/// <summary>The images that the README and the other pages name, under the names that they have there.</summary>
public static class ReadmeImages
{
    /// <summary>
    /// Writes two releases of one image: app-v1.tar and app-v2.tar as Docker archives, app-v1.oci.tar and
    /// app-v2.oci.tar as OCI archives, and layout, an OCI image layout with the names v1 and v2. The layout platforms
    /// has these as indexes of two platforms, and an SBOM of v2. And app-v3.tar, the release after these, as a Docker
    /// archive.
    /// </summary>
    /// <param name="folder">Folder to write to; made where it is missing. What is there under these names is
    /// replaced.</param>
    /// <param name="mebibytes">About the size of each image, uncompressed.</param>
    public static void Write(string folder, double mebibytes = 1)
    {
        var root = Directory.CreateDirectory(folder).FullName;
        var work = Directory.CreateTempSubdirectory("diffah-samples-").FullName;
        try
        {
            var samples = SampleImages.WriteAll(work, mebibytes);
            Offer(root, samples[SampleFormat.DockerArchive], ".tar");
            SampleImages.WriteThird(Path.Combine(root, "app-v3.tar"), mebibytes);
            Offer(root, samples[SampleFormat.OciGzip], ".oci.tar");
            OfferFolder(root, samples[SampleFormat.OciLayout].V1.Path, "layout");
            OfferFolder(root, samples[SampleFormat.OciLayout].V1.Path, "platforms");
            ReadmePlatforms.Make(Path.Combine(root, "platforms"));
        }
        finally
        {
            Directory.Delete(work, true);
        }
    }

    private static void Offer(string root, SamplePair pair, string suffix)
    {
        File.Move(pair.V1.Path, Path.Combine(root, "app-v1" + suffix), true);
        File.Move(pair.V2.Path, Path.Combine(root, "app-v2" + suffix), true);
    }

    // A move can't lead to another disk, so each file is copied.
    private static void OfferFolder(string root, string source, string name)
    {
        var target = Path.Combine(root, name);
        if (Directory.Exists(target))
            Directory.Delete(target, true);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
