using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Progress;

/// <summary>How fast each part of the work goes, over the last few seconds of what it does now. Not safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
internal sealed class TransferRates(TimeProvider time)
{
    // Shorter than that a rate is noise; longer than a window it would not show that a transfer has come to a halt.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private readonly Dictionary<int, Part> _parts = [];

    /// <summary>Takes a report; gives bytes a second, or null where nobody can tell yet. Of a finished part it is the whole stage's rate.</summary>
    public double? Take(ProgressEvent progress)
    {
        if (progress.Id == 0)
            return null; // it counts steps
        var now = new Mark(time.GetTimestamp(), progress.Done);
        if (!_parts.TryGetValue(progress.Id, out var part) || part.Status != progress.Status || now.Done < part.Done)
            part = new Part(progress.Status, now, now, now, now.Done);
        var isOver = time.GetElapsedTime(part.Latest.At, now.At) >= Window;
        _parts[progress.Id] = isOver ? part with { Before = part.Latest, Latest = now, Done = now.Done } : part with { Done = now.Done };
        if (progress.Completed)
            _parts.Remove(progress.Id);
        return Between(progress.Completed ? part.Start : part.Before, now);
    }

    private double? Between(Mark from, Mark to)
    {
        var elapsed = time.GetElapsedTime(from.At, to.At);
        return elapsed >= Shortest && to.Done > 0 ? (to.Done - from.Done) / elapsed.TotalSeconds : null;
    }

    private readonly record struct Mark(long At, long Done);

    /// <param name="Status">What it does.</param>
    /// <param name="Start">Where it began to do that.</param>
    /// <param name="Before">Where the window before the latest one began, from which the rate is counted.</param>
    /// <param name="Latest">Where the latest window began.</param>
    /// <param name="Done">What was done by the last report; less of it means that the work began again.</param>
    private sealed record Part(string Status, Mark Start, Mark Before, Mark Latest, long Done);
}
