using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;

namespace Diffah.Tests.Cli;

public sealed class ReportVerbTests
{
    [Fact]
    public async Task The_text_tells_what_was_written() =>
        Assert.Equal("wrote /srv/here/app.html: Html, 60.0 KiB, of /srv/here/app.delta.tar\n",
            (await CliRun.OfAsync("report", "app.delta.tar", "app.html")).Output);

    [Fact]
    public async Task The_JSON_has_the_same() =>
        Assert.Equal(
            """{"path":"/srv/here/app.html","format":"html","bytes":61440,"source":"/srv/here/app.delta.tar"}""",
            (await CliRun.OfAsync("report", "app.delta.tar", "app.html", "-o", "json")).Data.GetRawText());

    [Fact]
    public async Task Without_options_an_archive_is_reported_as_it_is()
    {
        var request = await RequestAsync("app.delta.tar", "app.html");
        Assert.Null(request.Comparison);
        Assert.Equal(("/srv/here/app.html", null, null, false),
            (request.OutputPath, request.Format, request.Title, request.Overwrite));
        Assert.Equal(("/srv/here/app.delta.tar", null, null, null),
            (request.Archive!.ArchivePath, request.Archive.VerificationKeyPath, request.Archive.Baseline,
                request.Archive.Platform));
    }

    [Fact]
    public async Task Every_option_of_an_archive_reaches_the_request()
    {
        var request = await RequestAsync("app.delta.tar", "-", "--format", "markdown", "--title", "App 2", "--force",
            "--verify", "a.pub", "--baseline", "oci:in:v1", "--additional-baseline", "oci:other",
            "--platform", "linux/arm64", "--workdir", "spool", "--max-layer-size", "1GiB");
        Assert.Equal(("-", ReportFormat.Markdown, "App 2", true, "/srv/here/spool"),
            (request.OutputPath, request.Format!.Value, request.Title, request.Overwrite, request.WorkDirectory));
        var archive = request.Archive!;
        Assert.Equal(("/srv/here/a.pub", "oci:/srv/here/in:v1", Platform.Parse("linux/arm64"), 1L << 30),
            (archive.VerificationKeyPath, archive.Baseline!.ToString(), archive.Platform, archive.MaxLayerSize));
        Assert.Equal("oci:/srv/here/other", Assert.Single(archive.AdditionalBaselines).ToString());
    }

    [Fact]
    public async Task With_a_reference_images_are_compared()
    {
        var request = await RequestAsync("oci:in:v2", "app.md", "--reference", "oci:in:v1", "--semantic", "--squash",
            "--content", "--exclude-path", "var/log/**", "--platform", "linux/arm64");
        Assert.Null(request.Archive);
        var comparison = request.Comparison!;
        Assert.Equal(("oci:/srv/here/in:v1", "oci:/srv/here/in:v2", Platform.Parse("linux/arm64"), true),
            (comparison.ReferenceImage.ToString(), comparison.DifferenceImage.ToString(), comparison.Platform,
                comparison.RequirePlatform));
        Assert.Equal((IgnoredDifferences.Semantic, true, true),
            (comparison.Options.Ignore, comparison.Options.Squash, comparison.Options.IncludeContent));
        Assert.Equal(["var/log/**"], comparison.Options.ExcludePaths.AsEnumerable());
    }

    [Theory]
    [InlineData("app.delta.tar a.html --semantic", "--semantic says how images are compared")]
    [InlineData("app.delta.tar a.html --exclude-path x", "--exclude-path says how images are compared")]
    [InlineData("oci:b a.html --reference oci:a --verify a.pub", "--verify is for a delta archive")]
    [InlineData("oci:b a.html --reference oci:a --baseline oci:c", "--baseline is for a delta archive")]
    [InlineData("oci:b a.html", "'oci:b' is an image reference, and SOURCE is the path of a file.")]
    [InlineData("app.delta.tar a.html --format pdf", "--format is 'pdf'; it must be html or markdown.")]
    [InlineData("app.delta.tar", "diffah report needs REPORT-OUT.")]
    public async Task What_does_not_go_together_is_refused(string line, string expected)
    {
        var run = await CliRun.OfAsync(["report", .. line.Split(' ')]);
        Assert.Equal(DiffahErrors.InvalidArgument.ExitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static async Task<ExportReportRequest> RequestAsync(params string[] arguments) =>
        Assert.IsType<ExportReportRequest>((await CliRun.OfAsync(["report", .. arguments])).Operations.Request);
}
