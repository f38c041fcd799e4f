using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;

namespace Diffah.Tests.Diagnostics;

public sealed class ProgressMeterTests
{
    private const long Mebibyte = 1 << 20;

    private readonly ManualClock _clock = new();
    private readonly ProgressMeter _meter;

    public ProgressMeterTests() => _meter = new ProgressMeter(_clock);

    [Fact]
    public void A_rate_begins_anew_with_each_stage()
    {
        Assert.Null(Take(0, null, "reading").BytesPerSecond);
        _clock.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Null(Take(500, null, "reading").BytesPerSecond);
        _clock.Advance(TimeSpan.FromSeconds(0.6));
        Assert.Equal(1000, Take(1000, null, "reading").BytesPerSecond);
        Assert.Null(Take(0, null, "writing").BytesPerSecond);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(50, Take(100, null, "writing").BytesPerSecond);
        Assert.Null(Take(10, null, "writing").BytesPerSecond);
    }

    [Fact]
    public void The_whole_counts_steps_and_has_a_clock_alone()
    {
        _meter.Take(new ProgressEvent(0, "copying", "reading", 0, 2, false));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new ProgressPace(null, null, TimeSpan.FromSeconds(2)),
            _meter.Take(new ProgressEvent(0, "copying", "writing", 1, 2, false)));
    }

    [Fact]
    public void Even_work_has_the_time_that_arithmetic_says()
    {
        Run(seconds: 10, _ => Mebibyte);
        Assert.Equal(90, Take(10 * Mebibyte, 100 * Mebibyte).Remaining!.Value.TotalSeconds, 0.001);
    }

    [Fact]
    public void Nothing_is_said_in_the_first_seconds_and_of_work_that_has_hardly_begun()
    {
        Assert.Null(Take(0, 100 * Mebibyte).Remaining);
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Null(Take(10 * Mebibyte, 100 * Mebibyte).Remaining);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.NotNull(Take(11 * Mebibyte, 100 * Mebibyte).Remaining);
        Assert.Null(Take(0, 100 * Mebibyte, "slow").Remaining);
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Null(Take(Mebibyte / 2, 100 * Mebibyte, "slow").Remaining);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(Take(Mebibyte / 2 + 1, 100 * Mebibyte, "slow").Remaining);
    }

    [Fact]
    public void Bursts_do_not_make_it_jump()
    {
        // 1 MiB a second on average, which comes as 4 MiB each fourth second.
        var told = Run(seconds: 120, second => second % 4 == 0 ? 4 * Mebibyte : 0, total: 200 * Mebibyte)
            .Where(t => t.Second > 15).ToArray();
        Assert.All(told,
            t => Assert.InRange(t.Remaining!.Value.TotalSeconds, (200 - t.Second) * 0.75, (200 - t.Second) * 1.35));
        foreach (var (before, after) in told.Zip(told.Skip(1)))
            Assert.InRange(after.Remaining!.Value.TotalSeconds / before.Remaining!.Value.TotalSeconds, 0.7, 1.15);
    }

    [Fact]
    public void A_change_of_pace_is_believed_after_a_while()
    {
        Run(seconds: 60, _ => 4 * Mebibyte, total: 400 * Mebibyte);
        var told = Run(seconds: 60, _ => Mebibyte, total: 400 * Mebibyte, from: 240 * Mebibyte);
        Assert.InRange(told[0].Remaining!.Value.TotalSeconds, 35, 45);
        Assert.InRange(told[^1].Remaining!.Value.TotalSeconds, 85, 105);
    }

    [Fact]
    public void Nothing_is_said_of_work_that_stands_still_or_would_take_days()
    {
        Run(seconds: 30, _ => Mebibyte, total: 100 * Mebibyte);
        Assert.All(Run(seconds: 60, _ => 0, total: 100 * Mebibyte, from: 30 * Mebibyte).Skip(10),
            t => Assert.Null(t.Remaining));
        Assert.All(Run(seconds: 60, _ => 10, total: 100 * Mebibyte), t => Assert.Null(t.Remaining));
    }

    [Fact]
    public void Nothing_is_left_of_work_that_is_finished_or_has_no_known_end()
    {
        Run(seconds: 10, _ => Mebibyte);
        Assert.Null(Take(10 * Mebibyte, null).Remaining);
        Assert.Equal(new ProgressPace(Mebibyte, null, TimeSpan.FromSeconds(10)),
            _meter.Take(new ProgressEvent(1, "layer", "working", 10 * Mebibyte, 100 * Mebibyte, true)));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(59.4, "59s")]
    [InlineData(59.6, "1m 00s")]
    [InlineData(185, "3m 05s")]
    [InlineData(3599.6, "1h 00m")]
    [InlineData(7860, "2h 11m")]
    public void Time_is_said_as_people_say_it(double seconds, string words) =>
        Assert.Equal(words, Human.ShortTime(TimeSpan.FromSeconds(seconds)));

    private List<(int Second, TimeSpan? Remaining)> Run(
        int seconds, Func<int, long> bytes, long total = 100 * Mebibyte, long from = 0)
    {
        var (told, done) = (new List<(int, TimeSpan?)>(), from);
        Take(done, total);
        for (var second = 1; second <= seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            done += bytes(second);
            told.Add((second, Take(done, total).Remaining));
        }
        return told;
    }

    private ProgressPace Take(long done, long? total, string status = "working") =>
        _meter.Take(new ProgressEvent(1, "layer", status, done, total, false));
}
