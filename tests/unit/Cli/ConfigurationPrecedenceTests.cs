using Diffah.Engine.Configuration;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

/// <summary>
/// For every key: option over environment over configuration file over built-in default, as the operations see it.
/// </summary>
public sealed class ConfigurationPrecedenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("platform", "linux/arm64", "--platform=linux/s390x", "linux/amd64", "linux/arm64", "linux/s390x")]
    [InlineData("intra-layer", "off", "--intra-layer=required", "Auto", "Off", "Required")]
    [InlineData("intra-layer", "off", "--intra-layer=auto", "Auto", "Off", "Auto")]
    [InlineData("retry-times", "7", "--retry-times=3", "3", "7", "3")]
    [InlineData("retry-delay", "2s", "--retry-delay=500ms", "", "00:00:02", "00:00:00.5000000")]
    [InlineData("zstd-level", "12", "--zstd-level=22", "22", "12", "22")]
    [InlineData("zstd-window-log", "27", "--zstd-window-log=auto", "", "27", "")]
    [InlineData("zstd-window-log", "auto", "--zstd-window-log=20", "", "", "20")]
    [InlineData("workers", "2", "--workers=8", "8", "2", "8")]
    [InlineData("format-version", "1", "--format-version=2", "2", "1", "2")]
    [InlineData("effort", "full", "--effort=fast", "Compact", "Full", "Fast")]
    [InlineData("effort", "fast", "--effort=compact", "Compact", "Fast", "Compact")]
    [InlineData("candidates", "5", "--candidates=1", "3", "5", "1")]
    [InlineData("memory-budget", "1MB", "--memory-budget=0", "8589934592", "1048576", "0")]
    [InlineData("max-layer-size", "1MB", "--max-layer-size=0", "137438953472", "1048576", "0")]
    [InlineData("workdir", "/file", "--workdir=/option", "", "/file", "/option")]
    [InlineData("authfile", "/file.json", "--authfile=/option.json", "", "/file.json", "/option.json")]
    public async Task An_option_wins_over_the_file_and_the_file_over_the_default(
        string key, string written, string option, string byDefault, string byFile, string byOption)
    {
        Assert.Equal(byDefault, await SeenAsync(key, null));
        Assert.Equal(byFile, await SeenAsync(key, written));
        Assert.Equal(byOption, await SeenAsync(key, written, option));
    }

    [Theory]
    [InlineData("workdir", "--workdir=/option", "/environment")]
    [InlineData("authfile", "--authfile=/option.json", "/environment.json")]
    public async Task An_environment_variable_is_between_option_and_file(
        string key, string option, string byEnvironment)
    {
        Assert.Equal(byEnvironment, Value(key, await RunAsync($"{key}: /file", withEnvironment: true)));
        Assert.Equal(option.Split('=')[1], Value(key, await RunAsync($"{key}: /file", withEnvironment: true, option)));
    }

    [Theory]
    [InlineData("--creds=me:secret")]
    [InlineData("--no-creds")]
    [InlineData("--registry-token=abc")]
    public async Task An_auth_file_of_the_file_is_no_second_way_of_giving_credentials(string option) =>
        Assert.Equal(0, (await RunAsync("authfile: /file.json", withEnvironment: false, option)).ExitCode);

    [Theory]
    [InlineData("image oci:a")]
    [InlineData("copy oci:a oci:b")]
    [InlineData("copy --all oci:a oci:b")]
    public async Task The_platform_is_that_of_every_verb_that_picks_an_image(string line)
    {
        var run = await OnFileAsync("platform: linux/arm64", line.Split(' '));
        Assert.Equal("linux/arm64", run.Operations.Request is CopyImageRequest copy
            ? copy.Platform.ToString()
            : (((ImageReference, Platform Platform))run.Operations.Request!).Platform.ToString());
    }

    [Fact]
    public async Task A_restore_goes_by_the_platform_of_the_archive() =>
        Assert.Null(Assert.IsType<RestoreImageRequest>(
            (await OnFileAsync("platform: linux/arm64", "apply", "a", "oci:b", "oci:c")).Operations.Request).Platform);

    [Theory]
    [InlineData("diff oci:a oci:b c")]
    [InlineData("apply a oci:b oci:c")]
    [InlineData("inspect a")]
    [InlineData("copy oci:a oci:b")]
    [InlineData("image oci:a")]
    [InlineData("version")]
    public async Task A_malformed_file_fails_every_verb(string line)
    {
        var run = await OnFileAsync("workers: 2\nworkers: 3\n", [.. line.Split(' '), "-o", "json"]);
        Assert.Equal((2, "", null), (run.ExitCode, run.Output, run.Operations.Called));
        Assert.Equal("user", run.ErrorBody.GetProperty("category").GetString());
        Assert.Contains($"'{_folder["config.yaml"]}', line 2, key 'workers'",
            run.ErrorBody.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("config show")]
    [InlineData("config init other.yaml")]
    [InlineData("diff --help")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("config")]
    public async Task A_malformed_file_does_not_keep_these_from_their_work(string line)
    {
        var run = await OnFileAsync("workers: 0", line.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(run.Output);
    }

    [Fact]
    public async Task The_environment_check_is_told_of_the_file()
    {
        var run = await OnFileAsync("workers: 0", "doctor");
        Assert.Equal(new ConfigurationFile(_folder["config.yaml"], IsNamed: false),
            Assert.IsType<CheckEnvironmentRequest>(run.Operations.Request).ConfigurationFile);
    }

    private async Task<string> SeenAsync(string key, string? written, params string[] options) =>
        Value(key, await RunAsync(written is null ? "" : $"{key}: {written}", withEnvironment: false, options));

    private static string Value(string key, CliRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var request = Assert.IsType<CreateDeltaRequest>(run.Operations.Request);
        var (encoding, registry, environment) = (request.Encoding, run.Operations.Registry!,
            run.Operations.Environment!);
        object? value = key switch
        {
            "platform" => encoding.Platform,
            "intra-layer" => encoding.IntraLayer,
            "retry-times" => registry.RetryCount,
            "retry-delay" => registry.RetryDelay,
            "zstd-level" => encoding.ZstdLevel,
            "zstd-window-log" => encoding.ZstdWindowLog,
            "workers" => encoding.Workers,
            "format-version" => encoding.FormatVersion,
            "effort" => encoding.Effort,
            "candidates" => encoding.Candidates,
            "memory-budget" => encoding.MemoryBudget,
            "max-layer-size" => encoding.MaxLayerSize,
            "workdir" => request.WorkDirectory,
            _ => registry.AuthFile ?? environment.AuthFile ?? environment.ConfiguredAuthFile,
        };
        return value?.ToString() ?? "";
    }

    private Task<CliRun> RunAsync(string text, bool withEnvironment, params string[] options)
    {
        File.WriteAllText(_folder["config.yaml"], text);
        return CliRun.OnAsync(host => host with
        {
            ConfigurationFile = new ConfigurationFile(_folder["config.yaml"], IsNamed: false),
            ReadVariable = name => withEnvironment && name == "DIFFAH_WORKDIR" ? "/environment" : null,
            Registry = withEnvironment ? new() { AuthFile = "/environment.json" } : new(),
        }, ["diff", "oci:a", "oci:b", "c", .. options]);
    }

    private Task<CliRun> OnFileAsync(string text, params string[] args)
    {
        File.WriteAllText(_folder["config.yaml"], text);
        return CliRun.OnAsync(
            host => host with
            {
                CurrentDirectory = _folder.Path,
                ConfigurationFile = new ConfigurationFile(
                "config.yaml", IsNamed: false)
            }, args);
    }
}
