using Diffah.Engine.Configuration;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

public sealed class ConfigVerbTests : IDisposable
{
    private const string Keys =
        "platform intra-layer format-version effort authfile retry-times retry-delay zstd-level zstd-window-log "
            + "workers candidates workdir memory-budget max-layer-size force";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_lists_every_value_and_its_source()
    {
        var run = await RunAsync("workers: 2\n", "config", "show");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"""
            file: {_folder["config.yaml"]}
            key              value         source
            platform         linux/amd64   default
            intra-layer      auto          default
            format-version   2             default
            effort           compact       default
            authfile         -             default
            retry-times      3             default
            retry-delay      -             default
            zstd-level       22            default
            zstd-window-log  auto          default
            workers          2             file
            candidates       3             default
            workdir          /environment  environment
            memory-budget    8GiB          default
            max-layer-size   128GiB        default
            force            false         default

            """, run.Output);
    }

    [Fact]
    public async Task The_data_of_show_have_values_of_their_types()
    {
        var data = (await RunAsync("workers: 2\nretry-delay: 500ms\n", "config", "show", "-o", "json")).Data;
        data.HasFields($"path exists values problems {Keys}");
        Assert.Equal((_folder["config.yaml"], true),
            (data.GetProperty("path").GetString(), data.GetProperty("exists").GetBoolean()));
        data.GetProperty("values").HasFields(Keys);
        Assert.Equal("""{"value":2,"source":"file"}""", data.GetProperty("values").GetProperty("workers").GetRawText());
        Assert.Equal(
            """{"value":"0.5s","source":"file"}""", data.GetProperty("values").GetProperty("retry-delay").GetRawText());
        Assert.Equal(
            """{"value":null,"source":"default"}""", data.GetProperty("values").GetProperty("authfile").GetRawText());
        Assert.Equal(
            """{"value":false,"source":"default"}""", data.GetProperty("values").GetProperty("force").GetRawText());
        Assert.Equal("""{"value":8589934592,"source":"default"}""",
            data.GetProperty("values").GetProperty("memory-budget").GetRawText());
    }

    /// <summary>
    /// The first implementation marshals its configuration: every key flat, a duration in nanoseconds, a size as text.
    /// </summary>
    [Fact]
    public async Task The_data_of_show_are_flat_for_scripts_of_the_first_implementation()
    {
        var data = (await RunAsync("workers: 2\nretry-delay: 500ms\n", "config", "show", "-o", "json")).Data;
        var flat = Keys.Split(' ').Select(key => data.GetProperty(key).GetRawText());
        Assert.Equal(["\"linux/amd64\"", "\"auto\"", "2", "\"compact\"", "\"\"", "3", "500000000", "22", "\"auto\"",
            "2", "3", "\"/environment\"", "\"8GiB\"", "\"128GiB\"", "false"], flat);
        Assert.Equal(
            "0", (await RunAsync("workers: 2\n", "config", "show", "-o", "json")).Data.GetProperty("retry-delay")
                .GetRawText());
    }

    [Fact]
    public async Task Show_warns_of_what_can_not_be_used()
    {
        var run = await RunAsync("workers: 0\n", "config", "show", "-o", "json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("line 1, key 'workers'", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Data.GetProperty("problems")[0].GetProperty("line").GetInt32());
    }

    [Theory]
    [InlineData("config validate", 0)]
    [InlineData("config validate config.yaml", 0)]
    [InlineData("config validate missing.yaml", 2)]
    public async Task Validate_says_whether_a_file_can_be_used(string line, int exitCode)
    {
        var run = await RunAsync("workers: 2\n", [.. line.Split(' '), "-o", "json"]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        run.Data.HasFields("path exists valid problems");
        Assert.Equal((exitCode == 0, exitCode == 0),
            (run.Data.GetProperty("exists").GetBoolean(), run.Data.GetProperty("valid").GetBoolean()));
    }

    [Fact]
    public async Task Validate_lists_all_problems_with_their_lines()
    {
        var run = await RunAsync("workers: 0\nwrokers: 2\n\"\n", "config", "validate");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches(
            $@"^{_folder["config.yaml"]}: not valid\n  line 1, workers: .+\n  line 2, wrokers: .+ 'workers'\?\n  line 3: .+\n$",
            run.Output);
    }

    [Fact]
    public async Task Without_a_file_the_defaults_are_valid()
    {
        var run = await CliRun.OnAsync(
            host => host with { ConfigurationFile = new ConfigurationFile(_folder["config.yaml"], IsNamed: false) },
            "config", "validate");
        Assert.Equal((0, $"{_folder["config.yaml"]}: not there, defaults apply\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Init_writes_a_file_that_is_valid_and_never_replaces_one_unasked()
    {
        var first = await RunAsync("", "config", "init", "new.yaml");
        Assert.Equal((0, $"wrote {_folder["new.yaml"]}\n"), (first.ExitCode, first.Output));
        Assert.Equal(0, (await RunAsync("", "config", "validate", "new.yaml")).ExitCode);
        await File.WriteAllTextAsync(_folder["new.yaml"], "mine");
        Assert.Equal(2, (await RunAsync("", "config", "init", "new.yaml")).ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder["new.yaml"]));
        var forced = await RunAsync("", "config", "init", "new.yaml", "--force", "-o", "json");
        Assert.Equal(_folder["new.yaml"], forced.Data.GetProperty("path").GetString());
        Assert.Contains("#workers: 8", await File.ReadAllTextAsync(_folder["new.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config sho", "'sho' is no command.", "Did you mean show?")]
    [InlineData("config show extra", "'extra' is one argument more than diffah config show takes.",
        "Run 'diffah config show --help'")]
    [InlineData("config init --froce", "'--froce' is no option of diffah config init.", "Did you mean --force?")]
    public async Task A_wrong_line_is_said_to_be_wrong(string line, string message, string next)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal((2, $"diffah: error: {message}"), (run.ExitCode, run.ErrorLines[0]));
        Assert.Contains(next, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("config --help")]
    public async Task Alone_it_shows_what_there_is(string line)
    {
        var run = await CliRun.OfAsync(line.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(
            @"diffah config COMMAND \[options\]\n\nCommands:\n  show +\S.+\n  init +\S.+\n  validate +\S", run.Output);
        Assert.Contains("--log-format", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("init")]
    [InlineData("validate")]
    public async Task Every_example_works(string verb)
    {
        var help = (await CliRun.OfAsync("config", verb, "--help")).Output;
        var examples = help.Split('\n').SkipWhile(l => l != "Example:").Skip(1).TakeWhile(l => l.Length > 0)
            .Select(l => l.Split('|')[0].Trim()).ToList();
        Assert.Equal(2, examples.Count);
        await File.WriteAllTextAsync(_folder["diffah.yaml"], "workers: 2");
        foreach (var example in examples)
        {
            var run = await CliRun.OnAsync(
                host => host with
                {
                    CurrentDirectory = _folder.Path,
                    ConfigurationFile = new ConfigurationFile(_folder["home/config.yaml"], IsNamed: false)
                }, example.Split(' ')[1..]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
        }
    }

    [Fact]
    public async Task Help_marks_the_file_as_optional() =>
        Assert.Contains("diffah config init [PATH] [options]", (await CliRun.OfAsync("config", "init", "-h")).Output,
            StringComparison.Ordinal);

    [Fact]
    public async Task Shells_complete_the_verbs() =>
        Assert.Equal("init\nshow\nvalidate\n",
            string.Concat((await CliRun.OfAsync("[suggest:7]", "config ")).Output.Split('\n')
                .Where(l => l.Length > 0 && l[0] != '-').Select(l => l + "\n")));

    private Task<CliRun> RunAsync(string text, params string[] args)
    {
        File.WriteAllText(_folder["config.yaml"], text);
        return CliRun.OnAsync(
            host => host with
            {
                CurrentDirectory = _folder.Path,
                ReadVariable = name => name == "DIFFAH_WORKDIR" ? "/environment" : null,
                ConfigurationFile = new ConfigurationFile("config.yaml", IsNamed: true),
            },
            args);
    }
}
