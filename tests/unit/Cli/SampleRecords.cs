using System.Collections.Immutable;
using Diffah.Cli.Results;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Images.Packages;
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

    public static ExportedReport Report { get; } =
        new("/srv/here/app.html", "Html", 61440, "/srv/here/app.delta.tar");

    public static ExportedInventory Inventory { get; } = new("/srv/here/site.json", Digest('d'),
        new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero),
        [new ExportedInventoryImage("docker-daemon:app:v1", "linux/amd64", null, Digest('c'), 2, 2048)], 2, 0, 900);

    public static PublishedDelta Published { get; } = new(
        $"docker://r.example/app@{Digest('4')}", Digest('4'), Digest('2'),
        [new PublishedBaseline(Digest('1'), Digest('5'), "docker://r.example/app:v1")], 2 << 20,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
        ArtifactType = "application/vnd.diffah.delta.v2",
        IsSigned = true,
    };

    public static DeltaPublication Publication { get; } = new(Published, 1 << 20, false);

    public static ImagePull Pull { get; } =
        new(PullKind.Chain, [$"docker://r.example/app@{Digest('4')}", $"docker://r.example/app@{Digest('5')}"], 3072,
            "Two deltas cost less than one.");

    public static PullPlan PullPlan { get; } = new(
        "docker://r.example/app:v2", Digest('2'), "oci:/srv/here/layout:v2",
        [
            new PullWay(PullKind.Delta,
                [new PullStep($"docker://r.example/app@{Digest('4')}", Digest('1'), Digest('2'), 2 << 20, 5)], 2 << 20,
                5, true),
            new PullWay(PullKind.Plain, [], 20 << 20, 2, false),
        ],
        "One delta costs less than the layers.")
    {
        ListedDeltas = 3,
        ReadDeltas = 2,
        IsCut = false,
    };

    public static CopiedImage Copied { get; } = new(
        "oci:/srv/in", "docker://r.example/app:v1", Digest('2'), "application/vnd.oci.image.index.v1+json",
        ["linux/amd64", "linux/arm/v7", "unknown"], 3, 5, 3 << 20, 4 << 20);

    public static ImageComparison Same { get; } = new()
    {
        ReferenceImage = "oci:/srv/a:v1",
        DifferenceImage = "oci:/srv/b:v1",
        ReferenceDigest = Digest('1'),
        DifferenceDigest = Digest('2'),
        DifferenceCount = 0,
        ComparedFileCount = 12,
        AddedFileCount = 0,
        RemovedFileCount = 0,
        ChangedFileCount = 0,
        SameLayerCount = 2,
    };

    /// <summary>Images that differ in a file of each kind, a time, the configuration and three packages.</summary>
    public static ComparedPair Different { get; } = new(
        Same with
        {
            DifferenceCount = 5,
            ChangedFileCount = 2,
            AddedFileCount = 1,
            RemovedFileCount = 0,
            Packages =
            [
                new(PackageChangeKind.Upgraded, "deb", "openssl", "3.0.1", "3.0.2")
                    { Architecture = "amd64", Path = "var/lib/dpkg/status" },
                new(PackageChangeKind.Added, "npm", "left-pad", null, "1.0.0")
                    { Path = "app/node_modules/left-pad/package.json" },
            ],
        },
        [
            new(DifferenceKind.Config, "config.Env", "A=1", "A=2 and much more of it than fits into a column of text"),
            new(DifferenceKind.File, DifferenceProperty.Content, new string('a', 64), new string('b', 64))
            {
                Path = "etc/os-release",
                Layer = 1,
                ReferenceSize = 7,
                DifferenceSize = 8,
                Patch = "--- etc/os-release\n+++ etc/os-release\n@@ -1 +1 @@\n-3.18.2\n+3.18.3 \n",
            },
            new(DifferenceKind.File, DifferenceProperty.ModifiedTime, "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z")
                { Path = "etc/os-release", Layer = 1, ReferenceSize = 7, DifferenceSize = 8 },
            new(DifferenceKind.File, DifferenceProperty.Mode, "0644", "0755") { Path = "bin/x", Layer = 2 },
            new(DifferenceKind.File, DifferenceProperty.Presence, null, "File")
                { Path = "new", Layer = 2, DifferenceSize = 5 },
        ]);

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
