using System.Globalization;

namespace Diffah.Engine.Diagnostics;

/// <summary>How fast a piece of work goes.</summary>
/// <param name="BytesPerSecond">Over the last few seconds; of a finished part, over its last stage. Null while it can't be told yet, and for the whole operation.</param>
/// <param name="Remaining">The remaining time of the stage, smoothed; null while it can't be told yet, or the work stands still.</param>
/// <param name="Elapsed">The time that the stage, or the whole operation, has taken so far.</param>
public readonly record struct ProgressPace(double? BytesPerSecond, TimeSpan? Remaining, TimeSpan Elapsed)
{
    /// <summary>A length of time as people say it: 42s, 3m 05s, 2h 10m.</summary>
    /// <param name="time">The time, 0 or more.</param>
    public static string Words(TimeSpan time) => time.TotalSeconds switch
    {
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s"),
        < 3599.5 => Two((long)Math.Round(time.TotalSeconds), "m", "s"),
        _ => Two((long)Math.Round(time.TotalMinutes), "h", "m"),
    };

    private static string Two(long small, string large, string unit) => string.Create(CultureInfo.InvariantCulture, $"{small / 60}{large} {small % 60:00}{unit}");
}
