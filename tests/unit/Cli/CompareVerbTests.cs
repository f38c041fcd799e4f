using System.Reflection;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class CompareVerbTests
{
    private static readonly FakeOperations Different = new() { Compared = SampleRecords.Different };

    [Fact]
    public async Task Without_options_nothing_is_passed_over()
    {
        var request = await RequestAsync("oci:in:v1", "docker://r.example/app:v1");
        Assert.Equal(("oci:/srv/here/in:v1", "docker://r.example/app:v1"),
            (request.ReferenceImage.ToString(), request.DifferenceImage.ToString()));
        Assert.Equal((Platform.Default, false, false, null, false),
            (request.Platform, request.RequirePlatform, request.AllPlatforms, request.ReportDirectory,
                request.IncludePackages));
        Assert.Equal((IgnoredDifferences.None, 0, false, false, false),
            (request.Options.Ignore, request.Options.ExcludePaths.Length, request.Options.Squash,
                request.Options.IncludeContent, request.Options.StopAtFirst));
    }

    [Fact]
    public async Task Every_option_reaches_the_request()
    {
        var request = await RequestAsync("oci:a", "oci:b", "--platform", "linux/arm64", "--squash", "--content",
            "--packages", "--report-dir", "out", "--exclude-path", "var/log/**", "--exclude-path", "*.pyc",
            "--workdir", "spool", "--max-layer-size", "1GiB");
        Assert.Equal((Platform.Parse("linux/arm64"), true, true, "/srv/here/out", "/srv/here/spool", 1L << 30),
            (request.Platform, request.RequirePlatform, request.IncludePackages, request.ReportDirectory,
                request.WorkDirectory, request.MaxLayerSize));
        Assert.Equal((true, true), (request.Options.Squash, request.Options.IncludeContent));
        Assert.Equal(["var/log/**", "*.pyc"], request.Options.ExcludePaths.AsEnumerable());
    }

    [Theory]
    [InlineData("--ignore xattr", IgnoredDifferences.Xattr)]
    [InlineData("--ignore file-order,file-mode", IgnoredDifferences.FileOrder | IgnoredDifferences.FileMode)]
    [InlineData("--ignore=history --ignore image-name", IgnoredDifferences.History | IgnoredDifferences.ImageName)]
    [InlineData("--semantic", IgnoredDifferences.Semantic)]
    [InlineData("--semantic --ignore file-mode", IgnoredDifferences.Semantic | IgnoredDifferences.FileMode)]
    [InlineData("--ignore-timestamps --ignore-history --ignore-file-order --ignore-image-name --ignore-tar-format",
        IgnoredDifferences.Timestamp | IgnoredDifferences.History | IgnoredDifferences.FileOrder
            | IgnoredDifferences.ImageName | IgnoredDifferences.TarFormat)]
    public async Task Classes_are_passed_over_as_they_are_named(string options, IgnoredDifferences expected) =>
        Assert.Equal(expected, (await RequestAsync(["oci:a", "oci:b", .. options.Split(' ')])).Options.Ignore);

    [Fact]
    public async Task Every_class_has_its_word_and_only_the_words_of_diffah_are_in_the_help()
    {
        var all = Enum.GetValues<IgnoredDifferences>()
            .Except([IgnoredDifferences.None, IgnoredDifferences.Semantic]).ToArray();
        Assert.Equal(all, IgnorableDifference.All.Select(d => d.Value));
        var words = (await CliRun.OfAsync("__complete", "compare", "--ignore", "")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).ToArray();
        Assert.All(words, word => Assert.NotEmpty(word[1]));
        var request = await RequestAsync("oci:a", "oci:b", "--ignore", string.Join(',', words.Select(w => w[0])));
        Assert.Equal(all.Aggregate((sum, one) => sum | one), request.Options.Ignore);
        Assert.DoesNotContain("--ignore-", (await CliRun.OfAsync("compare", "-h")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--all-platforms")]
    [InlineData("--all")]
    [InlineData("-a")]
    public async Task Indexes_can_be_compared_whole(string option) =>
        Assert.True((await RequestAsync("oci:a", "oci:b", option)).AllPlatforms);

    [Fact]
    public async Task The_same_is_told_by_exit_code_and_text()
    {
        var run = await CliRun.OfAsync("compare", "oci:a", "oci:b");
        Assert.Equal((0, "no differences; 12 files compared, 2 layers the same\n", ""),
            (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task The_text_shows_what_differs()
    {
        var run = await CliRun.WithAsync(Different, "compare", "oci:a", "oci:b");
        Assert.Equal((5, ""), (run.ExitCode, run.Error));
        Assert.Equal("""
            TYPE    LAYER  NAME            PROPERTY       REFERENCE             DIFFERENCE
            config      -  -               config.Env     A=1                   A=2 and much more of it than fits into a…
            file        1  etc/os-release  content        aaaaaaaaaaaa          bbbbbbbbbbbb
            file        1  etc/os-release  modified_time  2026-01-02T03:04:05Z  2026-01-02T03:04:06Z
            file        2  bin/x           mode           0644                  0755
            file        2  new             presence       -                     File

            etc/os-release:
              --- etc/os-release
              +++ etc/os-release
              @@ -1 +1 @@
              -3.18.2
              +3.18.3 

            PACKAGE          TYPE  CHANGE    REFERENCE  DIFFERENCE
            openssl (amd64)  deb   upgraded  3.0.1      3.0.2
            left-pad         npm   added     -          1.0.0
            5 differences: 2 files changed, 1 file added; 12 files compared, 2 layers the same

            """, run.Output);
    }

    [Fact]
    public async Task Platforms_have_a_column_where_there_are_several_and_a_report_a_line()
    {
        var pair = SampleRecords.Different with
        {
            Summary = SampleRecords.Same with { DifferenceCount = 1, ReportDirectory = "/srv/here/out" },
            Differences = [new(DifferenceKind.Manifest, "annotations.a", "", null) { Platform = "linux/arm64" }],
        };
        var run = await CliRun.WithAsync(new FakeOperations { Compared = pair }, "compare", "oci:a", "oci:b", "-a");
        Assert.Equal("""
            TYPE      PLATFORM     PROPERTY       REFERENCE
            manifest  linux/arm64  annotations.a  ""
            report: /srv/here/out
            1 difference; 12 files compared, 2 layers the same

            """, run.Output);
    }

    [Fact]
    public async Task The_data_are_those_documented()
    {
        var run = await CliRun.WithAsync(Different, "compare", "oci:a", "oci:b", "-o", "json");
        Assert.Equal((5, ""), (run.ExitCode, run.Error));
        run.Data.HasFields(
            "reference difference reference_digest difference_digest equal difference_count compared_file_count "
                + "changed_file_count added_file_count removed_file_count same_layer_count differences packages "
                + "report_dir");
        Assert.False(run.Data.GetProperty("equal").GetBoolean());
        var differences = run.Data.GetProperty("differences").EnumerateArray().ToArray();
        Assert.All(differences, d => d.HasFields("kind path property reference difference layer platform "
            + "reference_size difference_size patch"));
        Assert.Equal(["config config.Env", "file content", "file modified_time", "file mode", "file presence"],
            differences.Select(d => $"{d.GetProperty("kind")} {d.GetProperty("property")}"));
        Assert.Equal(new string('a', 64), differences[1].GetProperty("reference").GetString());
        Assert.EndsWith("+3.18.3 \n", differences[1].GetProperty("patch").GetString(), StringComparison.Ordinal);
        var package = run.Data.GetProperty("packages")[0];
        package.HasFields("kind type name architecture reference_version difference_version path");
        Assert.Equal("upgraded", package.GetProperty("kind").GetString());
        Assert.True((await CliRun.OfAsync("compare", "oci:a", "oci:b", "-o", "json")).Data
            .GetProperty("equal").GetBoolean());
    }

    [Fact]
    public void Every_property_has_a_word_of_its_own_and_a_field_keeps_its_name()
    {
        var known = typeof(DifferenceProperty).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetValue(null)!).ToArray();
        Assert.NotEmpty(known);
        Assert.All(known, word => Assert.Matches("^[a-z_]+$", ComparisonWords.Property(word)));
        Assert.Equal("Env", ComparisonWords.Property("Env"));
    }

    [Fact]
    public async Task Quiet_ends_with_the_first_difference_and_writes_nothing()
    {
        var run = await CliRun.WithAsync(
            Different, "compare", "oci:a", "oci:b", "-q", "--content", "--packages");
        Assert.Equal((5, "", ""), (run.ExitCode, run.Output, run.Error));
        var request = Assert.IsType<CompareImagesRequest>(run.Operations.Request);
        Assert.Equal((true, false, false),
            (request.Options.StopAtFirst, request.Options.IncludeContent, request.IncludePackages));
        var report = await RequestAsync("oci:a", "oci:b", "-q", "--report-dir", "out");
        Assert.False(report.Options.StopAtFirst);
        var json = await CliRun.WithAsync(Different, "compare", "oci:a", "oci:b", "-q", "-o", "json");
        Assert.Equal(5, json.Data.GetProperty("difference_count").GetInt32());
        Assert.False(Assert.IsType<CompareImagesRequest>(json.Operations.Request).Options.StopAtFirst);
    }

    [Fact]
    public async Task An_error_has_the_code_of_its_kind_and_no_result()
    {
        foreach (var (error, code) in new[] { (DiffahErrors.DiskFull, 3), (DiffahErrors.DigestMismatch, 4) })
        {
            var operations = new FakeOperations { During = (_, _) => throw new DiffahException(error, "No.") };
            var run = await CliRun.WithAsync(operations, "compare", "oci:a", "oci:b");
            Assert.Equal((code, ""), (run.ExitCode, run.Output));
        }
    }

    private static async Task<CompareImagesRequest> RequestAsync(params string[] args) =>
        Assert.IsType<CompareImagesRequest>((await CliRun.OfAsync(["compare", .. args])).Operations.Request);
}
