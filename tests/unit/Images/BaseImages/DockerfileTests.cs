using Diffah.Engine.Images.BaseImages;
using Diffah.Engine.Oci;
using Diffah.Tests.Support;

namespace Diffah.Tests.Images.BaseImages;

/// <summary>
/// Which image a Dockerfile builds on. Files and values are examples of the Dockerfile reference, or made by hand after
/// its rules.
/// </summary>
public sealed class DockerfileTests
{
    private static readonly Platform Arm = new("linux", "arm", "v7");

    [Theory]
    [InlineData("FROM alpine:3.19", "alpine:3.19")]
    [InlineData("from alpine", "alpine")]
    [InlineData("  FROM\talpine  \n", "alpine")]
    [InlineData("# a comment\n\n   # another\nFROM busybox\nRUN echo hi", "busybox")]
    [InlineData("FROM debian:12\r\nRUN x\r\n", "debian:12")]
    [InlineData("FROM \\\n  # between\n\n  alpine:3 \\\n  AS base\n", "alpine:3")]
    [InlineData("FROM \\   \n  alpine:3", "alpine:3")]
    [InlineData("FROM \"alpine:3\"", "alpine:3")]
    [InlineData("FROM localhost:5000/team/app@sha256:"
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "localhost:5000/team/app@sha256:"
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    // The reference: an instruction may have a comment's sign within; FROM of an instruction's argument is none.
    [InlineData("FROM alpine\nRUN echo \\\n  FROM other", "alpine")]
    [InlineData("FROM alpine\nRUN echo a \\\\\nFROM other", "other")]
    public void The_base_is_the_image_of_FROM(string file, string image) => Assert.Equal(image, BaseOf(file).Name);

    [Theory]
    [InlineData("FROM golang:1.22 AS build\nRUN x\nFROM alpine:3.19\nCOPY --from=build /a /b", "alpine:3.19")]
    [InlineData("FROM alpine:3 AS base\nFROM base AS build\nFROM build", "alpine:3")]
    [InlineData("FROM alpine:3 AS Base\nFROM bAsE", "alpine:3")]
    [InlineData("FROM alpine:3 as base\nFROM base aS other", "alpine:3")]
    // A stage's name means the stage only for those after it.
    [InlineData("FROM alpine AS alpine", "alpine")]
    [InlineData("FROM debian:12 AS x\nFROM alpine:3 AS debian\nFROM x", "debian:12")]
    [InlineData("FROM later\nFROM alpine AS later\nFROM a:1 AS a\nFROM a", "a:1")]
    [InlineData("FROM one:1 AS x\nFROM two:2 AS x\nFROM x", "two:2")]
    // A number is a stage for COPY, not for FROM.
    [InlineData("FROM alpine\nFROM 0", "0")]
    [InlineData("ARG WHICH=build\nFROM alpine:3 AS build\nFROM ${WHICH}", "alpine:3")]
    [InlineData("FROM scratch AS empty\nFROM alpine:3", "alpine:3")]
    public void Stages_are_followed_to_the_image(string file, string image) => Assert.Equal(image, BaseOf(file).Name);

    [Theory]
    [InlineData("# escape=`\nFROM `\n  alpine:3", "alpine:3")]
    [InlineData("#Escape = `\r\n# syntax=docker/dockerfile:1\r\nFROM `\r\n  alpine:3\r\n", "alpine:3")]
    [InlineData("# escape=`\nFROM alpine:3\nRUN dir c:\\\nFROM other:1", "other:1")]
    // The reference: a directive after a comment, an instruction or an empty line is a comment.
    [InlineData("# about\n# escape=`\nFROM \\\n  alpine:3", "alpine:3")]
    [InlineData("\n# escape=`\nFROM \\\n  alpine:3", "alpine:3")]
    [InlineData("# unknown=x\n# escape=`\nFROM \\\n  alpine:3", "alpine:3")]
    public void Parser_directives_are_the_first_lines(string file, string image) =>
        Assert.Equal(image, BaseOf(file).Name);

    [Theory]
    [InlineData("FROM alpine:3\nRUN <<EOF\nFROM other\nEOF\n")]
    [InlineData("FROM alpine:3\nRUN <<-EOF\n\tFROM other\n\tEOF\n")]
    [InlineData("FROM alpine:3\nRUN <<EOF\n\tEOF\nFROM other\nEOF\n")]
    [InlineData("FROM alpine:3\nRUN <<\"EOF\"\nFROM other\nEOF\n")]
    [InlineData("FROM alpine:3\nRUN <<'E O F'\nFROM other\nE O F\n")]
    [InlineData("FROM alpine:3\nRUN cat <<A 3<<B > x\nFROM other\nA\nFROM third\nB\n")]
    [InlineData("FROM alpine:3\ncopy <<robots.txt <<humans.txt /www/\nFROM a\nrobots.txt\nFROM b\nhumans.txt\n")]
    [InlineData("FROM alpine:3\r\nRUN <<EOF\r\nFROM other\r\nEOF\r\n")]
    [InlineData("FROM alpine:3\nRUN --mount=type=cache,target=/x \\\n  <<EOF sh\nFROM other \\\nEOF\n")]
    [InlineData("FROM alpine:3\nONBUILD RUN <<EOF\nFROM other\nEOF\n")]
    [InlineData("FROM alpine:3\nADD <<EOF /x\n# escape=`\nFROM other\nEOF\n")]
    public void Lines_of_heredocs_are_no_instructions(string file) => Assert.Equal("alpine:3", BaseOf(file).Name);

    [Theory]
    [InlineData("FROM alpine:3\nRUN cat <<<word\nFROM other\n")]
    [InlineData("FROM alpine:3\nRUN echo 'x <<EOF'\nFROM other\n")]
    [InlineData("FROM alpine:3\nRUN [\"cat\", \"<<EOF\"]\nFROM other\n")]
    [InlineData("FROM alpine:3\nRUN echo $((1<<4))\nFROM other\n")]
    [InlineData("FROM alpine:3\nRUN echo \\<<EOF\nFROM other\n")]
    [InlineData("FROM alpine:3\nENV A=<<EOF\nFROM other\n")]
    public void What_only_looks_like_a_heredoc_is_none(string file) => Assert.Equal("other", BaseOf(file).Name);

    [Theory]
    [InlineData("FROM --platform=linux/arm64 alpine", "linux/arm64")]
    [InlineData("FROM --platform=$TARGETPLATFORM alpine", "linux/arm/v7")]
    [InlineData("FROM --platform=$BUILDPLATFORM alpine AS x\nFROM x", "linux/arm/v7")]
    [InlineData("ARG P=linux/amd64\nFROM --platform=${P} alpine", "linux/amd64")]
    [InlineData("FROM --platform=arm64 alpine", "linux/arm64")]
    [InlineData("FROM alpine", null)]
    [InlineData("FROM --platform=linux/arm64 alpine AS x\nFROM debian", null)]
    public void The_platform_is_that_of_the_FROM_with_the_image(string file, string? platform) =>
        Assert.Equal(platform, BaseOf(file).Platform?.ToString());

    [Theory]
    [InlineData("FROM app:$TARGETARCH", "app:arm")]
    [InlineData("FROM app:$TARGETOS-${TARGETARCH}${TARGETVARIANT}", "app:linux-armv7")]
    [InlineData("FROM app:$BUILDOS-$BUILDARCH", "app:linux-arm")]
    [InlineData("FROM app:$TARGETSTAGE", "app:default")]
    public void Variables_of_platforms_are_there_without_ARG(string file, string image) =>
        Assert.Equal(image, BaseOf(file).Name);

    [Fact]
    public async Task A_mark_at_the_start_and_bytes_that_are_no_text_are_read_over()
    {
        using var folder = new TemporaryFolder();
        var path = folder["Dockerfile"];
        await File.WriteAllBytesAsync(path, [0xEF, 0xBB, 0xBF, .. "# escape=`\n# caf"u8, 0xE9, .. "\nFROM `\n a:1"u8]);
        Assert.Equal("a:1", (await Dockerfile.ReadAsync(path, default)).FindBase(Arm, Nothing).Name);
    }

    [Fact]
    public void The_origin_names_file_and_line() => Assert.Equal(
        "FROM in line 2 of '/src/Dockerfile'", BaseOf("\nFROM alpine AS a\nFROM a\n").Origin);

    private static readonly Dictionary<string, string> Nothing = [];

    private static BaseImage BaseOf(string file) => Dockerfile.Parse(file, "/src/Dockerfile").FindBase(Arm, Nothing);
}
