using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images.BaseImages;
using Diffah.Engine.Oci;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.BaseImages;

/// <summary>Files that say no image to build on.</summary>
public sealed class DockerfileFaultTests
{
    [Theory]
    [InlineData("FROM", 1, "FROM is followed by an image")]
    [InlineData("\nFROM a b", 2, "FROM is followed by an image")]
    [InlineData("FROM a # comment", 1, "FROM is followed by an image")]
    [InlineData("FROM a AS 1x", 1, "'1x' is no name for a stage")]
    [InlineData("FROM --quiet a", 1, "the flag '--quiet'")]
    [InlineData("FROM Upper", 1, "its repository is 'library/Upper'")]
    [InlineData("FROM user:secret@host/app", 1, "its digest is 'host/app'")]
    [InlineData("ARG A=\nFROM $A", 2, "FROM names no image")]
    [InlineData("FROM --platform=a/b/c/d x", 1, "'a/b/c/d' is no platform")]
    [InlineData("# escape=x\nFROM a", 1, "the parser directive 'escape' is 'x'")]
    [InlineData("# escape=`\n# ESCAPE=`\nFROM a", 2, "the parser directive 'escape' is there twice")]
    [InlineData("FROM a\nRUN <<EOF\nx", 2, "no line ends the heredoc 'EOF'")]
    public void A_line_that_breaks_a_rule_is_named(string file, int line, string rule)
    {
        var e = Errors.Throws(DiffahErrors.DockerfileInvalid, () => Find(file));
        Assert.StartsWith($"'/src/Dockerfile', line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(rule, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# FROM alpine")]
    [InlineData("RUN <<EOF\nFROM a\nEOF")]
    [InlineData("RUN x \\\nFROM a")]
    public void A_file_without_FROM_builds_nothing(string file) => Assert.Equal(
        "'/src/Dockerfile' has no FROM, so it builds no image.",
        Errors.Throws(DiffahErrors.DockerfileInvalid, () => Find(file)).Message);

    [Theory]
    [InlineData("FROM scratch", 1)]
    [InlineData("ARG B=scratch\nFROM $B AS x\nCOPY a /\nFROM x", 2)]
    public void From_scratch_there_is_no_baseline(string file, int line)
    {
        var e = Errors.Throws(DiffahErrors.BaselineUnknown, () => Find(file));
        Assert.Equal($"'/src/Dockerfile', line {line}: the image is built FROM scratch, so there is no image below it "
            + "to be the baseline.", e.Message);
    }

    [Fact]
    public async Task A_file_is_there_and_of_bounded_size()
    {
        using var folder = new TemporaryFolder();
        var path = folder["Dockerfile"];
        await Errors.ThrowsAsync(DiffahErrors.FileNotFound, () => Dockerfile.ReadAsync(path, default));
        await File.WriteAllTextAsync(path, "FROM alpine\n" + new string('#', Dockerfile.MaximumSize - 12));
        Assert.Equal("alpine", (await Dockerfile.ReadAsync(path, default)).FindBase(Platform.Default, Nothing).Name);
        await File.AppendAllTextAsync(path, "#");
        var e = await Errors.ThrowsAsync(DiffahErrors.DockerfileInvalid, () => Dockerfile.ReadAsync(path, default));
        Assert.Equal($"'{path}' is larger than 1.0 MiB.", e.Message);
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private static void Find(string file) =>
        Dockerfile.Parse(file, "/src/Dockerfile").FindBase(Platform.Default, Nothing);
}
