namespace Diffah.Engine.Diagnostics;

/// <summary>
/// Measures the speed and the remaining time of each part of an operation, for both faces. Not safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ProgressMeter(TimeProvider time)
{
    // A rate over a shorter time is noise; over a longer time it would not show that a transfer stands still.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    // What is over is measured as a whole: a short time says something, too.
    private static readonly TimeSpan ShortestWhole = TimeSpan.FromSeconds(0.05);

    private readonly Dictionary<int, Part> _parts = [];

    /// <summary>Takes a report, or the last one again when time has passed without another.</summary>
    /// <param name="progress">The report; a completed part is forgotten afterwards.</param>
    public ProgressPace Take(ProgressEvent progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var now = new Mark(time.GetTimestamp(), progress.Done);
        if (!_parts.TryGetValue(progress.Id, out var part) || (!progress.IsWhole && IsAnotherStage(part, progress)))
            part = new Part(progress.Status, now, now, now, now.Done, new RemainingTime());
        var isOver = time.GetElapsedTime(part.Latest.At, now.At) >= Window;
        _parts[progress.Id] =
            isOver ? part with { Before = part.Latest, Latest = now, Done = now.Done } : part with { Done = now.Done };
        if (progress.Completed)
            _parts.Remove(progress.Id);
        return PaceOf(part, now, progress);
    }

    private static bool IsAnotherStage(Part part, ProgressEvent progress) =>
        part.Status != progress.Status || progress.Done < part.Done;

    private ProgressPace PaceOf(Part part, Mark now, ProgressEvent progress)
    {
        var elapsed = time.GetElapsedTime(part.Start.At, now.At);
        if (progress.IsWhole)
            return new ProgressPace(null, null, elapsed);
        var rate = progress.Completed
            ? Between(part.Start, now, ShortestWhole)
            : Between(part.Before, now, Shortest);
        var remaining = part.Remaining.Take(elapsed, progress.Done - part.Start.Done, progress.Total - part.Start.Done);
        return new ProgressPace(rate, progress.Completed || rate is not > 0 ? null : remaining, elapsed);
    }

    private double? Between(Mark from, Mark to, TimeSpan shortest)
    {
        var elapsed = time.GetElapsedTime(from.At, to.At);
        return elapsed >= shortest && to.Done > 0 ? (to.Done - from.Done) / elapsed.TotalSeconds : null;
    }

    private readonly record struct Mark(long At, long Done);

    /// <param name="Status">What it does.</param>
    /// <param name="Start">Where the stage began.</param>
    /// <param name="Before">Where the window before the latest one began, from which the rate is counted.</param>
    /// <param name="Latest">Where the latest window began.</param>
    /// <param name="Done">The amount at the last report; a smaller amount means that the work started again.</param>
    /// <param name="Remaining">The remaining time.</param>
    private sealed record Part(string Status, Mark Start, Mark Before, Mark Latest, long Done, RemainingTime Remaining);
}
