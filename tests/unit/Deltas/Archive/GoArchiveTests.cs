using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>
/// Archives that the first implementation wrote are read, and rebuild the images they were made from.
/// </summary>
public sealed class GoArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Archives => new()
    {
        { "v1-v2.oci", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar" },
        { "v1-v2.oci.intra-off", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar" },
        { "v1-v2.s2", "docker-archive:images/v1_s2.tar", "docker-archive:images/v2_s2.tar" },
        { "v1-v3.oci.level3", "oci-archive:images/v1_oci.tar", "oci-archive:images/v3_oci.tar" },
        { "v1oci-v2s2", "oci-archive:images/v1_oci.tar", "docker-archive:images/v2_s2.tar" },
        { "v4.oci", "oci-archive:images/v4_baseline_oci.tar", "oci-archive:images/v4_target_oci.tar" },
        { "signed", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar" },
        { "signed-boxed", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar" },
        { "web-v1-v2.docker", "docker-archive:web/web-v1.docker.tar", "docker-archive:web/web-v2.docker.tar" },
        { "web-v1-v2.oci", "oci-archive:web/web-v1.oci.tar", "oci-archive:web/web-v2.oci.tar" },
    };

    [SkippableTheory]
    [MemberData(nameof(Archives))]
    public async Task They_rebuild_the_very_image(string name, string baseline, string target)
    {
        var archive = Fixtures.Path($"deltas/{name}.delta.tar");
        var expected = await RealImages.SkopeoDigestAsync(Reference(target));
        var transport = target[..target.IndexOf(':', StringComparison.Ordinal)];
        foreach (var destination in (string[])[$"{transport}:{_folder["app.tar"]}", $"dir:{_folder["app"]}"])
        {
            var restored = await RealImages.RestoreAsync(archive, Reference(baseline), destination);
            Assert.Equal(expected, restored.ManifestDigest);
            Assert.Equal(expected, await RealImages.SkopeoDigestAsync(destination));
            await ExternalTool.RunAsync("skopeo", "copy", "--insecure-policy", destination, $"dir:{_folder["copy"]}");
        }
        Assert.DoesNotContain(_folder.Entries, e => e.StartsWith('.'));
    }

    [SkippableTheory]
    [MemberData(nameof(Archives))]
    public async Task What_they_say_is_read(string name, string baseline, string target)
    {
        var archive = await InspectArchive.RunAsync(
            Fixtures.Path($"deltas/{name}.delta.tar"), EventSink.None, CancellationToken.None);
        Assert.Equal(("v1", "bundle", "diffah", "linux/amd64"),
            (archive.Version, archive.Feature, archive.Tool, archive.Platform));
        Assert.Equal(await RealImages.SkopeoDigestAsync(Reference(target)), archive.Images[0].TargetManifestDigest);
        Assert.Equal(await RealImages.SkopeoDigestAsync(Reference(baseline)), archive.Images[0].BaselineManifestDigest);
        Assert.Equal(name.Contains("intra-off", StringComparison.Ordinal) ? 0 : archive.PatchCount, archive.PatchCount);
        Assert.Equal(!name.Contains("intra-off", StringComparison.Ordinal), archive.RequiresZstd);
    }

    [SkippableFact]
    public async Task One_that_is_compressed_as_a_whole_rebuilds_the_same_image()
    {
        var wrapped = _folder["wrapped.delta.tar"];
        await ExternalTool.RunAsync("zstd", "-q", "-19", Fixtures.Path("deltas/v4.oci.delta.tar"), "-o", wrapped);
        var restored = await RealImages.RestoreAsync(
            wrapped, Reference("oci-archive:images/v4_baseline_oci.tar"), $"oci-archive:{_folder["app.tar"]}");
        Assert.Equal(await RealImages.SkopeoDigestAsync(Reference("oci-archive:images/v4_target_oci.tar")),
            restored.ManifestDigest);
        Assert.Equal(["app.tar", "wrapped.delta.tar"], _folder.Entries);
        var (plain, said) = (await InspectAsync(Fixtures.Path("deltas/v4.oci.delta.tar")), await InspectAsync(wrapped));
        Assert.Equal((plain.PatchBytes, plain.FullBytes, plain.PatchSparedBytes),
            (said.PatchBytes, said.FullBytes, said.PatchSparedBytes));
        Assert.Equal(new FileInfo(wrapped).Length, said.ArchiveBytes);
    }

    [SkippableFact]
    public async Task One_of_the_early_phase_is_refused()
    {
        var path = Fixtures.Path("images/v1_phase1.tar");
        var e = await Errors.ThrowsAsync(DiffahErrors.ArchiveTooOld, () => RealImages.RestoreAsync(
            path, Reference("oci-archive:images/v1_oci.tar"), $"oci-archive:{_folder["app.tar"]}"));
        Assert.Equal(4, (int)e.Error.Category);
        Assert.Equal(4, e.Error.ExitCode);
        await Errors.ThrowsAsync(
            DiffahErrors.ArchiveTooOld, () => InspectArchive.RunAsync(path, EventSink.None, CancellationToken.None));
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task A_bundle_of_one_image_with_a_name_is_restored_like_any_other()
    {
        var restored = await RealImages.RestoreAsync(Fixtures.Path("images/v5_bundle.tar"),
            Reference("oci-archive:images/v1_oci.tar"), $"oci-archive:{_folder["app.tar"]}");
        Assert.Equal(("svc-a", await RealImages.SkopeoDigestAsync(Reference("oci-archive:images/v2_oci.tar"))),
            (restored.Name, restored.ManifestDigest));
    }

    [SkippableFact]
    public async Task A_bundle_of_two_images_is_told_from_a_delta_of_one()
    {
        var e = await Errors.ThrowsAsync(DiffahErrors.AmbiguousImage,
            () => RealImages.RestoreAsync(Fixtures.Path("deltas/two-services.bundle.tar"),
                Reference("oci-archive:images/v1_oci.tar"), $"oci-archive:{_folder["app.tar"]}"));
        Assert.Contains("svc-a, svc-b", e.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_images_of_a_bundle_are_the_very_images(bool strict)
    {
        (string Name, string Baseline, string Target, string Destination)[] images =
        [
            ("svc-a", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar",
                $"oci-archive:{_folder["a.tar"]}"),
            ("svc-b", "docker-archive:images/v1_s2.tar", "docker-archive:images/v3_s2.tar",
                $"docker-archive:{_folder["b.tar"]}"),
        ];
        var bundle = await new RestoreBundle(TransportCatalog.Default).RunAsync(new RestoreBundleRequest
        {
            ArchivePath = Fixtures.Path("deltas/two-services.bundle.tar"),
            Baselines = images.ToImmutableSortedDictionary(
                i => i.Name, i => ImageReference.Parse(Reference(i.Baseline)), StringComparer.Ordinal),
            Destinations = images.ToImmutableSortedDictionary(
                i => i.Name, i => ImageReference.Parse(i.Destination), StringComparer.Ordinal),
            Strict = strict,
        }, EventSink.None, CancellationToken.None);
        Assert.Equal(
            images.Select(i => (i.Name, RestoreStatus.Restored)), bundle.Images.Select(o => (o.Name, o.Status)));
        foreach (var (image, outcome) in images.Zip(bundle.Images))
        {
            var expected = await RealImages.SkopeoDigestAsync(Reference(image.Target));
            Assert.Equal((expected, expected),
                (outcome.Image!.ManifestDigest, await RealImages.SkopeoDigestAsync(image.Destination)));
        }
        Assert.Equal(["a.tar", "b.tar"], _folder.Entries);
    }

    [SkippableFact]
    public async Task A_bundle_made_here_of_the_same_images_stores_the_same_blobs()
    {
        DeltaPair Pair(string name, string baseline, string target) =>
            new(name, ImageReference.Parse(Reference(baseline)), ImageReference.Parse(Reference(target)));
        var made = await new CreateBundle(TransportCatalog.Default).RunAsync(new CreateBundleRequest
        {
            Pairs = [Pair("svc-b", "docker-archive:images/v1_s2.tar", "docker-archive:images/v3_s2.tar"),
                Pair("svc-a", "oci-archive:images/v1_oci.tar", "oci-archive:images/v2_oci.tar")],
            OutputPath = _folder["made.tar"],
            Encoding = new EncodingOptions { FormatVersion = 1 },
        }, EventSink.None, CancellationToken.None);
        Assert.Empty(StrictDeltaValidator.FindProblems(await File.ReadAllBytesAsync(_folder["made.tar"])));
        var first = await InspectAsync(Fixtures.Path("deltas/two-services.bundle.tar"));
        Assert.Equal(first.Images.Select(i => (i.Name, i.TargetManifestDigest, i.BaselineManifestDigest)),
            made.Images.Select(i => (i.Name, i.TargetManifestDigest, i.BaselineManifestDigest)));
        Assert.Equal(first.Images.SelectMany(i => i.Layers.Select(l => (l.Digest, l.Encoding))),
            made.Images.SelectMany(i => i.Layers.Select(l => (l.Digest, l.Encoding))));
    }

    [SkippableFact]
    public async Task A_bundle_of_two_images_is_inspected()
    {
        var archive = await InspectAsync(Fixtures.Path("deltas/two-services.bundle.tar"));
        Assert.Equal(["svc-a", "svc-b"], archive.Images.Select(i => i.Name));
        Assert.Equal(await RealImages.SkopeoDigestAsync(Reference("oci-archive:images/v2_oci.tar")),
            archive.Images[0].TargetManifestDigest);
        Assert.Equal(await RealImages.SkopeoDigestAsync(Reference("docker-archive:images/v3_s2.tar")),
            archive.Images[1].TargetManifestDigest);
    }

    [SkippableFact]
    public async Task A_destination_of_the_other_family_is_refused()
    {
        await Errors.ThrowsAsync(DiffahErrors.ConversionRefused,
            () => RealImages.RestoreAsync(Fixtures.Path("deltas/v1-v2.oci.delta.tar"),
                Reference("oci-archive:images/v1_oci.tar"), $"docker-archive:{_folder["app.tar"]}"));
        await Errors.ThrowsAsync(DiffahErrors.ConversionRefused,
            () => RealImages.RestoreAsync(Fixtures.Path("deltas/v1-v2.s2.delta.tar"),
                Reference("docker-archive:images/v1_s2.tar"), $"oci-archive:{_folder["app.tar"]}"));
        Assert.Empty(_folder.Entries);
    }

    [SkippableFact]
    public async Task Another_image_than_the_baseline_is_refused()
    {
        var e = await Errors.ThrowsAsync(DiffahErrors.BaselineMismatch,
            () => RealImages.RestoreAsync(Fixtures.Path("deltas/v1-v2.oci.delta.tar"),
                Reference("oci-archive:images/unrelated_oci.tar"), $"oci-archive:{_folder["app.tar"]}"));
        Assert.Contains(await RealImages.SkopeoDigestAsync(Reference("oci-archive:images/v1_oci.tar")), e.Message,
            StringComparison.Ordinal);
        Assert.Contains(await RealImages.SkopeoDigestAsync(Reference("oci-archive:images/unrelated_oci.tar")),
            e.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    private static Task<Engine.Deltas.Reports.DeltaArchive> InspectAsync(string path) =>
        InspectArchive.RunAsync(path, EventSink.None, CancellationToken.None);

    private static string Reference(string fixture)
    {
        var colon = fixture.IndexOf(':', StringComparison.Ordinal);
        return $"{fixture[..colon]}:{Fixtures.Path(fixture[(colon + 1)..])}";
    }
}
