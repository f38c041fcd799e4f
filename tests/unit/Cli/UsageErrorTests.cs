namespace Diffah.Tests.Cli;

public sealed class UsageErrorTests
{
    [Theory]
    [InlineData("diff --bogus a b c", "'--bogus' is no option of diffah diff.")]
    [InlineData("inspect --bogus", "'--bogus' is no option of diffah inspect.")]
    [InlineData("inspect a -x", "'-x' is no option of diffah inspect.")]
    [InlineData("--bogus", "'--bogus' is no option of diffah.")]
    [InlineData("frobnicate", "'frobnicate' is no command.")]
    [InlineData("diff a", "diffah diff needs TARGET DELTA-OUT.")]
    [InlineData("compare dir:a", "diffah compare needs DIFFERENCE.")]
    [InlineData("compare dir:a dir:b --all-platforms --platform linux/arm64",
        "--all-platforms and --platform contradict each other.")]
    [InlineData("compare dir:a dir:b --ignore timestamps", "--ignore is 'timestamps'; it must be timestamp, history, "
        + "file-order, file-mode, image-name, tar-format, xattr, compression or json-format.")]
    [InlineData("compare dir:a dir:b --ignore history,", "--ignore is ''; it must be timestamp, history, "
        + "file-order, file-mode, image-name, tar-format, xattr, compression or json-format.")]
    [InlineData("inspect a b", "'b' is one argument more than diffah inspect takes.")]
    [InlineData("inspect a -o xml", "--format is 'xml'; it must be text or json.")]
    [InlineData("inspect a --log-level loud", "--log-level is 'loud'; it must be debug, info, warn or error.")]
    [InlineData("inspect a -q -v", "--quiet and --verbose contradict each other.")]
    public async Task A_wrong_line_exits_2_and_says_why(string line, string message)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"diffah: error: {message}", run.ErrorLines[0]);
        Assert.StartsWith("  next: ", Assert.Single(run.ErrorLines[1..]), StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.Null(run.Operations.Called);
    }

    [Theory]
    [InlineData("diff --worker=3 a b c", "--workers")]
    [InlineData("inspect a --quite", "--quiet")]
    [InlineData("compare dir:a dir:b --ignor history", "--ignore")]
    [InlineData("inspekt a", "inspect")]
    public async Task A_typing_mistake_gets_a_suggestion(string line, string suggestion) =>
        Assert.Contains(
            $"Did you mean {suggestion}?", (await CliRun.OfAsync(line.Split(' '))).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("-o json diff --bogus a b c")]
    [InlineData("diff --bogus a b c -o json")]
    [InlineData("frobnicate --format=json")]
    [InlineData("inspect a -q -v -o json")]
    public async Task The_envelope_of_an_error_is_all_there_is(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        run.ErrorBody.HasFields("category message next_action");
        Assert.Equal("user", run.ErrorBody.GetProperty("category").GetString());
    }

    [Fact]
    public async Task After_two_dashes_a_name_may_begin_with_a_dash() =>
        Assert.Equal("/srv/here/-odd.tar", (await CliRun.OfAsync("inspect", "--", "-odd.tar")).Operations.Request);

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_a_name() =>
        Assert.Equal("/srv/here/@odd.tar", (await CliRun.OfAsync("inspect", "@odd.tar")).Operations.Request);

    [Theory]
    [InlineData("/h")]
    [InlineData("/?")]
    public async Task A_path_is_never_taken_for_help(string path) =>
        Assert.Equal(path, (await CliRun.OfAsync("inspect", path)).Operations.Request);
}
