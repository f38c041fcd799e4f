using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

/// <summary>Hand-made results, with sizes that are easy to check by eye.</summary>
internal static class SampleRecords
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    private static readonly DeltaArchiveLayer Kept = new(
        0, Digest('a'), "layer", nameof(BlobOrigin.Reuse), 3 << 20, 0, null);
    private static readonly DeltaArchiveLayer Patched = new(
        1, Digest('b'), "layer", nameof(BlobOrigin.Patch), 2000, 500, Digest('d'));
    private static readonly DeltaArchiveLayer Whole = new(
        2, Digest('c'), "layer", nameof(BlobOrigin.Full), 1000, 1000, null);

    public static DeltaArchive Archive { get; } = new()
    {
        Path = "/somewhere/app.delta.tar",
        Version = "v1",
        Feature = "bundle",
        Tool = "diffah",
        ToolVersion = "v0.1.0",
        CreatedAt = new DateTimeOffset(2026, 1, 2, 5, 4, 5, 250, TimeSpan.FromHours(2)),
        Platform = "linux/amd64",
        ArchiveBytes = 123456,
        ImageBytes = 8 << 20,
        TargetBytes = 6000,
        FullCount = 4,
        PatchCount = 1,
        FullBytes = 4000,
        PatchBytes = 500,
        PatchSparedBytes = 1500,
        Images = [Image("svc-a"), Image("svc-b")],
    };

    public static DeltaPlan Plan { get; } = new("/dev/null", "linux/amd64",
    [
        new PlannedImage("default", Digest('1'), Digest('2'),
        [
            new PlannedBlob(Digest('2'), BlobKind.Manifest, OciManifest, 400, nameof(BlobOrigin.Full), 400, [],
                "manifests are shipped whole"),
            new PlannedBlob(
                Digest('a'), BlobKind.Layer, "layer", 3 << 20, nameof(BlobOrigin.Reuse), 0, [], "the baseline has it"),
            new PlannedBlob(Digest('b'), BlobKind.Layer, "layer", 2000, nameof(BlobOrigin.Patch), 500,
                [new PlannedCandidate(Digest('d'), 1900, 1800)], "shares content"),
        ]),
    ], 2, 3072);

    public static RestoredImage Restored { get; } = new(
        "default", "oci-archive:/srv/out.tar", Digest('2'), OciManifest, 3, 1, 1, 1, 4096)
    { ArchiveBytes = 1024, ImageId = Digest('c') };

    public static RestorePlan RestorePlan { get; } = new(Archive,
        [new PlannedRestore(
            "default", Digest('1'), Digest('2'), true, true, 3, 2, 1, 1) { Destination = "oci-archive:/srv/out.tar" }]);

    public static ImageConversion Conversion { get; } = new(Digest('2'), DockerManifest, Digest('5'), OciManifest,
        [new ConvertedLayer(Digest('a'), "docker.layer", Digest('a'), "oci.layer", 2048),
            new ConvertedLayer(Digest('b'), "docker.tar", Digest('e'), "oci.tar", 17)]);

    public static ImmutableArray<RestoreOutcome> Outcomes { get; } =
    [
        new("svc-a", RestoreStatus.Restored, "oci-archive:/srv/a.tar",
            Restored with { Name = "svc-a", Destination = "oci-archive:/srv/a.tar" }, null),
        new("svc-b", RestoreStatus.Failed, "oci-archive:/srv/b.tar", null,
            DiffahProblem.Of(
                new DiffahException(DiffahErrors.BaselineMismatch, "It is another.", "Give the right one."))),
        new("svc-c", RestoreStatus.Skipped, null, null,
            DiffahProblem.Of(new DiffahException(DiffahErrors.InvalidArgument, "No baseline was given.", "Give one."))),
    ];

    public static RestorePlan BundlePlan { get; } = new(Archive,
    [
        new PlannedRestore("svc-a", Digest('1'), Digest('2'), true, true, 3, 2, 1,
            1) { Destination = "oci-archive:/srv/a.tar", WouldConvert = true },
        new PlannedRestore("svc-b", Digest('3'), Digest('4'), true, false, 3, 2, 1, 1) { Problem = Outcomes[1].Error },
    ]);

    public static ArchiveVerification Verification { get; } = new("/srv/here/app.delta.tar",
        [new("container", FindingStatus.Ok, "app.delta.tar", "a tar with 5 blobs", ""),
            new("patch", FindingStatus.Skipped, Digest('b'), "needs its baseline", "Give the baseline.")]);

    public static ArchiveVerification Damaged { get; } = Verification with
    {
        Findings =
        [
            .. Verification.Findings,
            new("blob", FindingStatus.Fail, Digest('c'), "has another digest", "Fetch it again.",
                DiffahProblem.Of(new DiffahException(DiffahErrors.DigestMismatch, "wrong"))),
            new("rebuild", FindingStatus.Fail, "svc-b", "no baseline", "Fetch it again.",
                DiffahProblem.Of(new DiffahException(DiffahErrors.InvalidArgument, "wrong"))),
        ],
    };

    public static CreatedKeyPair Keys { get; } = new(
        "/srv/here/signing.key", "/srv/here/signing.pub", "ECDSA P-256", true, Digest('f'));

    public static CopiedImage Copied { get; } = new(
        "oci:/srv/in", "docker://r.example/app:v1", Digest('2'), "application/vnd.oci.image.index.v1+json",
        ["linux/amd64", "linux/arm/v7", "unknown"], 3, 5, 3 << 20, 4 << 20);

    public static ImageDetails ImageDetails { get; } = new()
    {
        Reference = "oci:/srv/in:v1",
        Digest = Digest('1'),
        MediaType = OciManifest,
        Platform = "linux/amd64",
        ConfigDigest = Digest('c'),
        ConfigMediaType = "application/vnd.oci.image.config.v1+json",
        ConfigSize = 700,
        Created = new DateTimeOffset(2026, 1, 2, 5, 4, 5, 250, TimeSpan.FromHours(2)),
        Layers =
            [new ImageLayerDetails(0, Digest('a'), Digest('d'), 3 << 20, "layer+gzip")
            {
                CreatedBy = "/bin/sh -c make"
            }, new ImageLayerDetails(1, Digest('b'), null, 2000, "layer")],
        Platforms = [new ImagePlatformDetails("linux/amd64", Digest('1'), OciManifest, 400),
            new ImagePlatformDetails(null, Digest('3'), OciManifest, 500)],
        IndexDigest = Digest('9'),
    };

    public static string Digest(char digit) => $"sha256:{new string(digit, 64)}";

    private static DeltaArchiveImage Image(string name) => new()
    {
        Name = name,
        TargetManifestDigest = Digest('2'),
        TargetMediaType = OciManifest,
        BaselineManifestDigest = Digest('1'),
        BaselineMediaType = OciManifest,
        BaselineSourceHint = $"{name}-baseline",
        ImageBytes = 4 << 20,
        ArchiveBytes = 1 << 20,
        Layers = [Kept, Patched, Whole],
        TopSavings = [Kept, Patched],
        Waste = [new LayerWaste("full_layer", Whole.Digest, 1000, 1000, "Something would have helped.")],
        SizeHistogram = SizeHistogram.Of([Kept.TargetSize, Patched.TargetSize, Whole.TargetSize]),
    };
}
