using System.Text.Json.Nodes;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Samples;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>What is written keeps every rule, and other tools understand it.</summary>
public sealed class WrittenArchiveTests : IClassFixture<WrittenArchiveTests.SampleFolder>, IDisposable
{
    private readonly SampleSet _samples;
    private readonly TemporaryFolder _folder = new();

    public WrittenArchiveTests(SampleFolder samples) => _samples = samples.Samples;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SampleFormat.DockerArchive, "docker-archive:")]
    [InlineData(SampleFormat.OciGzip, "oci-archive:")]
    [InlineData(SampleFormat.OciZstd, "oci-archive:")]
    [InlineData(SampleFormat.OciPlain, "oci-archive:")]
    [InlineData(SampleFormat.DockerSave, "docker-archive:")]
    [InlineData(SampleFormat.DockerSaveGzip, "docker-archive:")]
    [InlineData(SampleFormat.OciLayout, "oci:")]
    [InlineData(SampleFormat.OciMultiPlatform, "oci:")]
    [InlineData(SampleFormat.Directory, "dir:")]
    public async Task A_sample_of_any_shape_comes_back(SampleFormat format, string transport)
    {
        var pair = _samples[format];
        var archive = await RealImages.CreateAsync(
            pair.V1.Reference, pair.V2.Reference, _folder["delta.tar"], DeltaLab.Quick);
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["delta.tar"]),
            new Dictionary<string, string[]> { ["default"] = [.. pair.V1.LayerDigests] }));
        Assert.Equal((pair.V1.ManifestDigest, pair.V2.ManifestDigest),
            (archive.Images[0].BaselineManifestDigest, archive.Images[0].TargetManifestDigest));
        Assert.Equal(pair.V2.LayerDigests, archive.Images[0].Layers.Select(l => l.Digest));
        var restored = await RealImages.RestoreAsync(
            _folder["delta.tar"], pair.V1.Reference, transport + _folder["app"]);
        Assert.Equal(pair.V2.ManifestDigest, restored.ManifestDigest);
    }

    [SkippableTheory]
    [InlineData("oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar")]
    [InlineData("docker-archive:images/v1_s2.tar", "docker-archive:images/v3_s2.tar")]
    [InlineData("oci-archive:images/v4_baseline_oci.tar", "oci-archive:images/v4_target_oci.tar")]
    [InlineData("oci-archive:images/v1_oci.tar", "docker-archive:images/v2_s2.tar")]
    [InlineData("docker-archive:images/v4_baseline_s2.tar", "oci-archive:images/v4_target_oci.tar")]
    [InlineData("oci-archive:images/v1_oci.tar", "oci-archive:images/unrelated_oci.tar")]
    public async Task A_pair_of_images_of_other_tools_comes_back(string baseline, string target)
    {
        var (from, to) = (Reference(baseline), Reference(target));
        var archive = await RealImages.CreateAsync(
            from, to, _folder["delta.tar"], DeltaLab.Quick with { ZstdLevel = 19 });
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["delta.tar"])));
        Assert.Equal(Path.GetFileName(baseline), archive.Images[0].BaselineSourceHint);
        var restored = await RealImages.RestoreAsync(_folder["delta.tar"], from, $"dir:{_folder["app"]}");
        Assert.Equal(await RealImages.SkopeoDigestAsync(to), restored.ManifestDigest);
        Assert.Equal(restored.ManifestDigest, await RealImages.SkopeoDigestAsync($"dir:{_folder["app"]}"));
    }

    [SkippableTheory]
    [InlineData(3, null)]
    [InlineData(22, null)]
    [InlineData(19, 31)]
    [InlineData(1, 10)]
    public async Task The_zstd_tool_applies_the_patches(int level, int? windowLog)
    {
        var pair = _samples[SampleFormat.DockerArchive];
        var archive = await RealImages.CreateAsync(pair.V1.Reference, pair.V2.Reference, _folder["delta.tar"],
            new EncodingOptions
            {
                FormatVersion = 1,
                ZstdLevel = level,
                ZstdWindowLog = windowLog,
                MemoryBudget = 0,
            });
        var patches = archive.Images[0].Layers.Where(l => l.Encoding == nameof(BlobOrigin.Patch)).ToArray();
        Assert.NotEmpty(patches);
        await ExternalTool.RunAsync("tar", "-xf", _folder["delta.tar"], "-C", _folder.Path);
        await ExternalTool.RunAsync("tar", "-xf", pair.V1.Path, "-C", _folder.Path);
        foreach (var patch in patches)
        {
            var (stored, from) = (_folder[ArchiveDraft.EntryName(patch.Digest)],
                _folder[patch.PatchFrom!["sha256:".Length..] + ".tar"]);
            await ExternalTool.RunAsync(
                "zstd", "-q", "-f", "-d", "--long=31", $"--patch-from={from}", stored, "-o", _folder["layer"]);
            Assert.Equal(
                patch.Digest, Engine.Oci.Digest.Compute(await File.ReadAllBytesAsync(_folder["layer"])).ToString());
        }
    }

    [SkippableFact]
    public async Task The_tar_tool_lists_it_without_complaint()
    {
        var pair = _samples[SampleFormat.OciGzip];
        await RealImages.CreateAsync(pair.V1.Reference, pair.V2.Reference, _folder["delta.tar"], DeltaLab.Quick);
        var sidecar = ArchiveDraft.Read(await File.ReadAllBytesAsync(_folder["delta.tar"]));
        var blobs = sidecar.Blobs.Count(b => b.Value!["encoding"]!.GetValue<string>() != "content");
        var recipes = sidecar.Blobs.Concat((JsonObject)sidecar.Sidecar["reused"]!)
            .Count(b => b.Value!["wrapping"]?["recipe_size"] is not null);
        var entries = blobs + sidecar.Contents.Count + recipes + (sidecar.Sidecar["files"] is null ? 0 : 1);
        var listed = await ExternalTool.TryRunAsync("tar", "--utc", "-tvf", _folder["delta.tar"]);
        Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
        var lines = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + entries, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^-rw-r--r-- 0/0 +\d+ 1970-01-01 00:00 ", line));
        Assert.EndsWith(" diffah.json", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_is_made_and_how_often_changes_nothing()
    {
        var pair = _samples[SampleFormat.OciGzip];
        var all = new List<byte[]>();
        foreach (var name in (string[])["a/delta.tar", "b/other.name", "c/delta.tar"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            await RealImages.CreateAsync(
                pair.V1.Reference, pair.V2.Reference, _folder[name], DeltaLab.Quick with { Workers = all.Count + 1 });
            all.Add(await File.ReadAllBytesAsync(_folder[name]));
        }
        Assert.All(all, bytes => Assert.Equal(all[0], bytes));
    }

    [SkippableTheory]
    [InlineData(1, 1_001_472)]
    [InlineData(2, 215_000)]
    public async Task A_real_release_of_a_docker_image_takes_no_more_than_was_promised(int version, long most)
    {
        var (from, to) = (Reference("docker-archive:web/web-v1.docker.tar"),
            Reference("docker-archive:web/web-v2.docker.tar"));
        var archive = await RealImages.CreateAsync(
            from, to, _folder["delta.tar"], new EncodingOptions { FormatVersion = version });
        Assert.True(archive.ArchiveBytes <= most, $"{archive.ArchiveBytes} bytes");
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["delta.tar"])));
        var restored = await RealImages.RestoreAsync(
            _folder["delta.tar"], from, $"docker-archive:{_folder["app.tar"]}");
        Assert.Equal(await RealImages.SkopeoDigestAsync(to), restored.ManifestDigest);
        Assert.Equal(
            restored.ManifestDigest, await RealImages.SkopeoDigestAsync($"docker-archive:{_folder["app.tar"]}"));
    }

    [SkippableTheory]
    [InlineData(1, 5_600_000)]
    [InlineData(2, 215_000)]
    public async Task A_real_release_of_an_OCI_image_comes_back(int version, long most)
    {
        var (from, to) = (Reference("oci-archive:web/web-v1.oci.tar"), Reference("oci-archive:web/web-v2.oci.tar"));
        var archive = await RealImages.CreateAsync(
            from, to, _folder["delta.tar"], DeltaLab.Quick with { FormatVersion = version });
        Assert.True(archive.ArchiveBytes <= most, $"{archive.ArchiveBytes} bytes");
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["delta.tar"])));
        var restored = await RealImages.RestoreAsync(_folder["delta.tar"], from, $"oci-archive:{_folder["app.tar"]}");
        Assert.Equal(await RealImages.SkopeoDigestAsync(to), restored.ManifestDigest);
    }

    [Fact]
    public async Task An_image_that_is_not_there_leaves_nothing()
    {
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound,
            () => RealImages.CreateAsync($"oci-archive:{_folder["missing.tar"]}",
                _samples[SampleFormat.OciGzip].V2.Reference, _folder["delta.tar"], DeltaLab.Quick));
        Assert.Empty(_folder.Entries);
    }

    private static string Reference(string fixture)
    {
        var colon = fixture.IndexOf(':', StringComparison.Ordinal);
        return $"{fixture[..colon]}:{Fixtures.Path(fixture[(colon + 1)..])}";
    }

    /// <summary>The samples, written once for all tests of the class.</summary>
    public sealed class SampleFolder : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public SampleFolder() => Samples = SampleImages.WriteAll(_folder.Path, 0.3);

        public SampleSet Samples { get; }

        public void Dispose() => _folder.Dispose();
    }
}
