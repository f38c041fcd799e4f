using System.Text.Json;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Progress;
using Diffah.Engine.Diagnostics;

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
        Assert.Equal(["making a delta: reading (0/2)", "layer abc: reading (0 B/2.0 KiB)", "layer abc: finished", "making a delta: finished"], run.ErrorLines);
    }

    [Theory]
    [InlineData("-q")]
    [InlineData("-q --progress=lines")]
    [InlineData("--progress=off")]
    [InlineData("-o json")]
    public async Task Progress_can_be_off(string options) => Assert.Empty((await CliRun.WithAsync(Working, ["doctor", .. Words(options)])).Error);

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
                layer.BeginStage("encoding");
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
            ReadVariable = name => variable.StartsWith(name + "=", StringComparison.Ordinal) ? variable[(name.Length + 1)..] : null,
            ErrorIsTerminal = terminal,
        };
        Assert.Equal(expected, globals.Read(root.Parse([]), host).Progress);
    }

    [Fact]
    public void Lines_do_not_flood()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        var display = new LineDisplay(output, new LogFormatter(false, clock), clock);
        display.Show(new ProgressEvent(1, "layer", "reading", 0, 100, false));
        for (var i = 0; i < 1000; i++)
            display.Show(new ProgressEvent(1, "layer", i % 2 == 0 ? "reading" : "trying", i, null, false));
        clock.Advance(TimeSpan.FromSeconds(2));
        display.Show(new ProgressEvent(1, "layer", "encoding", 10, 100, false));
        display.Show(new ProgressEvent(1, "layer", "encoding", 20, 100, false));
        clock.Advance(TimeSpan.FromSeconds(31));
        display.Show(new ProgressEvent(1, "layer", "encoding", 50, 100, false));
        display.Show(new ProgressEvent(1, "layer", "encoding", 50, 100, true));
        Assert.Equal("layer: reading (0 B/100 B)\nlayer: encoding (10 B/100 B)\nlayer: encoding (50 B/100 B, 1 B/s)\nlayer: finished (1 B/s)\n", output.ToString());
    }

    [Fact]
    public void Lines_tell_how_fast_a_part_goes()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        var display = new LineDisplay(output, new LogFormatter(false, clock), clock);
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
            "layer: writing (0 B/400.0 MiB)\nlayer: writing (62.0 MiB/400.0 MiB, 2.0 MiB/s)\nlayer: writing (62.0 MiB/400.0 MiB, 1.0 MiB/s)\nlayer: writing (62.0 MiB/400.0 MiB, 0 B/s)\nlayer: finished (4.0 MiB/s)\n",
            output.ToString());
    }

    [Fact]
    public void A_rate_begins_anew_with_each_stage()
    {
        var clock = new ManualClock();
        var rates = new TransferRates(clock);
        Assert.Null(rates.Take(new ProgressEvent(1, "layer", "reading", 0, null, false)));
        clock.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Null(rates.Take(new ProgressEvent(1, "layer", "reading", 500, null, false)));
        clock.Advance(TimeSpan.FromSeconds(0.6));
        Assert.Equal(1000, rates.Take(new ProgressEvent(1, "layer", "reading", 1000, null, false)));
        Assert.Null(rates.Take(new ProgressEvent(1, "layer", "writing", 0, null, false)));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(50, rates.Take(new ProgressEvent(1, "layer", "writing", 100, null, false)));
        Assert.Null(rates.Take(new ProgressEvent(1, "layer", "writing", 10, null, false)));
    }

    [Fact]
    public void The_whole_counts_steps_and_has_no_rate()
    {
        var clock = new ManualClock();
        var rates = new TransferRates(clock);
        Assert.Null(rates.Take(new ProgressEvent(0, "copying", "", 0, 2, false)));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(rates.Take(new ProgressEvent(0, "copying", "", 1, 2, false)));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
