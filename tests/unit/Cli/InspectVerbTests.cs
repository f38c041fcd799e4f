using Diffah.Engine.Deltas.Reports;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class InspectVerbTests
{
    [Fact]
    public async Task The_path_becomes_absolute_for_the_engine_only()
    {
        var run = await CliRun.OfAsync("inspect", "./bundle.tar");
        Assert.Equal("/srv/here/bundle.tar", run.Operations.Request);
        Assert.StartsWith("archive: ./bundle.tar\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_begins_with_the_lines_that_scripts_know()
    {
        var lines = (await CliRun.OfAsync("inspect", "./bundle.tar")).Output.Split('\n');
        Assert.Equal(
        [
            "archive: ./bundle.tar", "version: v1", "feature: bundle", "tool: diffah", "tool_version: v0.1.0",
            "created at: 2026-01-02T03:04:05Z",
            "platform: linux/amd64", "images: 2", "blobs: 5 (full: 4, patch: 1)", "avg patch ratio: 25.0 %",
            "total archive: 4500 bytes",
            "intra-layer patches required: yes", "zstd available: yes", "patch savings: 1500 bytes (75.0 % vs full)",
            "travels: 120.6 KiB (123456 bytes) for 2 images of 8.0 MiB (8388608 bytes), 98.5 % spared", "",
            "--- image: svc-a ---",
            $"target manifest digest: {SampleRecords.Digest('2')} (application/vnd.oci.image.manifest.v1+json)",
            $"baseline manifest digest: {SampleRecords.Digest('1')} (application/vnd.oci.image.manifest.v1+json)",
            "baseline source: svc-a-baseline", "layers: 3 (2 in the archive)",
            "travels: 1.0 MiB of 4.0 MiB, 75.0 % spared",
        ], lines[..22]);
    }

    [Fact]
    public async Task The_text_shows_layers_savings_waste_and_sizes()
    {
        var output = (await CliRun.OfAsync("inspect", "./bundle.tar")).Output;
        Assert.Contains("""
              LAYER                ENCODING          SIZE  IN ARCHIVE   SPARED  PATCHED FROM         CREATED BY
              sha256:aaaaaaaaaaaa  baseline_only  3.0 MiB         0 B  100.0 %
              sha256:bbbbbbbbbbbb  patch          2.0 KiB       500 B   75.0 %  sha256:dddddddddddd
              sha256:cccccccccccc  full            1000 B      1000 B    0.0 %
            top savings:
              sha256:aaaaaaaaaaaa  3.0 MiB (100.0 %)
              sha256:bbbbbbbbbbbb  1.5 KiB (75.0 %)
            waste:
              sha256:cccccccccccc  full_layer: 1000 B in the archive for 1000 B
                Something would have helped.
            layer sizes:
              <1MiB          2  ##
              1-10MiB        1  #
              10-100MiB      0
              100MiB-1GiB    0
              >=1GiB         0
            """, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_without_patches_has_no_lines_about_them()
    {
        var operations = new FakeOperations
        {
            Archive = SampleRecords.Archive with { PatchCount = 0, PatchBytes = 0, PatchSparedBytes = 0, Images = [] }
        };
        var output = (await CliRun.WithAsync(operations, "inspect", "x.tar")).Output;
        Assert.DoesNotContain("ratio", output, StringComparison.Ordinal);
        Assert.DoesNotContain("savings", output, StringComparison.Ordinal);
        Assert.Contains("intra-layer patches required: no\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_have_the_fields_of_the_contract()
    {
        var data = (await CliRun.OfAsync("inspect", "./bundle.tar", "-o", "json")).Data;
        data.HasFields(
            "archive version feature tool tool_version created_at platform blobs total_archive_bytes "
                + "account_bytes patch_savings savings requires_zstd zstd_available images");
        data.GetProperty("blobs").HasFields("total full_count patch_count full_bytes patch_bytes");
        data.GetProperty("patch_savings").HasFields("bytes ratio");
        data.GetProperty("savings").HasFields("image_bytes traveling_bytes spared_bytes spared_ratio");
        var image = data.GetProperty("images")[0];
        image.HasFields(
            "name target baseline layer_count archive_layer_count layers top_savings waste size_histogram savings "
                + "baseline_reads baseline_read_bytes");
        image.GetProperty("target").HasFields("manifest_digest media_type");
        image.GetProperty("baseline").HasFields("manifest_digest media_type source_hint");
        image.GetProperty("layers")[1]
            .HasFields("digest encoding target_size archive_size saved_bytes ratio patch_from created_by content "
                + "encoder sources bytes fallback fallback_detail files");
        image.GetProperty("top_savings")[0].HasFields("digest saved_bytes saved_ratio");
        image.GetProperty("waste")[0].HasFields("kind digest archive_size target_size advice");
        image.GetProperty("size_histogram").HasFields("buckets counts");
    }

    [Fact]
    public async Task The_data_have_the_archives_values()
    {
        var data = (await CliRun.OfAsync("inspect", "./bundle.tar", "-o", "json")).Data;
        Assert.Equal("2026-01-02T03:04:05.25Z", data.GetProperty("created_at").GetString());
        Assert.Equal(0.75, data.GetProperty("patch_savings").GetProperty("ratio").GetDouble());
        var image = data.GetProperty("images")[0];
        Assert.Equal(["baseline_only", "patch", "full"],
            image.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("encoding").GetString()));
        Assert.Equal("""["<1MiB","1-10MiB","10-100MiB","100MiB-1GiB",">=1GiB"]""",
            image.GetProperty("size_histogram").GetProperty("buckets").GetRawText());
        Assert.Equal("[2,1,0,0,0]", image.GetProperty("size_histogram").GetProperty("counts").GetRawText());
    }

    [Fact]
    public async Task The_text_shows_where_the_bytes_are_and_what_layers_are_made_of()
    {
        var output = (await CliRun.WithAsync(Made(), "inspect", "x.tar")).Output;
        Assert.Contains("a restore reads: 1 layer of the baseline, 5.9 KiB\n", output, StringComparison.Ordinal);
        Assert.Contains("""
            bytes by kind:
              LAYER                KIND       FILES  IN LAYER  IN ARCHIVE
              sha256:bbbbbbbbbbbb  unchanged      2     900 B         0 B
                                   patched        4     800 B       300 B  ######
                                   new            1     200 B       150 B  ###
                                   structure            100 B        50 B  #
              sha256:cccccccccccc  new                 1000 B       600 B  ###########
            made of contents:
              sha256:bbbbbbbbbbbb  of 1 content of the baseline; compressed by GNU gzip level 9
              sha256:cccccccccccc  no (no_recipe): nobody knows

            """.ReplaceLineEndings("\n")[..^1], output, StringComparison.Ordinal);
        Assert.DoesNotContain("files of", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_are_listed_where_they_are_asked_for_and_the_rest_is_counted()
    {
        var output = (await CliRun.WithAsync(Made(), "inspect", "--files", "x.tar")).Output;
        Assert.Contains("""
            files of sha256:bbbbbbbbbbbb:
              IN ARCHIVE   SIZE  KIND     PATH  FROM
                   290 B  700 B  patched  bin/a  lib/a
                   150 B  200 B  new      bin/b
              and 3 more, which take 10 B together

            """.Replace("PATH  FROM", "PATH   FROM", StringComparison.Ordinal).ReplaceLineEndings("\n")[..^1],
            output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_have_files_where_they_are_asked_for()
    {
        var without = Layer((await CliRun.WithAsync(Made(), "inspect", "x.tar", "-o", "json")).Data);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, without.GetProperty("files").ValueKind);
        var layer = Layer((await CliRun.WithAsync(Made(), "inspect", "x.tar", "--files", "-o", "json")).Data);
        Assert.Equal(
            """{"path":"bin/a","kind":"patched","target_size":700,"archive_size":290,"from":"lib/a"}""",
            layer.GetProperty("files")[0].GetRawText());
        Assert.Equal("""{"kind":"patched","files":4,"target_size":800,"archive_size":300}""",
            layer.GetProperty("bytes")[1].GetRawText());
        Assert.Equal($$"""[{"digest":"{{SampleRecords.Digest('e')}}","size":6000}]""",
            layer.GetProperty("sources").GetRawText());
        Assert.Equal("GNU gzip level 9", layer.GetProperty("encoder").GetString());

        static System.Text.Json.JsonElement Layer(System.Text.Json.JsonElement data) =>
            data.GetProperty("images")[0].GetProperty("layers")[0];
    }

    private static FakeOperations Made() => new()
    {
        Archive = SampleRecords.Archive with
        {
            Images =
            [
                SampleRecords.Archive.Images[0] with
                {
                    BaselineReads = [SampleRecords.Digest('e')],
                    BaselineReadBytes = 6000,
                    Layers =
                    [
                        new DeltaArchiveLayer(0, SampleRecords.Digest('b'), "layer", "Patch", 2000, 500, null)
                        {
                            ContentDigest = SampleRecords.Digest('f'),
                            Encoder = "GNU gzip level 9",
                            Sources = [new LayerSource(SampleRecords.Digest('e'), 6000)],
                            Bytes =
                            [
                                new ByteShare(ByteKind.Unchanged, 2, 900, 0),
                                new ByteShare(ByteKind.Patched, 4, 800, 300),
                                new ByteShare(ByteKind.New, 1, 200, 150),
                                new ByteShare(ByteKind.Structure, 0, 100, 50),
                            ],
                            Files =
                            [
                                new DeltaArchiveFile("bin/a", "Patched", 700, 290, "lib/a"),
                                new DeltaArchiveFile("bin/b", "New", 200, 150, null),
                            ],
                        },
                        new DeltaArchiveLayer(1, SampleRecords.Digest('c'), "layer", "Full", 1000, 600, null)
                        {
                            Bytes = [new ByteShare(ByteKind.New, 0, 1000, 600)],
                            Fallback = "no_recipe",
                            FallbackDetail = "nobody knows",
                        },
                    ],
                },
            ],
        },
    };

    [Fact]
    public async Task Changes_ask_for_a_comparison_with_the_baseline()
    {
        var run = await CliRun.OfAsync("inspect", "a.tar", "--changes", "--baseline", "oci:layout:v1", "--packages",
            "--content", "--additional-baseline", "oci:layout:v0", "--verify", "k.pub", "--platform", "linux/arm64",
            "--workdir", "spool", "--max-layer-size", "1GiB");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("ReadArchiveChangesRequest -> DeltaArchive", run.Operations.Called);
        var request = (ReadArchiveChangesRequest)run.Operations.Request!;
        Assert.Equal(("/srv/here/a.tar", "oci:/srv/here/layout:v1", "/srv/here/k.pub", "/srv/here/spool"),
            (request.ArchivePath, request.Baseline!.ToString(), request.VerificationKeyPath, request.WorkDirectory));
        Assert.Equal(["oci:/srv/here/layout:v0"], request.AdditionalBaselines.Select(b => b.ToString()));
        Assert.Equal((new Platform("linux", "arm64"), 1L << 30), (request.Platform, request.MaxLayerSize));
        Assert.True(request is { IncludePackages: true, Options: { IncludeContent: true, Squash: true } });
        var few = (ReadArchiveChangesRequest)(await CliRun.OfAsync(
            "inspect", "a.tar", "--changes", "--baseline-spec", "b.json")).Operations.Request!;
        Assert.True(few is { Baseline: null, IncludePackages: false, Options.IncludeContent: false });
        Assert.Equal(["svc-a"], few.Baselines.Keys);
    }

    [Theory]
    [InlineData("--changes", "--changes is given, and no baseline")]
    [InlineData("--baseline oci:a:b", "--baseline is given without --changes")]
    [InlineData("--baseline-spec b.json", "--baseline-spec is given without --changes")]
    [InlineData("--additional-baseline oci:a:b", "--additional-baseline is given without --changes")]
    [InlineData("--packages", "--packages is given without --changes")]
    [InlineData("--content", "--content is given without --changes")]
    [InlineData("--changes --baseline oci:a:b --baseline-spec b.json", "contradict each other")]
    public async Task What_would_have_no_effect_is_refused(string options, string message)
    {
        var run = await CliRun.OfAsync(["inspect", "a.tar", .. options.Split(' ')]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Operations.Called);
    }

    [Fact]
    public async Task Changes_stand_with_their_image_in_both_formats()
    {
        var changes = new DeltaChanges(
            SampleRecords.Same with
            {
                DifferenceCount = 1,
                AddedFileCount = 1,
                Packages = [new("Upgraded", "deb", "openssl", "3.0.1", "3.0.2") { Path = "var/lib/dpkg/status" }],
            },
            [new(DifferenceKind.File, DifferenceProperty.Presence, null, "file") { Path = "usr/bin/app" }]);
        var archive = SampleRecords.Archive;
        var operations = new FakeOperations
        {
            Archive = archive with
            {
                Images = [archive.Images[0] with { Changes = changes }, .. archive.Images[1..]],
            },
        };
        string[] line = ["inspect", "a.tar", "--changes", "--baseline-spec", "b.json"];
        var images = (await CliRun.WithAsync(operations, [.. line, "-o", "json"])).Data.GetProperty("images");
        var told = images[0].GetProperty("changes");
        Assert.Equal("usr/bin/app", told.GetProperty("differences")[0].GetProperty("path").GetString());
        Assert.Equal("upgraded", told.GetProperty("packages")[0].GetProperty("kind").GetString());
        Assert.Equal(1, told.GetProperty("added_file_count").GetInt32());
        Assert.False(images[1].TryGetProperty("changes", out _));
        var output = (await CliRun.WithAsync(operations, line)).Output;
        Assert.Contains("\nchanges of ", output, StringComparison.Ordinal);
        Assert.Contains("usr/bin/app", output, StringComparison.Ordinal);
        Assert.Matches(@"openssl +deb +upgraded +3\.0\.1 +3\.0\.2", output);
    }
}
