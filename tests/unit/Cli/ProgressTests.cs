using System.Text.Json;
using System.Text.Json.Nodes;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Progress;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Cli;

public sealed class ProgressTests
{
    private static readonly FakeOperations Working = new()
    {
        During = (events, _) =>
        {
            using var whole = events.BeginOperation("making a delta", "reading", 2);
            using (var layer = events.BeginPart("layer abc", "reading", 2048))
                layer.Advance(1024);
            return Task.CompletedTask;
        },
    };

    [Theory]
    [InlineData("")]
    [InlineData("--progress=auto")]
    [InlineData("--progress=lines")]
    public async Task Away_from_a_terminal_there_are_lines(string options)
    {
        var run = await CliRun.WithAsync(Working, ["doctor", .. Words(options)]);
        Assert.Equal(["making a delta: reading (0/2)", "layer abc: reading (0 B/2.0 KiB)", "layer abc: finished",
            "making a delta: finished"], run.ErrorLines);
    }

    [Theory]
    [InlineData("-q")]
    [InlineData("-q --progress=lines")]
    [InlineData("--progress=off")]
    [InlineData("-o json")]
    public async Task Progress_can_be_off(string options) =>
        Assert.Empty((await CliRun.WithAsync(Working, ["doctor", .. Words(options)])).Error);

    [Fact]
    public async Task Progress_in_a_json_log_is_records()
    {
        var run = await CliRun.WithAsync(Working, "doctor", "--log-format=json");
        Assert.All(run.ErrorLines, line => JsonDocument.Parse(line).Dispose());
        Assert.Equal(4, run.ErrorLines.Length);
    }

    [Fact]
    public async Task Bars_tell_how_fast_a_part_goes()
    {
        var operations = new FakeOperations
        {
            During = async (events, cancellationToken) =>
            {
                using var layer = events.BeginPart("layer abc", "writing", 4096);
                await Task.Delay(TimeSpan.FromMilliseconds(600), cancellationToken);
                layer.Advance(2048);
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            },
        };
        var run = await CliRun.WithAsync(operations, "doctor", "--progress=bars");
        Assert.Matches(@"layer abc writing 2\.0 KiB/4\.0 KiB [0-9.]+ [KM]?i?B/s", run.Error);
    }

