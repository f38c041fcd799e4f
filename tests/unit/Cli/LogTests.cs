using System.Text.Json;

namespace Diffah.Tests.Cli;

public sealed class LogTests
{
    private static readonly FakeOperations Talkative = new()
    {
        During = (events, _) =>
        {
            events.Debug("small");
            events.Info("usual");
            events.Warn("odd");
            return Task.CompletedTask;
        },
    };

    [Theory]
    [InlineData("", "info: usual|warning: odd")]
    [InlineData("-v", "debug: small|info: usual|warning: odd")]
    [InlineData("-q", "warning: odd")]
    [InlineData("--log-level=warn", "warning: odd")]
    [InlineData("--log-level=error", "")]
    [InlineData("-q --log-level=debug", "debug: small|info: usual|warning: odd")]
    [InlineData("--log-format=text", "info: usual|warning: odd")]
    public async Task Levels_choose_messages(string options, string expected)
    {
        var run = await CliRun.WithAsync(Talkative, ["doctor", .. Words(options)]);
        Assert.Equal(expected, string.Join('|', run.ErrorLines));
        Assert.Equal("zstd ok (zstd 1.5.6)\n", run.Output);
    }

    [Theory]
    [InlineData("", "debug", 3)]
    [InlineData("-q", "debug", 1)]
    [InlineData("--log-level=error", "debug", 0)]
    [InlineData("", "", 2)]
    public async Task The_variable_counts_where_no_option_does(string options, string level, int lines)
    {
        var variables = new Dictionary<string, string> { ["DIFFAH_LOG_LEVEL"] = level };
        Assert.Equal(
            lines, (await CliRun.WithAsync(Talkative, variables, ["doctor", .. Words(options)])).ErrorLines.Length);
    }

    [Theory]
    [InlineData("DIFFAH_LOG_LEVEL")]
    [InlineData("DIFFAH_LOG_FORMAT")]
    public async Task A_wrong_variable_is_named(string name)
    {
        var run = await CliRun.WithAsync(Talkative, new Dictionary<string, string> { [name] = "loud" }, "doctor");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{name} is 'loud'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log-format=json", "")]
    [InlineData("", "json")]
    public async Task A_json_log_has_slogs_keys(string options, string variable)
    {
        var variables = new Dictionary<string, string> { ["DIFFAH_LOG_FORMAT"] = variable };
        var run = await CliRun.WithAsync(Talkative, variables, ["doctor", .. Words(options)]);
        using var record = JsonDocument.Parse(run.ErrorLines[1]);
        record.RootElement.HasFields("time level msg component");
        Assert.Equal("WARN", record.RootElement.GetProperty("level").GetString());
        Assert.Equal("odd", record.RootElement.GetProperty("msg").GetString());
        Assert.True(record.RootElement.GetProperty("time").TryGetDateTimeOffset(out _));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
