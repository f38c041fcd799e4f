using System.Formats.Tar;
using System.Security.Cryptography;
using Diffah.Samples;
using Diffah.Tests.Support;

namespace Diffah.Tests.Samples;

/// <summary>The samples are what other tests take them for.</summary>
public sealed class SampleImagesTests
{
    [Fact]
    public void The_same_bytes_come_out_each_time()
    {
        using var folder = new TemporaryFolder();
        SampleImages.WriteAll(folder["one"], 0.1);
        SampleImages.WriteAll(folder["two"], 0.1);
        Assert.Equal(Hashes(folder["one"]), Hashes(folder["two"]));
    }

    [Fact]
    public void A_large_pair_is_the_same_each_time_and_differs_within()
    {
        using var folder = new TemporaryFolder();
        LargePair.Write(folder["one"], 4, seed: 7);
        LargePair.Write(folder["two"], 4, seed: 7);
        var hashes = Hashes(folder["one"]);
        Assert.Equal(hashes, Hashes(folder["two"]));
        Assert.Equal(["v1.docker.tar", "v2.docker.tar"], hashes.Keys);
        Assert.NotEqual(hashes["v1.docker.tar"], hashes["v2.docker.tar"]);
    }

    [Fact]
    public void Layers_hold_what_is_hard_about_layers()
    {
        using var folder = new TemporaryFolder();
        var samples = SampleImages.WriteAll(folder.Path, 0.1);
        var entries = samples[SampleFormat.OciPlain].V2.DiffIds
            .SelectMany(digest => ReadTar(Blob(samples[SampleFormat.OciPlain].V2.Path, digest))).ToArray();

        Assert.Contains(entries, e => e.Name.Length > 255);
        Assert.Contains(entries, e => e.Name.Contains('模', StringComparison.Ordinal));
        Assert.Contains(entries, e => e.Name.EndsWith("/.wh..wh..opq", StringComparison.Ordinal));
        Assert.Contains(entries, e => e.EntryType == TarEntryType.SymbolicLink && e.LinkName.Length > 255);
        Assert.Contains(entries, e => e.EntryType == TarEntryType.HardLink);
        Assert.Contains(entries, e => e.Mode.HasFlag(UnixFileMode.SetUser));
        Assert.Contains(
            entries, e => e is PaxTarEntry pax && pax.ExtendedAttributes.ContainsKey("SCHILY.xattr.user.sample"));
        Assert.Contains(entries, e => e is GnuTarEntry && e.Name.Length > 100);
    }

    [Fact]
    public void The_pair_shares_its_base_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var pair = SampleImages.WriteAll(folder.Path, 0.1)[SampleFormat.DockerArchive];
        Assert.Equal([pair.V1.LayerDigests[0]], pair.V1.LayerDigests.Intersect(pair.V2.LayerDigests));
        Assert.Equal(pair.V1.LayerDigests.Length + 1, pair.V2.LayerDigests.Length);
    }

    [SkippableFact]
    public async Task Skopeo_gives_them_the_digests_that_the_generator_gives()
    {
        using var folder = new TemporaryFolder();
        foreach (var pair in SampleImages.WriteAll(
            folder.Path, 0.1).Pairs.Where(pair => pair.Format != SampleFormat.OciMultiPlatform))
        {
            var manifest = await ExternalTool.RunAsync("skopeo", "inspect", "--raw", pair.V2.Reference);
            Assert.Equal(pair.V2.ManifestDigest,
                "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(manifest))));
        }
    }

    private static SortedDictionary<string, string> Hashes(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(folder, path),
                path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))), StringComparer.Ordinal);

    private static MemoryStream Blob(string archive, string digest)
    {
        var entry = ReadTar(new MemoryStream(File.ReadAllBytes(archive)))
            .Single(e => e.Name == "blobs/sha256/" + digest["sha256:".Length..]);
        var bytes = new MemoryStream();
        entry.DataStream!.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }

    private static List<TarEntry> ReadTar(Stream stream)
    {
        using var tar = new TarReader(stream);
        var entries = new List<TarEntry>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return entries;
    }
}