    [Fact]
    public async Task Bars_are_gone_at_the_end_and_messages_stay()
    {
        var operations = new FakeOperations
        {
            During = async (events, cancellationToken) =>
            {
                using var layer = events.BeginPart("layer [abc]", "reading", 2048);
                layer.BeginStage("encoding", 2048);
                layer.Advance(1024);
                events.Warn("odd");
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            },
        };
        var run = await CliRun.WithAsync(operations, "doctor", "--progress=bars");
        Assert.Contains("layer [abc] encoding 1.0 KiB/2.0 KiB", run.Error, StringComparison.Ordinal);
        Assert.Contains("warning: odd", run.Error, StringComparison.Ordinal);
        Assert.Equal((0, "zstd ok (zstd 1.5.6)\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData(true, "", ProgressMode.Bars)]
    [InlineData(true, "TERM=xterm", ProgressMode.Bars)]
    [InlineData(true, "NO_COLOR=1", ProgressMode.Bars)]
    [InlineData(true, "CI=true", ProgressMode.Lines)]
    [InlineData(true, "TERM=dumb", ProgressMode.Lines)]
    [InlineData(true, "DIFFAH_LOG_FORMAT=json", ProgressMode.Lines)]
    [InlineData(false, "", ProgressMode.Lines)]
    public void Auto_goes_by_the_terminal(bool terminal, string variable, object expected)
    {
        var (globals, root) = (new GlobalOptions(), new System.CommandLine.RootCommand());
        globals.AddTo(root);
        var host = new CommandLineHost
        {
            Output = TextWriter.Null,
            Error = TextWriter.Null,
            CurrentDirectory = "/",
            ReadVariable = name => variable.StartsWith(name + "=", StringComparison.Ordinal)
                ? variable[(name.Length + 1)..]
                : null,
            ErrorIsTerminal = terminal,
        };
        Assert.Equal(expected, globals.Read(root.Parse([]), host).Progress);
    }

    [Fact]
    public async Task Lines_do_not_flood()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        await using var display = new LineDisplay(output, new LogFormatter(false, clock), clock);
        display.Show(new ProgressEvent(1, "layer", "reading", 0, 100, false));
        for (var i = 0; i < 1000; i++)
            display.Show(new ProgressEvent(1, "layer", i % 2 == 0 ? "reading" : "trying", i, null, false));
        clock.Advance(TimeSpan.FromSeconds(2));
        display.Show(new ProgressEvent(1, "layer", "encoding", 10, 100, false));
        display.Show(new ProgressEvent(1, "layer", "encoding", 20, 100, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        display.Show(new ProgressEvent(1, "layer", "encoding", 50, 100, false));
        display.Show(new ProgressEvent(1, "layer", "encoding", 50, 100, true));
        Assert.Equal(
            "layer: reading (0 B/100 B)\nlayer: encoding (10 B/100 B)\nlayer: encoding (50 B/100 B, 1 B/s, 39s left)\nlayer: finished (1 B/s)\n",
            output.ToString());
    }

    [Fact]
    public async Task Lines_tell_how_fast_a_part_goes()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        await using var display = new LineDisplay(output, new LogFormatter(false, clock), clock);
        const long mebibyte = 1 << 20;
        display.Show(new ProgressEvent(1, "layer", "writing", 0, 400 * mebibyte, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        display.Show(new ProgressEvent(1, "layer", "writing", 62 * mebibyte, 400 * mebibyte, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        display.Show(new ProgressEvent(1, "layer", "writing", 62 * mebibyte, 400 * mebibyte, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        display.Show(new ProgressEvent(1, "layer", "writing", 62 * mebibyte, 400 * mebibyte, false));
        clock.Advance(TimeSpan.FromSeconds(7));
        display.Show(new ProgressEvent(1, "layer", "writing", 400 * mebibyte, 400 * mebibyte, true));
        Assert.Equal(
            "layer: writing (0 B/400.0 MiB)\nlayer: writing (62.0 MiB/400.0 MiB, 2.0 MiB/s, 2m 49s left)\nlayer: writing (62.0 MiB/400.0 MiB, 1.0 MiB/s, 25m 04s left)\nlayer: writing (62.0 MiB/400.0 MiB, 0 B/s, 1m 33s)\nlayer: finished (4.0 MiB/s)\n",
            output.ToString());
    }

    [Fact]
    public async Task Lines_go_on_through_a_stage_that_reports_nothing()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        var writer = TextWriter.Synchronized(output);
        await using var display = new LineDisplay(writer, new LogFormatter(false, clock), clock);
        display.Show(new ProgressEvent(1, "layer", "indexing", 0, null, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        while (!Written().Contains("31s", StringComparison.Ordinal))
            await Task.Delay(50);
        Assert.Equal("layer: indexing\nlayer: indexing (31s)\n", Written());

        string Written()
        {
            lock (writer)
                return output.ToString();
        }
    }

    [Fact]
    public async Task A_record_of_progress_has_fields()
    {
        var clock = new ManualClock();
        var output = new StringWriter();
        await using (var display = new LineDisplay(output, new LogFormatter(true, clock), clock))
        {
            display.Show(new ProgressEvent(0, "Making a delta", "encoding layers", 1, 3, false));
            display.Show(new ProgressEvent(1, "layer abc", "writing", 0, 400, false) { Component = "deltas" });
            clock.Advance(TimeSpan.FromSeconds(40));
            display.Show(new ProgressEvent(1, "layer abc", "writing", 100, 400, false) { Component = "deltas" });
            display.Show(new ProgressEvent(1, "layer abc", "writing", 400, 400, true) { Component = "deltas" });
        }
        var records = output.ToString().TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())
            .ToArray();
        Assert.All(records, r => Assert.True(r.ContainsKey("time") && r.Remove("time")));
        Assert.Equal(
            [
                """{"level":"INFO","msg":"Making a delta: encoding layers (1/3)","component":"operations","item":"Making a delta","phase":"encoding layers","done_steps":1,"total_steps":3,"elapsed_seconds":0}""",
                """{"level":"INFO","msg":"layer abc: writing (0 B/400 B)","component":"deltas","item":"layer abc","phase":"writing","done_bytes":0,"total_bytes":400,"elapsed_seconds":0}""",
                """{"level":"INFO","msg":"layer abc: writing (100 B/400 B, 2 B/s, 2m 00s left)","component":"deltas","item":"layer abc","phase":"writing","done_bytes":100,"total_bytes":400,"bytes_per_second":2,"eta_seconds":120,"elapsed_seconds":40}""",
                """{"level":"INFO","msg":"layer abc: finished (10 B/s)","component":"deltas","item":"layer abc","phase":"finished","done_bytes":400,"total_bytes":400,"bytes_per_second":10,"elapsed_seconds":40}""",
            ],
            records.Where(r => r["item"]!.GetValue<string>() == "layer abc"
                || r["elapsed_seconds"]!.GetValue<double>() == 0).Select(r => r.ToJsonString(Relaxed)));
    }

    [Fact]
    public async Task Every_record_names_its_component()
    {
        var operations = new FakeOperations
        {
            During = (events, _) =>
            {
                events.For("transports").Warn("odd");
                throw new DiffahException(DiffahErrors.FileNotFound, "It is not there.");
            },
        };
        var run = await CliRun.WithAsync(operations, "doctor", "--log-format=json");
        var records = run.ErrorLines.Select(line => JsonNode.Parse(line)!);
        Assert.Equal([("WARN", "odd", "transports"), ("ERROR", "It is not there.", "cli")],
            records.Select(r => ((string)r["level"]!, (string)r["msg"]!, (string)r["component"]!)));
    }

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
