using Diffah.Engine.Deltas;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class DiffVerbTests
{
    private const string Baseline = "docker-archive:v1.tar";
    private const string Target = "oci:layout:v2";

    [Fact]
    public async Task Arguments_alone_give_the_engines_defaults_and_absolute_paths()
    {
        var request = await RequestAsync();
        Assert.Equal("docker-archive:/srv/here/v1.tar", request.Baseline!.ToString());
        Assert.Equal("oci:/srv/here/layout:v2", request.Target.ToString());
        Assert.Equal("/srv/here/out.tar", request.OutputPath);
        Assert.Equal(new EncodingOptions(), request.Encoding);
        Assert.False(request.Overwrite);
        Assert.Null(request.CreatedAt);
        Assert.Equal((null, ArchiveCompression.None, null),
            (request.BaselineManifestPath, request.Compression, request.SigningKey));
    }

    [Fact]
    public async Task The_time_of_creation_is_the_hosts()
    {
        var time = new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero);
        var run = await CliRun.OnAsync(
            host => host with { SourceDate = () => time }, "diff", Baseline, Target, "out.tar");
        Assert.Equal(time, ((CreateDeltaRequest)run.Operations.Request!).CreatedAt);
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync("--platform", "linux/arm64", "--intra-layer", "required",
            "--format-version", "1", "--effort", "full", "--workers", "2", "--candidates", "5", "--zstd-level=12",
            "--zstd-window-log=27", "--memory-budget", "512MiB", "--workdir", "spool", "--force", "--compress", "zstd",
            "--sign-key", "signing.key");
        var expected = new EncodingOptions
        {
            Platform = new Platform("linux", "arm64"),
            RequirePlatform = true,
            IntraLayer = IntraLayerMode.Required,
            FormatVersion = 1,
            Effort = EncodingEffort.Full,
            Workers = 2,
            Candidates = 5,
            ZstdLevel = 12,
            ZstdWindowLog = 27,
            MemoryBudget = 512L << 20,
        };
        Assert.Equal(expected, request.Encoding);
        Assert.Equal("/srv/here/spool", request.WorkDirectory);
        Assert.True(request.Overwrite);
        Assert.Equal(
            (ArchiveCompression.Zstd, "/srv/here/signing.key"), (request.Compression, request.SigningKey!.Path));
    }

    [Theory]
    [InlineData("5%", "5%")]
    [InlineData("200MB", "200MiB")]
    public async Task The_most_that_an_archive_may_take_is_bytes_or_per_cent(string text, string expected)
    {
        Assert.Null((await RequestAsync()).MaximumSize);
        Assert.Equal(expected, (await RequestAsync("--max-size", text)).MaximumSize!.ToString());
    }

    [Theory]
    [InlineData("--or-baseline", false)]
    [InlineData("--and-baseline", true)]
    public async Task Baselines_beside_the_first_are_given_one_by_one(string option, bool together)
    {
        Assert.Empty((await RequestAsync()).OtherBaselines);
        var request = await RequestAsync(option, "oci:layout:v1", $"{option}=docker://far.example/app:v0");
        Assert.Equal(["oci:/srv/here/layout:v1", "docker://far.example/app:v0"],
            request.OtherBaselines.Select(b => b.ToString()));
        Assert.Equal(together, request.NeedsAllBaselines);
    }

    [Fact]
    public async Task Baselines_are_alternatives_or_together_and_not_both()
    {
        var run = await CliRun.OnAsync(host => host, "diff", Baseline, Target, "out.tar", "--or-baseline", "oci:a",
            "--and-baseline", "oci:b");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--or-baseline and --and-baseline are both given", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", IntraLayerMode.Auto)]
    [InlineData("off", IntraLayerMode.Off)]
    [InlineData("required", IntraLayerMode.Required)]
    public async Task Intra_layer_takes_three_words(string word, IntraLayerMode expected) =>
        Assert.Equal(expected, (await RequestAsync($"--intra-layer={word}")).Encoding.IntraLayer);

    [Theory]
    [InlineData("fast", EncodingEffort.Fast)]
    [InlineData("compact", EncodingEffort.Compact)]
    [InlineData("full", EncodingEffort.Full)]
    public async Task Effort_takes_three_words(string word, EncodingEffort expected) =>
        Assert.Equal(expected, (await RequestAsync($"--effort={word}")).Encoding.Effort);

    [Fact]
    public async Task An_automatic_window_is_the_default() =>
        Assert.Null((await RequestAsync("--zstd-window-log", "auto")).Encoding.ZstdWindowLog);

    [Theory]
    [InlineData("--workers", "0")]
    [InlineData("--workers", "many")]
    [InlineData("--candidates", "0")]
    [InlineData("--zstd-level", "23")]
    [InlineData("--zstd-window-log", "9")]
    [InlineData("--zstd-window-log", "wide")]
    [InlineData("--memory-budget", "-1")]
    [InlineData("--memory-budget", "lots")]
    [InlineData("--intra-layer", "maybe")]
    [InlineData("--intra-layer", "Auto")]
    [InlineData("--effort", "most")]
    [InlineData("--effort", "Fast")]
    [InlineData("--effort", "1")]
    [InlineData("--format-version", "0")]
    [InlineData("--format-version", "3")]
    [InlineData("--format-version", "v2")]
    [InlineData("--platform", "linux")]
    [InlineData("--workdir", "")]
    [InlineData("--compress", "gzip")]
    [InlineData("--sign-key", "")]
    [InlineData("--max-size", "0")]
    [InlineData("--max-size", "-1")]
    [InlineData("--max-size", "-5%")]
    [InlineData("--max-size", "small")]
    [InlineData("--max-size", "5%%")]
    public async Task A_wrong_value_is_a_user_error_and_nothing_runs(string option, string value)
    {
        var run = await CliRun.OfAsync("diff", Baseline, Target, "out.tar", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("diffah: error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(value, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Operations.Called);
    }

    [Theory]
    [InlineData("diff --baseline-manifest v1.json oci:layout:v2 out.tar")]
    [InlineData("diff oci:layout:v2 out.tar --baseline-manifest=v1.json")]
    [InlineData("diff oci:layout:v2 --baseline-manifest v1.json out.tar")]
    public async Task A_manifest_takes_the_baselines_place(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.True(run.ExitCode == 0, run.Error);
        var request = (CreateDeltaRequest)run.Operations.Request!;
        Assert.Equal((null, "/srv/here/v1.json"), (request.Baseline, request.BaselineManifestPath));
        Assert.Equal(("oci:/srv/here/layout:v2", "/srv/here/out.tar"), (request.Target.ToString(), request.OutputPath));
        Assert.Contains("\nwrote out.tar: ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diff --baseline-manifest v1.json oci:v1 oci:v2 out.tar",
        "With --baseline-manifest there is no BASELINE")]
    [InlineData("diff --baseline-manifest v1.json oci:v2", "diffah diff needs DELTA-OUT.")]
    [InlineData("diff --baseline-manifest v1.json", "diffah diff needs TARGET DELTA-OUT.")]
    [InlineData("diff --baseline-manifest v1.json oci:v1 oci:v2 out.tar more",
        "'more' is one argument more than diffah diff takes.")]
    [InlineData("diff oci:v1 out.tar", "diffah diff needs DELTA-OUT.")]
    public async Task With_a_manifest_or_without_the_number_of_arguments_counts(string line, string message)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Operations.Called);
    }

    [Theory]
    [InlineData("diff --dockerfile Dockerfile oci:layout:v2 out.tar")]
    [InlineData("diff oci:layout:v2 --dockerfile=./Dockerfile out.tar --build-arg A=1 --build-arg B=x=y --build-arg C=",
        "A=1", "B=x=y", "C=")]
    [InlineData("diff --build-arg SET --build-arg NONE --build-arg A=1 --build-arg A=2 oci:layout:v2 out.tar "
        + "--dockerfile Dockerfile", "A=2", "SET=here")]
    public async Task A_Dockerfile_takes_the_baselines_place(string line, params string[] given)
    {
        var run = await CliRun.OnAsync(
            host => host with { ReadVariable = name => name == "SET" ? "here" : null }, line.Split(' '));
        Assert.True(run.ExitCode == 0, run.Error);
        var request = (CreateDeltaRequest)run.Operations.Request!;
        Assert.Equal((null, "/srv/here/Dockerfile", false),
            (request.Baseline, request.DockerfilePath, request.IsBaselineFromImage));
        Assert.Equal(given, request.BuildArguments.Select(a => $"{a.Key}={a.Value}"));
        Assert.Equal(("oci:/srv/here/layout:v2", "/srv/here/out.tar"), (request.Target.ToString(), request.OutputPath));
    }

    [Fact]
    public async Task The_target_may_say_the_baseline()
    {
        var run = await CliRun.OfAsync("diff", "--baseline-from-image", Target, "out.tar");
        Assert.True(run.ExitCode == 0, run.Error);
        var request = (CreateDeltaRequest)run.Operations.Request!;
        Assert.Equal((null, null, true), (request.Baseline, request.DockerfilePath, request.IsBaselineFromImage));
    }

    [Theory]
    [InlineData("diff --dockerfile Dockerfile oci:v1 oci:v2 out.tar", "With --dockerfile there is no BASELINE")]
    [InlineData("diff --baseline-from-image oci:v1 oci:v2 out.tar",
        "With --baseline-from-image there is no BASELINE")]
    [InlineData("diff --dockerfile Dockerfile oci:v2", "diffah diff needs DELTA-OUT.")]
    [InlineData("diff --dockerfile Dockerfile --build-arg =x oci:v2 out.tar", "--build-arg names no ARG.")]
    public async Task What_does_not_go_with_a_Dockerfile_is_an_error(string line, string message)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Null(run.Operations.Called);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("-n")]
    public async Task A_dry_run_plans_only(string option)
    {
        var run = await CliRun.OfAsync("diff", option, Baseline, Target, "/dev/null");
        Assert.Equal((0, "CreateDeltaRequest -> DeltaPlan"), (run.ExitCode, run.Operations.Called));
        Assert.Contains("dry run: nothing was written\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "travels: at most 3.0 KiB (3072 bytes) for an image of 3.0 MiB (3148128 bytes), at least 99.9 % spared\n",
            run.Output, StringComparison.Ordinal);
        Assert.Contains("would ship: 2 blobs, at most 900 bytes\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"sha256:bbbbbbbbbbbb +layer +patch +2\.0 KiB +500 B +1 +shares content", run.Output);
    }

    [Fact]
    public async Task The_data_of_a_dry_run_are_those_of_the_contract()
    {
        var data = (await CliRun.OfAsync("diff", "-n", Baseline, Target, "/dev/null", "-o", "json")).Data;
        data.HasFields("total_images total_blobs archive_bytes images savings");
        Assert.Equal(3072, data.GetProperty("savings").GetProperty("traveling_bytes").GetInt64());
        Assert.Equal(900, data.GetProperty("archive_bytes").GetInt64());
        var image = Assert.Single(data.GetProperty("images").EnumerateArray());
        image.HasFields("name shipped_blobs archive_bytes savings layers");
        image.GetProperty("layers")[1].HasFields(
            "digest encoding target_size archive_size reason bytes fallback fallback_detail");
        Assert.Equal(1, image.GetProperty("shipped_blobs").GetInt32());
        Assert.Equal(500, image.GetProperty("archive_bytes").GetInt64());
    }

    [Fact]
    public async Task The_result_says_what_was_written()
    {
        var run = await CliRun.OnAsync(
            host => host with { Time = new SlowTime() }, "diff", Baseline, Target, "./out.tar");
        Assert.Equal("""
            blobs: 5 (full: 4, patch: 1)
            wrote ./out.tar: 120.6 KiB (123456 bytes) for 2 images of 8.0 MiB (8388608 bytes), 98.5 % spared, in 1 min 05 s

            """, run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task The_data_are_those_of_inspect()
    {
        var data = (await CliRun.OfAsync("diff", Baseline, Target, "./out.tar", "-o", "json")).Data;
        var inspected = (await CliRun.OfAsync("inspect", "./out.tar", "-o", "json")).Data;
        Assert.Equal(inspected.GetRawText(), data.GetRawText());
    }

    [Fact]
    public async Task A_bare_path_is_refused_with_the_transports()
    {
        var run = await CliRun.OfAsync("diff", "v1.tar", Target, "out.tar");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("docker-archive:v1.tar", run.Error, StringComparison.Ordinal);
    }

    private static async Task<CreateDeltaRequest> RequestAsync(params string[] options)
    {
        var run = await CliRun.OfAsync(["diff", Baseline, Target, "out.tar", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("CreateDeltaRequest -> DeltaArchive", run.Operations.Called);
        return (CreateDeltaRequest)run.Operations.Request!;
    }
}
