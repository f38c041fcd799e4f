namespace Diffah.Tests.Cli;

public sealed class HelpTests
{
    private static readonly string[] Names = ["diff", "apply", "bundle", "unbundle", "merge", "inspect", "verify",
        "copy", "image", "compare", "report", "keygen", "doctor", "version", "completion", "help"];

    public static TheoryData<string> Verbs => [.. Names];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_an_example_to_copy(string verb)
    {
        foreach (var option in new[] { "-h", "--help" })
        {
            var run = await CliRun.OfAsync(verb, option);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Matches($@"\n\nExample:\n  diffah {verb}", run.Output);
            Assert.Contains("\nExit codes:\n", run.Output, StringComparison.Ordinal);
            Assert.Contains("--log-format auto|text|json", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_example_is_a_line_that_parses(string verb)
    {
        var help = (await CliRun.OfAsync(verb, "-h")).Output;
        var examples = help.Split('\n').SkipWhile(l => l != "Example:").Skip(1).TakeWhile(l => l.Length > 0)
            .Select(l => l.Split('|', '<')[0].Trim()).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
            Assert.Equal(
                0,
                (await CliRun.OnAsync(
                    host => host with { OpenInput = () => new MemoryStream("a passphrase"u8.ToArray()) },
                    example.Split(' ')[1..])).ExitCode);
    }

    [Fact]
    public async Task Help_shows_arguments_options_and_defaults()
    {
        var help = (await CliRun.OfAsync("diff", "--help")).Output;
        Assert.Contains("diffah diff BASELINE TARGET DELTA-OUT [options]", help, StringComparison.Ordinal);
        Assert.Contains("\nArguments:\n  BASELINE ", help, StringComparison.Ordinal);
        const string Options = "--platform --intra-layer --format-version --effort --workers --candidates "
            + "--zstd-level --zstd-window-log --memory-budget --compress --sign-key --workdir --dry-run --force "
            + "--baseline-manifest";
        foreach (var option in Options.Split(' '))
            Assert.Contains(option, help, StringComparison.Ordinal);
        Assert.Matches(@"--workers N +Layers .* \[default: 8\]", help);
        Assert.Matches(
            @"--effort fast\|compact\|full\s+Work [^[]* for\s+version\s+1 [^[]*\[default:\s+compact\]", help);
        Assert.All(help.Split('\n').SkipWhile(l => l != "Options:").TakeWhile(l => l != "Example:"),
            line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("diff", true)]
    [InlineData("apply", true)]
    [InlineData("bundle", true)]
    [InlineData("unbundle", true)]
    [InlineData("merge", true)]
    [InlineData("verify", true)]
    [InlineData("keygen", false)]
    [InlineData("copy", true)]
    [InlineData("image", true)]
    [InlineData("compare", true)]
    [InlineData("report", true)]
    [InlineData("doctor", true)]
    [InlineData("inspect", true)]
    [InlineData("version", false)]
    [InlineData("completion", false)]
    [InlineData("help", false)]
    public async Task Verbs_that_reach_images_have_the_options_for_registries(string verb, bool expected)
    {
        var help = (await CliRun.OfAsync(verb, "--help")).Output;
        const string Options = "--authfile --creds --username --password --no-creds --registry-token --tls-verify "
            + "--cert-dir --retry-times --retry-delay";
        foreach (var option in Options.Split(' '))
            Assert.Equal(expected, help.Contains($"\n  {option} ", StringComparison.Ordinal));
        Assert.Equal(expected, help.Contains("\nOptions for docker://:\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("-q")]
    public async Task Without_a_verb_there_is_help(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, run.ExitCode);
        Assert.All([.. Names, "config"], verb => Assert.Contains($"\n  {verb} ", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_is_given_whatever_else_is_wrong() =>
        Assert.Equal(0, (await CliRun.OfAsync("diff", "--workers", "x", "--help")).ExitCode);

    [Fact]
    public async Task Shells_can_ask_for_completions()
    {
        const string line = "diff --intra-layer ";
        var run = await CliRun.OfAsync($"[suggest:{line.Length}]", line);
        Assert.Equal("auto\noff\nrequired\n", run.Output);
    }
}
